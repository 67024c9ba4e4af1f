use framehouse_domain::{View, ViewId, Viewer};
use framehouse_tests::published_video;
use serde_json::{Value, json};

use super::{Seen, analytics, seen};
use crate::track::counted;

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

#[tokio::test]
async fn days_of_which_views_are_forgotten_are_told_by_the_counters() {
    let id = published_video().await;
    let ago = |days: i64| framehouse_tests::seconds_ago(days * 86_400);
    let store = framehouse_tests::store();
    // Views that were kept for a day; whether the table has removed them by now makes no difference.
    for (days_ago, who) in [(10, "i:1"), (10, "i:2"), (5, "i:1"), (0, "i:3")] {
        let viewer = Viewer { key: Some(who.to_owned()), ..Viewer::unknown() };
        let view = ViewId::generate(id, viewer.shard(), ago(days_ago));
        let kept = if days_ago == 0 { 90 } else { 1 };
        let view = View { watch_time_seconds: 20, ..View::begin(view, viewer, None, true, kept) };
        store.open_view(&view).await.unwrap();
    }
    counted(id, "publicViewCount", 4).await;
    let date = |days| ago(days).to_string()[..10].to_owned();
    let told = analytics(id, &format!("?startDate={}", date(12))).await;
    assert_eq!((&told["totalViews"], &told["totalWatchTimeSeconds"]), (&json!(4), &json!(80)));
    assert_eq!(told["uniqueViewers"], 1, "of forgotten viewers only the number of views is known");
    assert_eq!(told["rawSince"], json!(format!("{}T00:00:00.000Z", date(4))));
    let told: Vec<_> = days(&told).into_iter().filter(|(_, views)| *views > 0).collect();
    assert_eq!(told, [(date(10), 2), (date(5), 1), (date(0), 1)]);
    let since = analytics(id, &format!("?startDate={}", date(3))).await;
    assert_eq!((&since["totalViews"], &since["rawSince"]), (&json!(1), &Value::Null));
}
