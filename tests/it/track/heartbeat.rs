use framehouse_domain::{VideoId, ViewId};
use framehouse_tests::{DURATION, act_on, published_video, seconds_ago, visitor};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{PREFIXES, began, counted, stored, track, tracked};

async fn beat(view: ViewId, seconds: impl Into<Value>, position: Option<f64>) -> u64 {
    let mut body = json!({ "viewId": view, "watchTimeSeconds": seconds.into() });
    if let Some(position) = position {
        body["position"] = json!(position);
    }
    let answer = track(&visitor(), "heartbeat", &body).await.expect(200);
    assert_eq!(answer["success"], true);
    answer["watchTimeSeconds"].as_u64().unwrap()
}

#[tokio::test]
async fn a_heartbeat_takes_nothing_back_and_adds_no_more_than_there_was() {
    let id = published_video().await;
    let view = began(id, 60).await;
    assert_eq!(beat(view, 30, None).await, 30);
    assert_eq!(beat(view, 20.9, None).await, 20);
    assert_eq!(stored(view).await.watch_time_seconds, 30, "less than before changes nothing");
    let most = beat(view, 1_000_000, None).await;
    assert!((60..=90).contains(&most), "no more than has passed, and two seconds: {most}");
    assert_eq!(u64::from(stored(view).await.watch_time_seconds), most);
    counted(id, "publicTotalWatchTime", most).await;
    let long = began(id, 4 * 3600).await;
    assert_eq!(beat(long, 10_000, None).await, u64::from(DURATION), "no more than the video has");
    assert_eq!(beat(long, 1e300, None).await, u64::from(DURATION));
    counted(id, "publicTotalWatchTime", most + u64::from(DURATION)).await;
    let fresh = tracked(&visitor(), id).await;
    assert!(beat(fresh, DURATION, None).await <= 20, "a view that began just now");
}

#[tokio::test]
async fn heartbeats_that_cross_leave_the_greatest() {
    let id = published_video().await;
    let view = began(id, 100).await;
    join_all((1..=20).map(|n| beat(view, (n * 7) % 20 + 1, None))).await;
    assert_eq!(stored(view).await.watch_time_seconds, 20);
    counted(id, "publicTotalWatchTime", 20).await;
    counted(id, "publicViewCount", 1).await;
}

#[tokio::test]
async fn a_position_tells_which_parts_were_watched() {
    let id = published_video().await;
    let view = began(id, 1000).await;
    let parts = async || stored(view).await.segments.into_iter().collect::<Vec<u8>>();
    // A twentieth has 15 seconds.
    beat(view, 10, Some(10.0)).await;
    assert_eq!(parts().await, [0]);
    beat(view, 20, Some(155.0)).await;
    assert_eq!(parts().await, [0, 9, 10]);
    beat(view, 5, Some(299.5)).await;
    assert_eq!(parts().await, [0, 9, 10, 19], "parts are noted even when the time is not news");
    beat(view, 20, Some(100_000.0)).await;
    assert_eq!(parts().await, [0, 9, 10, 19]);
    assert_eq!(stored(view).await.watch_time_seconds, 20);
}

#[tokio::test]
async fn both_paths_and_beacons_are_heard() {
    let view = began(published_video().await, 100).await;
    for (prefix, seconds) in PREFIXES.into_iter().zip([10, 20]) {
        let body = Some(json!({ "viewId": view, "watchTimeSeconds": seconds }).to_string());
        let plain = [("content-type", "text/plain;charset=UTF-8")];
        let answer = visitor().send(Method::POST, &format!("{prefix}/track/heartbeat"), body, &plain).await.expect(200);
        assert_eq!(answer, json!({ "success": true, "watchTimeSeconds": seconds }));
    }
    assert_eq!(stored(view).await.watch_time_seconds, 20);
}

#[tokio::test]
async fn what_is_no_heartbeat_is_refused() {
    let (id, guest) = (published_video().await, visitor());
    let view = began(id, 10).await;
    for body in [
        json!({}),
        json!({ "viewId": view }),
        json!({ "watchTimeSeconds": 1 }),
        json!({ "viewId": id, "watchTimeSeconds": 1 }),
        json!({ "viewId": view, "watchTimeSeconds": -1 }),
        json!({ "viewId": view, "watchTimeSeconds": "1" }),
        json!({ "viewId": view, "watchTimeSeconds": null }),
        json!({ "viewId": view, "watchTimeSeconds": 1, "position": -1 }),
        json!({ "viewId": view, "watchTimeSeconds": 1, "completed": true }),
    ] {
        track(&guest, "heartbeat", &body).await.expect_error(400, "invalid_request");
    }
    let told = |view| json!({ "viewId": view, "watchTimeSeconds": 1 });
    let unknown = ViewId::generate(id, 3, seconds_ago(9));
    let answer = track(&guest, "heartbeat", &told(unknown)).await;
    answer.expect_sentence(404, "not_found", "There is no such view, or it is too old.");
    let nowhere = ViewId::generate(VideoId::generate(), 3, seconds_ago(9));
    track(&guest, "heartbeat", &told(nowhere)).await.expect_sentence(404, "not_found", "Media not found");
    act_on(id, "lock").await;
    track(&guest, "heartbeat", &told(view)).await.expect_sentence(403, "media_locked", "Media is locked");
    assert_eq!(stored(view).await.watch_time_seconds, 0);
}
