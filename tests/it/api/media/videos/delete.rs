use std::time::Duration;

use framehouse_domain::VideoId;
use framehouse_tests::{VIDEOS, api, create_video, ids, list, short_clip, stack, unique, until, wait_for_look};
use reqwest::Method;
use serde_json::{Value, json};

async fn video(producer: &str) -> (String, Value) {
    let path = format!("highlights/{}/a.mp4", unique("delete"));
    let video = create_video(&path, short_clip().await, json!({ "producer": producer })).await;
    (video["id"].as_str().unwrap().to_owned(), video)
}

async fn delete(id: &str, query: &str) -> Value {
    api().call(Method::DELETE, &format!("{VIDEOS}/{id}{query}")).await.expect(200)
}

#[tokio::test]
async fn a_soft_deletion_hides_keeps_and_can_be_taken_back() {
    let producer = unique("producer");
    let (id, video) = video(&producer).await;
    assert_eq!(delete(&id, "").await, json!({ "success": true, "message": "Video marked as invalid" }));
    assert_eq!(ids(&list(&format!("producer={producer}")).await), [""; 0]);
    assert_eq!(ids(&list(&format!("producer={producer}&isValid=false")).await), [&*id]);
    assert_eq!(ids(&list(&format!("producer={producer}&isValid=any")).await), [&*id]);
    let deleted = api().get(&format!("{VIDEOS}/{id}")).await;
    assert_eq!((&deleted["isValid"], deleted["deletedAt"].is_string()), (&json!(false), true));
    assert_eq!(stack().keys(&format!("library/{}", video["path"].as_str().unwrap())).await.len(), 1);
    delete(&id, "").await;
    let restored = api().call(Method::POST, &format!("{VIDEOS}/{id}/restore")).await.expect(200);
    assert_eq!((&restored["isValid"], &restored["deletedAt"]), (&json!(true), &Value::Null));
    assert_eq!(ids(&list(&format!("producer={producer}")).await), [&*id]);
    api().call(Method::POST, &format!("{VIDEOS}/{id}/restore")).await.expect(200);
}

#[tokio::test]
async fn a_permanent_deletion_forgets_the_record_and_leaves_the_file() {
    let producer = unique("producer");
    let (id, video) = video(&producer).await;
    let path = video["path"].as_str().unwrap();
    delete(&id, "?permanent=true").await;
    api().call(Method::GET, &format!("{VIDEOS}/{id}")).await.expect_error(404, "not_found");
    api().call(Method::DELETE, &format!("{VIDEOS}/{id}?permanent=true")).await.expect_error(404, "not_found");
    api().call(Method::POST, &format!("{VIDEOS}/{id}/restore")).await.expect_error(404, "not_found");
    assert_eq!(list(&format!("producer={producer}&isValid=any")).await["pagination"]["total"], 0);
    assert_eq!(stack().keys(&format!("library/{path}")).await.len(), 1);
    let again = api().json(Method::POST, VIDEOS, &json!({ "path": path })).await.expect(201);
    assert_ne!(again["id"], video["id"]);
}

#[tokio::test]
async fn a_permanent_deletion_with_its_objects_removes_file_and_thumbnail() {
    let (id, video) = video("nobody").await;
    let thumbnail = wait_for_look(&id).await["thumbnailPath"].as_str().unwrap().to_owned();
    delete(&id, "?permanent=true&objects=true").await;
    let file = format!("library/{}", video["path"].as_str().unwrap());
    until("the objects are gone", Duration::from_secs(60), async || {
        (stack().keys(&file).await.is_empty() && stack().keys(&thumbnail).await.is_empty()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_permanent_deletion_in_the_middle_of_a_move_leaves_no_bytes() {
    for pause in [0, 400, 2_000] {
        let (id, video) = video("nobody").await;
        wait_for_look(&id).await;
        let path = video["path"].as_str().unwrap();
        let edit = json!({ "directoryType": "curated", "thumbnailPath": "thumbnails/shared.jpg" });
        api().json(Method::PUT, &format!("{VIDEOS}/{id}"), &edit).await.expect(200);
        // However far the move has come.
        let start = std::time::Instant::now();
        until("some time passes", Duration::from_secs(5), async || {
            (start.elapsed() >= Duration::from_millis(pause)).then_some(())
        })
        .await;
        delete(&id, "?permanent=true&objects=true").await;
        let keys = [format!("library/{path}"), format!("library/{}", path.replacen("highlights", "curated", 1))];
        until("every object of it is gone", Duration::from_secs(60), async || {
            let left = [&keys[0], &keys[1], &format!("thumbnails/{id}")];
            let left = futures::future::join_all(left.map(|key| stack().keys(key))).await.concat();
            left.is_empty().then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn when_the_oldest_goes_the_next_one_is_no_duplicate_any_more() {
    let folder = unique("oldest");
    let mut clip = short_clip().await;
    clip.extend(16_u32.to_be_bytes());
    clip.extend(b"free");
    clip.extend(folder.as_bytes()[folder.len() - 8..].iter());
    let mut videos = Vec::new();
    for n in 0..2 {
        let video = create_video(&format!("videos/{folder}/{n}.mp4"), clip.clone(), json!({})).await;
        videos.push(wait_for_look(video["id"].as_str().unwrap()).await["id"].as_str().unwrap().to_owned());
    }
    let duplicate_of = async |expected: Value| {
        until(&format!("duplicateOf becomes {expected}"), Duration::from_secs(30), async || {
            let video = api().get(&format!("{VIDEOS}/{}", videos[1])).await;
            (video["duplicateOf"] == expected).then_some(())
        })
        .await;
    };
    duplicate_of(json!(videos[0])).await;
    delete(&videos[0], "?permanent=true").await;
    duplicate_of(Value::Null).await;
}

#[tokio::test]
async fn unknown_and_malformed_ids() {
    for (id, status, code) in
        [(VideoId::generate().to_string(), 404, "not_found"), ("not-an-id".to_owned(), 400, "invalid_request")]
    {
        let path = format!("{VIDEOS}/{id}");
        api().call(Method::GET, &path).await.expect_error(status, code);
        api().call(Method::DELETE, &path).await.expect_error(status, code);
        api().call(Method::DELETE, &format!("{path}?permanent=true&objects=true")).await.expect_error(status, code);
        api().call(Method::POST, &format!("{path}/restore")).await.expect_error(status, code);
        api().call(Method::POST, &format!("{path}/validate")).await.expect_error(status, code);
        api().call(Method::GET, &format!("/api/videos/{id}")).await.expect_error(status, code);
        api().call(Method::GET, &format!("{VIDEOS}/scans/{id}")).await.expect_error(status, code);
    }
    for query in ["permanent=maybe", "objects=true"] {
        let bad = format!("{VIDEOS}/{}?{query}", VideoId::generate());
        api().call(Method::DELETE, &bad).await.expect_error(400, "invalid_request");
    }
}
