use std::time::Duration;

use framehouse_tests::{
    Answer, VIDEOS, api, create_video, ids, list, put_in_library, short_clip, stack, unique, until, wait_for_look,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn put(id: &str, body: &Value, if_match: Option<&str>) -> Answer {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(if_match.map(|tag| ("if-match", tag)));
    api().send(Method::PUT, &format!("{VIDEOS}/{id}"), Some(body.to_string()), &headers).await
}

async fn video(directory: &str, fields: Value) -> (String, Value) {
    let video = create_video(&format!("{directory}/{}/a.mp4", unique("update")), short_clip().await, fields).await;
    (video["id"].as_str().unwrap().to_owned(), video)
}

#[tokio::test]
async fn fields_change_and_the_next_list_knows() {
    let (id, before) = video("videos", json!({ "title": "Old", "creator": "B" })).await;
    let producer = unique("100 %_'\" Ünïcode 映画");
    let body = json!({ "producer": producer, "creator": null, "title": "New Title", "tags": ["updated", "tags"],
        "thumbnailPath": "thumbnails/mine.jpg" });
    let answer = put(&id, &body, None).await;
    let after = answer.expect(200);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    assert_eq!((&after["producer"], &after["creator"]), (&json!(producer), &Value::Null));
    assert_eq!((&after["title"], &after["tags"]), (&json!("New Title"), &json!(["updated", "tags"])));
    assert_eq!(after["thumbnailPath"], "thumbnails/mine.jpg");
    assert!(after["updatedAt"].as_str() > before["updatedAt"].as_str());
    let query = reqwest::Url::parse_with_params("http://x/", [("producer", &producer)]).unwrap();
    assert_eq!(ids(&list(query.query().unwrap()).await), [id]);
}

#[tokio::test]
async fn a_change_over_somebody_elses_is_refused() {
    let (id, _) = video("videos", json!({})).await;
    wait_for_look(&id).await;
    let answer = put(&id, &json!({ "title": "First" }), Some("\"1\"")).await;
    answer.expect(200);
    put(&id, &json!({ "title": "Second" }), Some("\"1\"")).await.expect_error(412, "precondition_failed");
    put(&id, &json!({ "directoryType": "gifs" }), Some("\"1\"")).await.expect_error(412, "precondition_failed");
    put(&id, &json!({ "title": "Second" }), Some("W/\"2\"")).await.expect_error(412, "precondition_failed");
    assert_eq!(api().get(&format!("{VIDEOS}/{id}")).await["title"], "First");
    put(&id, &json!({ "title": "Second" }), answer.header("etag")).await.expect(200);
    put(&id, &json!({ "title": "Third" }), Some("*")).await.expect(200);
    for action in ["lock", "unlock", "restore", "unpublish"] {
        let stale = [("if-match", "\"1\"")];
        let refused = api().send(Method::POST, &format!("{VIDEOS}/{id}/{action}"), None, &stale).await;
        refused.expect_error(412, "precondition_failed");
    }
    let stale = api().send(Method::DELETE, &format!("{VIDEOS}/{id}"), None, &[("if-match", "\"1\"")]).await;
    stale.expect_error(412, "precondition_failed");
    let racer = async |n: usize| put(&id, &json!({ "title": n.to_string() }), Some("\"4\"")).await.status;
    let statuses = futures::future::join_all((0..5).map(racer)).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 4, "{statuses:?}");
}

#[tokio::test]
async fn a_move_is_seen_at_once_and_its_file_follows() {
    let (id, before) = video("videos", json!({})).await;
    wait_for_look(&id).await;
    let path = before["path"].as_str().unwrap().to_owned();
    let moved = put(&id, &json!({ "directoryType": "curated" }), None).await.expect(200);
    let target = path.replacen("videos/", "curated/", 1);
    assert_eq!((moved["path"].as_str(), moved["directoryType"].as_str()), (Some(&*target), Some("curated")));
    let after = until("the file follows", Duration::from_secs(60), async || {
        let video = api().get(&format!("{VIDEOS}/{id}")).await;
        (!video["standardizedAt"].is_null()).then_some(video)
    })
    .await;
    assert_eq!(after["originalPath"], format!("library/{path}"));
    assert_eq!(stack().keys(&format!("library/{target}")).await.len(), 1);
    until("the old object is gone", Duration::from_secs(60), async || {
        stack().keys(&format!("library/{path}")).await.is_empty().then_some(())
    })
    .await;
    let validated = api().call(Method::POST, &format!("{VIDEOS}/{id}/validate")).await.expect(200);
    assert_eq!(validated["isValid"], true, "{validated}");
}

#[tokio::test]
async fn a_place_that_is_taken_is_no_target() {
    let folder = unique("taken");
    let clip = short_clip().await;
    let mover = create_video(&format!("videos/{folder}/a.mp4"), clip.clone(), json!({})).await;
    let id = mover["id"].as_str().unwrap();
    let there = create_video(&format!("gifs/{folder}/a.mp4"), clip.clone(), json!({})).await;
    let error = put(id, &json!({ "directoryType": "gifs" }), None).await;
    assert!([409].contains(&error.status), "{}", error.text);
    put_in_library(&format!("studios/{folder}/a.mp4"), clip).await;
    put(id, &json!({ "directoryType": "studios" }), None).await.expect_error(409, "object_exists");
    let unchanged = api().get(&format!("{VIDEOS}/{id}")).await;
    assert_eq!((&unchanged["path"], &unchanged["directoryType"]), (&mover["path"], &json!("videos")));
    assert_eq!(api().get(&format!("{VIDEOS}/{}", there["id"].as_str().unwrap())).await["isValid"], true);
}

