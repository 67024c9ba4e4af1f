use framehouse_tests::published_video;
use serde_json::{Value, json};

use super::{Seen, act, seen};

#[tokio::test]
async fn a_recount_finds_what_was_counted() {
    let id = published_video().await;
    let nothing = act(id, "analytics/aggregate").await;
    let expected = json!({ "success": true, "uniqueViewers": 0, "totalWatchTimeSeconds": 0,
        "averageWatchTimeSeconds": 0.0, "completionRate": 0.0, "drift": [], "unsettled": 0 });
    assert_eq!(nothing, expected);
    seen(
        id,
        vec![
            Seen { completed: true, ..Seen::new("i:1", "2026-11-01T10:00:00Z", 100) },
            Seen::new("i:2", "2026-11-02T10:00:00Z", 50),
            Seen::new("i:1", "2026-11-02T11:00:00Z", 0),
        ],
    )
    .await;
    let told = act(id, "analytics/aggregate").await;
    check(&told, 150, 50.0, 33.33);
}

fn check(told: &Value, seconds: u64, average: f64, rate: f64) {
    assert_eq!((&told["success"], &told["drift"]), (&json!(true), &json!([])), "{told}");
    assert_eq!(told["totalWatchTimeSeconds"], seconds);
    assert_eq!((&told["averageWatchTimeSeconds"], &told["completionRate"]), (&json!(average), &json!(rate)));
}
