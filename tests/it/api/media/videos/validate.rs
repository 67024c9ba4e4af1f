use framehouse_tests::{Answer, VIDEOS, api, create_video, put_in_library, short_clip, stack, unique, wait_for_look};
use reqwest::Method;
use serde_json::json;

async fn validate(id: &str, headers: &[(&str, &str)]) -> Answer {
    api().send(Method::POST, &format!("{VIDEOS}/{id}/validate"), None, headers).await
}

#[tokio::test]
async fn a_look_follows_the_file_from_good_to_corrupt_to_missing_and_back() {
    let path = format!("playback/{}/a.mp4", unique("validate"));
    let clip = short_clip().await;
    let id = create_video(&path, clip.clone(), json!({})).await["id"].as_str().unwrap().to_owned();
    let first = wait_for_look(&id).await;

    let good = validate(&id, &[]).await.expect(200);
    assert_eq!((&good["id"], &good["isValid"]), (&json!(id), &json!(true)));
    assert!(good["lastValidated"].as_str() > first["lastValidated"].as_str());
    let metadata = json!({ "durationSeconds": 5, "width": 1280, "height": 720, "quality": "HD",
        "orientation": "landscape", "hasAudio": true, "fileSize": clip.len(), "fileHash": first["fileHash"] });
    assert_eq!(good["metadata"], metadata);

    put_in_library(&path, b"no video at all".to_vec()).await;
    let corrupt = validate(&id, &[]).await.expect(200);
    assert_eq!(corrupt["isValid"], false);
    let reason = corrupt["invalidReason"].as_str().unwrap();
    assert!(reason.ends_with('.') && reason.len() > 15 && !reason.contains("://"), "{reason}");

    put_in_library(&path, clip[..clip.len() / 2].to_vec()).await;
    assert_eq!(validate(&id, &[]).await.expect(200)["isValid"], false, "truncated");

    let delete = stack().s3().delete_object().bucket(&stack().media_bucket).key(format!("library/{path}"));
    delete.send().await.unwrap();
    let missing = validate(&id, &[]).await.expect(200);
    assert_eq!(missing["isValid"], false);
    assert_ne!(missing["invalidReason"], corrupt["invalidReason"]);

    put_in_library(&path, clip).await;
    let back = validate(&id, &[]).await.expect(200);
    assert_eq!((&back["isValid"], &back["metadata"]), (&json!(true), &metadata));
}

#[tokio::test]
async fn who_does_not_want_to_wait_is_told_where_to_look() {
    let path = format!("playback/{}/a.mp4", unique("async"));
    let id = create_video(&path, short_clip().await, json!({})).await["id"].as_str().unwrap().to_owned();
    let answer = validate(&id, &[("prefer", "wait=100, respond-async")]).await;
    let status_url = format!("{VIDEOS}/{id}");
    assert_eq!(answer.expect(202), json!({ "id": id, "status": "pending", "statusUrl": status_url }));
    assert_eq!(answer.header("location"), Some(&*status_url));
    wait_for_look(&id).await;
}
