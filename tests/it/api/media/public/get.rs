use std::time::Duration;

use framehouse_domain::{VideoId, ViewId};
use framehouse_tests::{
    Api, GALLERY, Upload, VIDEOS, act_on, api, clip, published_video, published_with, store, until, visitor,
    wait_for_status,
};
use reqwest::{Client, Method, redirect::Policy};
use serde_json::{Value, json};

/// The counts of a video as soon as they say so.
async fn counted(id: VideoId, field: &str, count: u64) -> Value {
    until(&format!("{field} {count} of {id}"), Duration::from_secs(30), async || {
        let video = api().get(&format!("{VIDEOS}/{id}")).await;
        (video[field] == count).then_some(video)
    })
    .await
}

#[tokio::test]
async fn a_video_has_the_fields_of_the_spec_and_each_look_is_a_view() {
    let id = published_video().await;
    let anna = visitor();
    let mut video = anna.get(&format!("{GALLERY}/{id}")).await;
    let view: ViewId = video["viewId"].take().as_str().unwrap().parse().unwrap();
    assert_eq!(view.video, id);
    for (field, expected) in [
        ("id", json!(id)),
        ("durationSeconds", json!(300)),
        ("quality", json!("FHD")),
        ("orientation", json!("landscape")),
        ("fileSize", json!(52_428_800)),
        ("width", json!(1920)),
        ("height", json!(1080)),
        ("hasAudio", json!(true)),
        ("viewCount", json!(0)),
        ("upvoteCount", json!(0)),
        ("commentCount", json!(0)),
        ("finishCount", json!(0)),
        ("totalWatchTime", json!(0)),
        ("isLocked", json!(false)),
        ("upvoted", Value::Null),
    ] {
        assert_eq!(video[field], expected, "{field}");
    }
    assert!(video["path"].as_str().unwrap().starts_with("videos/gallery-"));
    for field in ["createdAt", "updatedAt", "publishedAt", "category", "filename", "thumbnailPath"] {
        assert!(video[field].is_string(), "{field}");
    }
    anna.get(&format!("{GALLERY}/{id}")).await;
    visitor().get(&format!("{GALLERY}/{id}")).await;
    counted(id, "publicViewCount", 3).await;
    assert!(store().view(view).await.unwrap().is_some_and(|view| !view.tracked && view.viewer.key.is_some()));
}

#[tokio::test]
async fn who_is_signed_in_is_known_and_a_bad_token_is_refused() {
    let id = published_video().await;
    let video = api().get(&format!("{GALLERY}/{id}")).await;
    let view = store().view(video["viewId"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap();
    let subject = view.viewer.user_id.unwrap();
    assert_eq!(view.viewer.key, Some(format!("u:{subject}")));
    let stranger = Api::with(Some("x.y.z".to_owned()));
    stranger.call(Method::GET, &format!("{GALLERY}/{id}")).await.expect_error(401, "unauthorized");
}

#[tokio::test]
async fn what_is_not_in_the_gallery_is_not_found_and_what_is_locked_says_so() {
    let hidden = published_with(|video| video.published = false).await;
    for id in [hidden, VideoId::generate()] {
        for rest in ["", "/thumbnail"] {
            let answer = visitor().call(Method::GET, &format!("{GALLERY}/{id}{rest}")).await;
            answer.expect_sentence(404, "not_found", "Media not found");
        }
    }
    visitor().call(Method::GET, &format!("{GALLERY}/456")).await.expect_error(400, "invalid_request");
    let locked = published_video().await;
    act_on(locked, "lock").await;
    for rest in ["", "/thumbnail", "/related"] {
        let answer = visitor().call(Method::GET, &format!("{GALLERY}/{locked}{rest}")).await;
        answer.expect_sentence(403, "media_locked", "Media is locked");
    }
}

#[tokio::test]
async fn an_upload_that_was_published_plays_shows_its_picture_and_keeps_its_counts_when_it_leaves() {
    let id = Upload::file(&clip("bbb-720p.mp4")).await;
    wait_for_status(&id, "READY").await;
    let put = |path: String, body| async move { api().json(Method::PUT, &path, &body).await.expect(200) };
    put(format!("{VIDEOS}/{id}"), json!({ "directoryType": "highlights" })).await;
    let publish = async || {
        api().json(Method::POST, &format!("{VIDEOS}/{id}/publish"), &json!({ "category": "sea" })).await.expect(200)
    };
    publish().await;
    let guest = visitor();
    let video = guest.get(&format!("{GALLERY}/{id}")).await;
    let playlist = guest.call(Method::GET, video["manifestUrl"].as_str().unwrap()).await;
    assert!(playlist.text.starts_with("#EXTM3U"), "{}", playlist.text);
    let storyboard = guest.call(Method::GET, video["storyboardUrl"].as_str().unwrap()).await;
    assert!(storyboard.text.starts_with("WEBVTT"), "{}", storyboard.text);
    let picture = format!("{}{}", framehouse_tests::stack().api_url, video["thumbnailPath"].as_str().unwrap());
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let redirect = client.get(picture).send().await.unwrap();
    assert_eq!(redirect.status(), 302);
    let location = redirect.headers()["location"].to_str().unwrap().to_owned();
    let bytes = client.get(location).send().await.unwrap().bytes().await.unwrap();
    assert!(bytes.starts_with(&[0xff, 0xd8]), "a JPEG");

    let video: VideoId = id.parse().unwrap();
    counted(video, "publicViewCount", 1).await;
    let left = act_on(video, "unpublish").await;
    assert_eq!(left["publicViewCount"], 1);
    assert!(left["movedFromPublicAt"].is_string());
    guest.call(Method::GET, &format!("{GALLERY}/{id}")).await.expect_sentence(404, "not_found", "Media not found");
    assert_eq!(publish().await["publicViewCount"], 1, "history goes on");
    guest.get(&format!("{GALLERY}/{id}")).await;
    counted(video, "publicViewCount", 2).await;
}
