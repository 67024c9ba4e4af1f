use framehouse_domain::{VideoId, ViewId};
use framehouse_tests::{Api, GALLERY, act_on, published_video, published_with, unique, user, visitor};
use reqwest::Method;
use serde_json::json;

use super::{PREFIXES, counted, of_kind, opened, raw_items, stored, track, tracked};

#[tokio::test]
async fn both_paths_and_both_content_types_track_a_view() {
    let (id, other) = (published_video().await, visitor());
    for prefix in PREFIXES {
        for content_type in ["application/json", "text/plain", "text/plain;charset=UTF-8", "TEXT/PLAIN"] {
            let body = Some(json!({ "videoId": id, "sessionId": "s", "referer": "https://n.example" }).to_string());
            let path = format!("{prefix}/track/view");
            let answer = other.send(Method::POST, &path, body, &[("content-type", content_type)]).await;
            let view: ViewId = answer.expect(200)["viewId"].as_str().unwrap().parse().unwrap();
            assert_eq!((view.video, stored(view).await.tracked), (id, true));
        }
    }
    counted(id, "publicViewCount", 8).await;
}

#[tokio::test]
async fn opening_a_page_and_its_player_are_one_view() {
    let (id, anna) = (published_video().await, visitor());
    let page = opened(&anna, id).await;
    assert!(!stored(page).await.tracked);
    assert_eq!(tracked(&anna, id).await, page, "the player runs in that page");
    assert!(stored(page).await.tracked);
    let second = tracked(&anna, id).await;
    assert_ne!(second, page, "a second player is a second view");
    let again = opened(&anna, id).await;
    let named = track(&anna, "view", &json!({ "videoId": id, "viewId": again })).await.expect(200);
    assert_eq!(named["viewId"], json!(again));
    let repeated = track(&anna, "view", &json!({ "videoId": id, "viewId": again })).await.expect(200);
    assert_eq!(repeated["viewId"], json!(again), "repeating is harmless");
    assert_ne!(tracked(&visitor(), id).await, page, "others have their own");
    counted(id, "publicViewCount", 4).await;
    assert_eq!(of_kind(&raw_items(id).await, "#VIEW").len(), 4);
}

#[tokio::test]
async fn a_page_that_is_left_and_another_that_is_signed_in_to_are_told_apart() {
    let id = published_video().await;
    let subject = unique("anna");
    let anna = user(&subject);
    let page = opened(&visitor(), id).await;
    let mine = tracked(&anna, id).await;
    assert_ne!(mine, page);
    let view = stored(mine).await;
    assert_eq!(
        (view.viewer.user_id.as_deref(), view.viewer.key),
        (Some(subject.as_str()), Some(format!("u:{subject}")))
    );
    // Whoever signs in on an open page is known from then on.
    let late = track(&anna, "view", &json!({ "videoId": id, "viewId": page })).await.expect(200);
    assert_eq!(late["viewId"], json!(page));
    assert_eq!(stored(page).await.viewer.user_id, Some(subject));
}

#[tokio::test]
async fn what_cannot_be_viewed_says_why() {
    let (id, guest) = (published_video().await, visitor());
    let hidden = published_with(|video| video.published = false).await;
    for video in [hidden, VideoId::generate()] {
        track(&guest, "view", &json!({ "videoId": video })).await.expect_sentence(404, "not_found", "Media not found");
    }
    let elsewhere = opened(&guest, published_video().await).await;
    let wrong = track(&guest, "view", &json!({ "videoId": id, "viewId": elsewhere })).await;
    assert!(wrong.expect_error(400, "invalid_request")["fields"]["viewId"].is_string());
    let nowhere = ViewId::generate(id, 3, framehouse_api::now());
    track(&guest, "view", &json!({ "videoId": id, "viewId": nowhere })).await.expect_error(404, "not_found");
    for body in [
        json!({}),
        json!({ "videoId": 7 }),
        json!({ "videoId": "7" }),
        json!({ "videoId": id, "viewId": "x" }),
        json!({ "videoId": id, "referer": 7 }),
        json!({ "videoId": id, "ip": "192.0.2.1" }),
        json!([id]),
    ] {
        track(&guest, "view", &body).await.expect_error(400, "invalid_request");
    }
    guest.call(Method::POST, "/track/view").await.expect_error(415, "unsupported_media_type");
    let text = Some("videoId=7".to_owned());
    let form = [("content-type", "application/x-www-form-urlencoded")];
    guest.send(Method::POST, "/track/view", text.clone(), &form).await.expect_error(415, "unsupported_media_type");
    guest
        .send(Method::POST, "/track/view", text, &[("content-type", "text/plain")])
        .await
        .expect_error(400, "invalid_request");
    let stranger = Api::with(Some("x.y.z".to_owned()));
    track(&stranger, "view", &json!({ "videoId": id })).await.expect_error(401, "unauthorized");
    act_on(id, "lock").await;
    track(&guest, "view", &json!({ "videoId": id })).await.expect_sentence(403, "media_locked", "Media is locked");
    guest.call(Method::GET, &format!("{GALLERY}/{id}")).await.expect_sentence(403, "media_locked", "Media is locked");
}
