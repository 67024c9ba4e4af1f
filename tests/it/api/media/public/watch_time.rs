use std::time::Duration;

use framehouse_domain::{Device, VideoId, View, ViewId, Viewer};
use framehouse_tests::{DURATION, GALLERY, VIDEOS, act_on, api, published_video, seconds_ago, store, until, visitor};
use reqwest::Method;
use serde_json::{Value, json};

/// A view that began so many seconds ago.
async fn began(id: VideoId, seconds: i64) -> ViewId {
    let view = ViewId::generate(id, 7, seconds_ago(seconds));
    let viewer = Viewer { key: Some("i:test".into()), device: Device::Tv, ..Viewer::unknown() };
    store().open_view(&View::begin(view, viewer, None, true, 90)).await.unwrap();
    view
}

async fn watched(id: VideoId, seconds: u32) -> Value {
    until(&format!("{seconds} seconds of {id}"), Duration::from_secs(30), async || {
        let video = api().get(&format!("{VIDEOS}/{id}")).await;
        (video["publicTotalWatchTime"] == seconds).then_some(video)
    })
    .await
}

#[tokio::test]
async fn watch_time_grows_and_is_no_more_than_there_was_time_for() {
    let (id, guest) = (published_video().await, visitor());
    let path = format!("{GALLERY}/{id}/watch-time");
    let view = began(id, 60).await;
    let tell = async |seconds: Value| {
        let body = json!({ "viewId": view, "watchTimeSeconds": seconds });
        guest.json(Method::POST, &path, &body).await.expect(200)["watchTimeSeconds"].as_u64().unwrap()
    };
    assert_eq!(tell(json!(30)).await, 30);
    watched(id, 30).await;
    assert_eq!(tell(json!(10.9)).await, 10);
    let most = tell(json!(100_000)).await;
    assert!((60..=80).contains(&most), "the wall clock: {most}");
    watched(id, u32::try_from(most).unwrap()).await;
    let old = json!({ "viewId": began(id, 4 * 3600).await, "seconds": 5000 });
    assert_eq!(guest.json(Method::POST, &path, &old).await.expect(200)["watchTimeSeconds"], DURATION, "the duration");
    let nobody = visitor().json(Method::POST, &path, &json!({ "watchTimeSeconds": 1 })).await.expect(200);
    assert_eq!((&nobody["success"], &nobody["watchTimeSeconds"]), (&json!(true), &json!(1)));
}

#[tokio::test]
async fn bad_watch_times_are_refused() {
    let (id, guest) = (published_video().await, visitor());
    let path = format!("{GALLERY}/{id}/watch-time");
    for body in [json!({}), json!({ "watchTimeSeconds": -1 }), json!({ "watchTimeSeconds": "1" }), json!({ "x": 1 })] {
        guest.json(Method::POST, &path, &body).await.expect_error(400, "invalid_request");
    }
    guest.call(Method::POST, &path).await.expect_error(415, "unsupported_media_type");
    let unknown = json!({ "viewId": ViewId::generate(id, 3, seconds_ago(9)), "watchTimeSeconds": 1 });
    guest.json(Method::POST, &path, &unknown).await.expect_error(404, "not_found");
    act_on(id, "lock").await;
    let locked = guest.json(Method::POST, &path, &json!({ "watchTimeSeconds": 1 })).await;
    locked.expect_sentence(403, "media_locked", "Media is locked");
}
