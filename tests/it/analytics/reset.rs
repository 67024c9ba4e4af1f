use std::time::Duration;

use framehouse_tests::{GALLERY, VIDEOS, api, published_video, until, visitor};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Seen, act, analytics, seen};
use crate::track::{counted, of_kind, opened, raw_items, track, tracked};

#[tokio::test]
async fn a_reset_forgets_views_and_nothing_else() {
    let (id, guest) = (published_video().await, visitor());
    let upvote = guest.json(Method::POST, &format!("{GALLERY}/{id}/upvote"), &json!({ "sessionId": "s" })).await;
    assert_eq!(upvote.expect(200)["upvoteCount"], 1);
    seen(id, vec![Seen::new("i:1", "2026-11-01T10:00:00Z", 100), Seen::new("i:2", "2026-11-02T10:00:00Z", 50)]).await;
    let page = opened(&guest, id).await;
    track(&guest, "event", &json!({ "videoId": id, "viewId": page, "eventType": "complete", "timestamp": 9 }))
        .await
        .expect(200);
    counted(id, "publicCompletionCount", 1).await;
    assert_eq!(act(id, "reset-analytics").await, json!({ "success": true, "removed": true }));
    assert_eq!(raw_items(id).await, Vec::<Value>::new());
    let video = counted(id, "publicViewCount", 0).await;
    assert_eq!((&video["publicTotalWatchTime"], &video["publicCompletionCount"]), (&json!(0), &json!(0)));
    assert_eq!(video["publicUpvoteCount"], 1, "votes stay");
    let told = analytics(id, "?startDate=2026-10-01").await;
    assert_eq!((&told["totalViews"], &told["uniqueViewers"]), (&json!(0), &json!(0)));
    // A page that was open before has no view any more.
    let beat = json!({ "viewId": page, "watchTimeSeconds": 1 });
    track(&guest, "heartbeat", &beat).await.expect_error(404, "not_found");
    tracked(&guest, id).await;
    counted(id, "publicViewCount", 1).await;
    assert_eq!(analytics(id, "").await["totalViews"], 1);
    assert_eq!(act(id, "analytics/aggregate").await["drift"], json!([]));
    assert_eq!(act(id, "reset-analytics").await["success"], true, "again");
    counted(id, "publicViewCount", 0).await;
}

#[tokio::test]
async fn views_that_begin_during_resets_are_counted_once_or_forgotten() {
    let id = published_video().await;
    let watch = async |guest: framehouse_tests::Api| {
        for _ in 0..15 {
            let view = tracked(&guest, id).await;
            // It may be forgotten already.
            let beat = json!({ "viewId": view, "watchTimeSeconds": 1 });
            assert!([200, 404].contains(&track(&guest, "heartbeat", &beat).await.status));
        }
    };
    let reset = async || {
        for _ in 0..3 {
            act(id, "reset-analytics").await;
        }
    };
    futures::join!(join_all((0..6).map(|_| watch(visitor()))), reset());
    for _ in 0..5 {
        tracked(&visitor(), id).await;
    }
    // What is counted in the end is what is still there.
    until("counts that are those of the views", Duration::from_secs(30), async || {
        let kept = of_kind(&raw_items(id).await, "#VIEW").len();
        let video = api().get(&format!("{VIDEOS}/{id}")).await;
        (video["publicViewCount"] == kept && kept >= 5).then_some(())
    })
    .await;
    assert_eq!(act(id, "analytics/aggregate").await["drift"], json!([]));
}
