use framehouse_tests::{api, published_video, unique};
use reqwest::Method;
use serde_json::json;

use super::{ANALYTICS, Seen, seen};

#[tokio::test]
async fn only_signed_in_viewers_are_listed_the_last_one_first() {
    let id = published_video().await;
    let (anna, bert) = (unique("anna"), unique("bert"));
    let (of_anna, of_bert) = (format!("u:{anna}"), format!("u:{bert}"));
    seen(
        id,
        vec![
            Seen::new(&of_anna, "2026-11-01T10:00:00Z", 20),
            Seen { completed: true, ..Seen::new(&of_anna, "2026-11-03T10:00:00Z", 30) },
            Seen::new(&of_bert, "2026-11-02T10:00:00Z", 5),
            Seen::new("i:nobody", "2026-11-04T10:00:00Z", 7),
        ],
    )
    .await;
    let first = json!({ "userId": anna, "views": 2, "watchTimeSeconds": 50, "completed": true,
        "lastViewedAt": "2026-11-03T10:00:00.000Z" });
    let second = json!({ "userId": bert, "views": 1, "watchTimeSeconds": 5, "completed": false,
        "lastViewedAt": "2026-11-02T10:00:00.000Z" });
    let path = format!("{ANALYTICS}/{id}/analytics/viewers?startDate=2026-11-01&endDate=2026-11-05");
    let all = api().get(&path).await;
    assert_eq!(all, json!({ "viewers": [first, second], "total": 2, "sampled": null }));
    let page = api().get(&format!("{path}&limit=1&offset=1")).await;
    assert_eq!(page, json!({ "viewers": [second], "total": 2, "sampled": null }));
    let day = api().get(&format!("{ANALYTICS}/{id}/analytics/viewers?startDate=2026-11-02&endDate=2026-11-02")).await;
    assert_eq!(day["viewers"], json!([second]));
    for query in ["limit=0", "limit=1001", "limit=x", "offset=-1", "format=csv", "timezone=x"] {
        api().call(Method::GET, &format!("{path}&{query}")).await.expect_error(400, "invalid_request");
    }
}
