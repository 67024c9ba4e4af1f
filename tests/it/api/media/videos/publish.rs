use framehouse_domain::VideoId;
use framehouse_tests::{Api, Upload, VIDEOS, api, clip, create_video, list, short_clip, unique, wait_for_status};
use reqwest::Method;
use serde_json::{Value, json};

async fn act(id: &str, action: &str, body: Value) -> framehouse_tests::Answer {
    api().json(Method::POST, &format!("{VIDEOS}/{id}/{action}"), &body).await
}

/// Whether somebody who is not signed in may watch.
async fn is_watched(id: &str) -> bool {
    let status = Api::with(None).call(Method::GET, &format!("/stream/hls/{id}/master.m3u8")).await.status;
    assert!([200, 401, 403].contains(&status), "{status}");
    status == 200
}

#[tokio::test]
async fn a_video_goes_public_is_locked_and_leaves_the_gallery() {
    let id = Upload::file(&clip("bbb-720p.mp4")).await;
    wait_for_status(&id, "READY").await;
    act(&id, "publish", json!({ "category": "sports" })).await.expect_error(409, "not_eligible");
    let edit = json!({ "directoryType": "curated", "tags": [id] });
    api().json(Method::PUT, &format!("{VIDEOS}/{id}"), &edit).await.expect(200);
    assert!(!is_watched(&id).await);
    let recategorize = async |category: &str| {
        api().json(Method::PUT, &format!("{VIDEOS}/{id}/category"), &json!({ "category": category })).await
    };
    recategorize("news").await.expect_error(409, "not_published");

    let published = act(&id, "publish", json!({ "category": " sports " })).await.expect(200);
    assert_eq!((&published["published"], &published["category"]), (&json!(true), &json!("sports")));
    assert!(published["publishedAt"].is_string());
    assert!(is_watched(&id).await);
    assert_eq!(list(&format!("tags={id}&published=true")).await["pagination"]["total"], 1);
    let again = act(&id, "publish", json!({ "category": "sports" })).await.expect(200);
    assert_eq!(again["publishedAt"], published["publishedAt"]);
    assert_eq!(recategorize("news").await.expect(200)["category"], "news");
    let private = json!({ "directoryType": "private" });
    api().json(Method::PUT, &format!("{VIDEOS}/{id}"), &private).await.expect_error(409, "published");

    let locked = act(&id, "lock", json!({ "reason": " Rights " })).await.expect(200);
    assert_eq!((&locked["locked"], &locked["lockedReason"]), (&json!(true), &json!("Rights")));
    assert!(locked["lockedAt"].is_string());
    assert!(!is_watched(&id).await);
    api().call(Method::POST, &format!("{VIDEOS}/{id}/unlock")).await.expect(200);
    assert!(is_watched(&id).await);

    let unpublished = api().call(Method::POST, &format!("{VIDEOS}/{id}/unpublish")).await.expect(200);
    assert_eq!((&unpublished["published"], &unpublished["publishedAt"]), (&json!(false), &Value::Null));
    assert!(unpublished["movedFromPublicAt"].is_string());
    assert!(!is_watched(&id).await);
    act(&id, "publish", json!({ "category": "sports" })).await.expect(200);
    api().call(Method::DELETE, &format!("{VIDEOS}/{id}")).await.expect(200);
    assert!(!is_watched(&id).await, "what is deleted plays for nobody");
    api().call(Method::POST, &format!("{VIDEOS}/{id}/restore")).await.expect(200);
    assert!(is_watched(&id).await);
}

#[tokio::test]
async fn what_was_never_transcoded_is_not_published() {
    let path = format!("videos/{}/a.mp4", unique("raw"));
    let id = create_video(&path, short_clip().await, json!({})).await["id"].as_str().unwrap().to_owned();
    act(&id, "publish", json!({ "category": "sports" })).await.expect_error(409, "not_ready");
    let bulk = json!({ "ids": [id], "action": "publish", "category": "sports" });
    let done = api().json(Method::POST, &format!("{VIDEOS}/bulk"), &bulk).await.expect(200);
    assert_eq!((&done["failed"], &done["results"][0]["code"]), (&json!(1), &json!("not_ready")));
    let bulk = json!({ "ids": [id], "action": "unpublish" });
    assert_eq!(api().json(Method::POST, &format!("{VIDEOS}/bulk"), &bulk).await.expect(200)["succeeded"], 1);
}

#[tokio::test]
async fn bad_categories_reasons_and_ids() {
    let unknown = VideoId::generate().to_string();
    for body in [json!({}), json!({ "category": " " }), json!({ "category": "x".repeat(65) }), json!({ "category": 1 })]
    {
        act(&unknown, "publish", body.clone()).await.expect_error(400, "invalid_request");
        let path = format!("{VIDEOS}/{unknown}/category");
        api().json(Method::PUT, &path, &body).await.expect_error(400, "invalid_request");
    }
    act(&unknown, "lock", json!({ "reason": "x".repeat(501) })).await.expect_error(400, "invalid_request");
    act(&unknown, "publish", json!({ "category": "x" })).await.expect_error(404, "not_found");
    for action in ["unpublish", "lock", "unlock"] {
        act(&unknown, action, json!({})).await.expect_error(404, "not_found");
        act("x", action, json!({})).await.expect_error(400, "invalid_request");
    }
}
