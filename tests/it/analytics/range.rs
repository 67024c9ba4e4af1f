use framehouse_tests::published_video;
use serde_json::{Value, json};

use super::{Seen, analytics, seen};

fn days(told: &Value) -> Vec<(String, u64)> {
    let day = |day: &Value| (day["date"].as_str().unwrap().to_owned(), day["views"].as_u64().unwrap());
    told["viewsByDay"].as_array().unwrap().iter().map(day).collect()
}

#[tokio::test]
async fn days_are_those_of_the_time_zone_also_when_clocks_change() {
    let id = published_video().await;
    let moments = [
        // Berlin: the 24th ends at 22:00 UTC, the 25th has 25 hours and ends at 23:00 UTC.
        "2026-10-24T21:59:59.999Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T22:59:59.999Z",
        "2026-10-25T23:00:00Z",
    ];
    seen(id, moments.iter().map(|at| Seen::new("i:1", at, 10)).collect()).await;
    let ask = async |zone: &str| {
        days(&analytics(id, &format!("?startDate=2026-10-24&endDate=2026-10-26&timezone={zone}")).await)
    };
    let expected = |views: [u64; 3]| {
        let dates = ["2026-10-24", "2026-10-25", "2026-10-26"].map(str::to_owned);
        dates.into_iter().zip(views).collect::<Vec<_>>()
    };
    assert_eq!(ask("Europe/Berlin").await, expected([1, 2, 1]));
    assert_eq!(ask("UTC").await, expected([2, 2, 0]));
    assert_eq!(ask("America/New_York").await, expected([2, 2, 0]));
    assert_eq!(ask("Asia/Kolkata").await, expected([0, 2, 2]));
    assert_eq!(ask("Australia/Lord_Howe").await, expected([0, 2, 2]));
    let told = analytics(id, "?startDate=2026-10-25&endDate=2026-10-25&timezone=europe/berlin").await;
    assert_eq!(told["timezone"], "Europe/Berlin");
    assert_eq!(told["startDate"], "2026-10-24T22:00:00.000Z");
    assert_eq!(told["endDate"], json!("2026-10-25T23:00:00.000Z"));
}