#[tokio::test]
async fn bad_fields_are_named_and_unknown_ones_refused() {
    let (id, _) = video("videos", json!({})).await;
    for (body, field) in [
        (json!({}), "body"),
        (json!({ "title": "x".repeat(501) }), "title"),
        (json!({ "tags": ["t".repeat(101)] }), "tags"),
        (json!({ "thumbnailPath": "/x" }), "thumbnailPath"),
    ] {
        let error = put(&id, &body, None).await.expect_error(400, "invalid_request");
        assert!(error["fields"][field].is_string(), "{error}");
    }
    for body in [
        json!({ "directoryType": "attic" }),
        json!({ "isValid": false }),
        json!({ "tags": "a" }),
        json!(3),
        json!(["x"]),
    ] {
        put(&id, &body, None).await.expect_error(400, "invalid_request");
    }
    let unknown = framehouse_domain::VideoId::generate().to_string();
    put(&unknown, &json!({ "title": "x" }), None).await.expect_error(404, "not_found");
    put(&unknown, &json!({ "directoryType": "gifs" }), None).await.expect_error(404, "not_found");
    put("x", &json!({ "title": "x" }), None).await.expect_error(400, "invalid_request");
}

#[tokio::test]
async fn there_and_back_again_at_once_is_no_conflict() {
    let (id, before) = video("videos", json!({})).await;
    wait_for_look(&id).await;
    for directory in ["curated", "videos", "curated", "videos"] {
        put(&id, &json!({ "directoryType": directory }), None).await.expect(200);
    }
    let path = before["path"].as_str().unwrap();
    let folder = path.split('/').nth(1).unwrap();
    until("one object is left, where it was", Duration::from_secs(60), async || {
        let elsewhere = stack().keys(&format!("library/curated/{folder}")).await;
        let here = stack().keys(&format!("library/videos/{folder}")).await;
        (elsewhere.is_empty() && here == [format!("library/{path}")]).then_some(())
    })
    .await;
    let validated = api().call(Method::POST, &format!("{VIDEOS}/{id}/validate")).await.expect(200);
    assert_eq!(validated["isValid"], true, "{validated}");
}

#[tokio::test]
async fn a_scan_during_a_move_takes_nothing_for_a_new_file() {
    let (id, before) = video("gifs", json!({})).await;
    wait_for_look(&id).await;
    put(&id, &json!({ "directoryType": "curated" }), None).await.expect(200);
    let path = before["path"].as_str().unwrap();
    until("the file is at its new place", Duration::from_secs(60), async || {
        let scan = json!({ "directoryType": "gifs" });
        api().json(Method::POST, &format!("{VIDEOS}/scan"), &scan).await.expect(200);
        let video = api().get(&format!("{VIDEOS}/{id}")).await;
        let gone = stack().keys(&format!("library/{path}")).await.is_empty();
        (gone && !video["standardizedAt"].is_null()).then_some(())
    })
    .await;
    let folder = path.split('/').nth(1).unwrap();
    let since = before["createdAt"].as_str().unwrap();
    let all = list(&format!("isValid=any&limit=100&directoryType=gifs&createdFrom={since}")).await;
    let paths: Vec<_> = all["data"].as_array().unwrap().iter().map(|video| video["path"].clone()).collect();
    assert!(paths.iter().all(|path| !path.as_str().unwrap().contains(folder)), "{paths:?}");
}

#[tokio::test]
async fn a_path_that_would_grow_too_long_is_refused() {
    let folder = unique("long");
    let path = format!("gifs/{folder}/{}.mp4", "x".repeat(1000 - 10 - folder.len()));
    assert_eq!(path.len(), 1000);
    let id = create_video(&path, short_clip().await, json!({})).await["id"].as_str().unwrap().to_owned();
    let refused = put(&id, &json!({ "directoryType": "compilations" }), None).await;
    assert!(refused.expect_error(400, "invalid_request")["fields"]["directoryType"].is_string());
    let unchanged = api().get(&format!("{VIDEOS}/{id}")).await;
    assert_eq!(unchanged["path"], json!(path));
}

#[tokio::test]
async fn a_picture_of_an_admins_own_is_signed() {
    let name = format!("thumbnails/{}.jpg", unique("mine"));
    let picture = stack().s3().put_object().bucket(&stack().media_bucket).key(&name).body(b"\xFF\xD8".to_vec().into());
    picture.send().await.unwrap();
    let (id, _) = video("videos", json!({ "thumbnailPath": name })).await;
    let shown = api().get(&format!("{VIDEOS}/{id}")).await["thumbnailUrl"].as_str().unwrap().to_owned();
    assert_eq!(reqwest::get(shown).await.unwrap().status(), 200);
    let secret = put(&id, &json!({ "thumbnailPath": "originals/secret.mp4" }), None).await.expect(200);
    assert_eq!(secret["thumbnailUrl"], Value::Null, "nothing but pictures");
}
