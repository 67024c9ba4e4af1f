use framehouse_tests::{VIDEOS, api, create_video, put_in_library, short_clip, unique, wait_for_look};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_record_has_every_field_of_the_spec_and_gets_its_facts_from_a_worker() {
    let path = format!("studios/{}/Ferien am Meer % é.MP4", unique("create"));
    let fields = json!({
        "filename": "Ferien am Meer % é.MP4", "directoryType": "studios", "producer": " Studio A ",
        "creator": "Director B", "title": "New Video", "tags": ["action", "sports", "action"],
        "originalFilename": "my-video.mp4",
    });
    let created = create_video(&path, short_clip().await, fields).await;
    let pinned = json!({
        "path": path, "filename": "Ferien am Meer % é.MP4", "originalFilename": "my-video.mp4",
        "directoryType": "studios", "producer": "Studio A", "creator": "Director B", "title": "New Video",
        "tags": ["action", "sports"], "durationSeconds": null, "quality": null, "orientation": null,
        "hasAudio": false, "width": null, "height": null, "fileSize": null, "fileHash": null, "isValid": true,
        "invalidReason": null, "lastValidated": null, "originalPath": null, "standardizedAt": null,
        "thumbnailPath": null, "thumbnailUrl": null, "mediaFileId": null, "duplicateOf": null, "deletedAt": null,
        "published": false, "locked": false, "lockedAt": null, "lockedReason": null, "category": null, "publishedAt": null,
        "publicViewCount": 0, "publicUpvoteCount": 0, "publicCommentCount": 0, "publicCompletionCount": 0,
        "publicTotalWatchTime": 0, "movedFromPublicAt": null,
    });
    for (name, value) in pinned.as_object().unwrap() {
        assert_eq!(&created[name], value, "{name}");
    }
    assert_eq!(created["createdAt"], created["updatedAt"]);
    let known: Vec<_> =
        pinned.as_object().unwrap().keys().map(String::as_str).chain(["id", "createdAt", "updatedAt"]).collect();
    let stray: Vec<_> = created.as_object().unwrap().keys().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(stray.is_empty(), "fields that no document names: {stray:?}");

    let looked = wait_for_look(created["id"].as_str().unwrap()).await;
    let facts = json!({
        "durationSeconds": 5, "quality": "HD", "orientation": "landscape", "hasAudio": true, "width": 1280,
        "height": 720, "isValid": true, "fileSize": short_clip().await.len(),
    });
    for (name, value) in facts.as_object().unwrap() {
        assert_eq!(&looked[name], value, "{name}");
    }
    assert!(looked["fileHash"].as_str().is_some_and(|hash| hash.len() == 64), "{looked}");
    let thumbnail = reqwest::get(looked["thumbnailUrl"].as_str().expect("a thumbnail")).await.unwrap();
    assert_eq!((thumbnail.status().as_u16(), &thumbnail.bytes().await.unwrap()[..2]), (200, &b"\xFF\xD8"[..]));
    assert_eq!(looked["thumbnailPath"], format!("thumbnails/{}.jpg", looked["id"].as_str().unwrap()));
}

#[tokio::test]
async fn of_two_creates_of_one_path_one_wins() {
    let path = format!("videos/{}/a.mp4", unique("race"));
    put_in_library(&path, short_clip().await).await;
    let body = json!({ "path": path });
    let answers = futures::future::join_all((0..6).map(async |_| api().json(Method::POST, VIDEOS, &body).await)).await;
    let winner: Vec<Value> = answers.iter().filter(|answer| answer.status == 201).map(|won| won.expect(201)).collect();
    assert_eq!(winner.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 201) {
        let error = lost.expect_error(409, "path_taken");
        assert!(error["error"].as_str().unwrap().contains(winner[0]["id"].as_str().unwrap()), "{error}");
    }
}

#[tokio::test]
async fn a_created_answer_says_where_and_which_revision() {
    let path = format!("gifs/{}/a.mp4", unique("where"));
    put_in_library(&path, short_clip().await).await;
    let answer = api().json(Method::POST, VIDEOS, &json!({ "path": path })).await;
    let id = answer.expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), Some(&*format!("{VIDEOS}/{id}")));
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let read = api().call(Method::GET, answer.header("location").unwrap()).await;
    assert_eq!((read.expect(200)["path"].as_str(), read.header("etag")), (Some(&*path), Some("\"1\"")));
}

#[tokio::test]
async fn what_is_no_file_of_the_library_is_refused_by_field() {
    let missing = format!("videos/{}/a.mp4", unique("missing"));
    for (body, field) in [
        (json!({ "path": missing }), "path"),
        (json!({ "path": "attic/a.mp4" }), "path"),
        (json!({ "path": "videos/../private/a.mp4" }), "path"),
        (json!({ "path": "videos/a.txt" }), "path"),
        (json!({ "path": "videos/a.mp4\u{0}.mp4" }), "path"),
        (json!({ "path": format!("videos/{}.mp4", "é".repeat(500)) }), "path"),
        (json!({ "path": missing, "filename": "b.mp4" }), "filename"),
        (json!({ "path": missing, "directoryType": "gifs" }), "directoryType"),
        (json!({ "path": missing, "title": "x".repeat(501) }), "title"),
        (json!({ "path": missing, "tags": vec!["t"; 51] }), "tags"),
        (json!({ "path": missing, "thumbnailPath": "../x" }), "thumbnailPath"),
        (json!({ "path": missing, "originalFilename": "x".repeat(256) }), "originalFilename"),
        (json!({ "path": missing, "originalFilename": "a\nb" }), "originalFilename"),
    ] {
        let error = api().json(Method::POST, VIDEOS, &body).await.expect_error(400, "invalid_request");
        assert!(error["fields"][field].is_string(), "{body}: {error}");
    }
    for body in [json!({}), json!({ "path": 1 }), json!({ "path": missing, "isValid": true }), json!([])] {
        api().json(Method::POST, VIDEOS, &body).await.expect_error(400, "invalid_request");
    }
}
