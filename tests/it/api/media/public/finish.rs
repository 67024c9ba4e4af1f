use std::time::Duration;

use framehouse_domain::{VideoId, ViewId};
use framehouse_tests::{GALLERY, VIDEOS, act_on, api, published_video, until, visitor};
use reqwest::Method;
use serde_json::{Value, json};

async fn counts(id: VideoId, views: u64, completions: u64) -> Value {
    until(&format!("{views} views, {completions} completions of {id}"), Duration::from_secs(30), async || {
        let video = api().get(&format!("{VIDEOS}/{id}")).await;
        let is = video["publicViewCount"] == views && video["publicCompletionCount"] == completions;
        is.then_some(video)
    })
    .await
}

#[tokio::test]
async fn a_view_ends_once_whoever_tells_it_how_often() {
    let (id, guest) = (published_video().await, visitor());
    let path = format!("{GALLERY}/{id}/finish");
    let view = guest.get(&format!("{GALLERY}/{id}")).await["viewId"].clone();
    let expected = json!({ "success": true, "viewId": view });
    assert_eq!(guest.call(Method::POST, &path).await.expect(200), expected, "the latest view of this viewer");
    assert_eq!(guest.json(Method::POST, &path, &json!({ "viewId": view })).await.expect(200), expected);
    counts(id, 1, 1).await;
    let session = json!({ "sessionId": "another person here" });
    let named = guest.json(Method::POST, &path, &session).await.expect(200);
    assert_ne!(named["viewId"], view, "a session is somebody else's than the address it comes from");
    assert_eq!(guest.json(Method::POST, &path, &session).await.expect(200), named);
    let other = visitor().call(Method::POST, &path).await.expect(200);
    assert_ne!(other["viewId"], view, "who finishes has viewed");
    counts(id, 3, 3).await;
}

#[tokio::test]
async fn views_must_be_of_this_video_and_exist() {
    let (id, other, guest) = (published_video().await, published_video().await, visitor());
    let path = format!("{GALLERY}/{id}/finish");
    let view = guest.get(&format!("{GALLERY}/{other}")).await["viewId"].clone();
    let wrong = guest.json(Method::POST, &path, &json!({ "viewId": view })).await;
    assert!(wrong.expect_error(400, "invalid_request")["fields"]["viewId"].is_string());
    let unknown = ViewId::generate(id, 3, framehouse_api::now());
    guest.json(Method::POST, &path, &json!({ "viewId": unknown })).await.expect_error(404, "not_found");
    for body in [json!({ "viewId": "7" }), json!({ "viewId": 7 }), json!({ "view": 1 })] {
        guest.json(Method::POST, &path, &body).await.expect_error(400, "invalid_request");
    }
    let nowhere = format!("{GALLERY}/{}/finish", VideoId::generate());
    guest.call(Method::POST, &nowhere).await.expect_sentence(404, "not_found", "Media not found");
    act_on(id, "lock").await;
    guest.call(Method::POST, &path).await.expect_sentence(403, "media_locked", "Media is locked");
}
