//! Uploads become videos of the library; their files move while they play.

use std::time::Duration;

use framehouse_tests::{
    Answer, Upload, VIDEOS, api, clip, create_video, stack, unique, until, wait_for_look, wait_for_status,
};
use reqwest::Method;
use serde_json::{Value, json};

/// A clip whose bytes nobody else has.
async fn unique_clip() -> Vec<u8> {
    let path = std::env::temp_dir().join(format!("{}.mp4", unique("upload")));
    let title = format!("title={}", unique("clip"));
    let status = tokio::process::Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y", "-i"])
        .arg(clip("bbb-720p.mp4"))
        .args(["-c", "copy", "-metadata", &title])
        .arg(&path)
        .status()
        .await;
    assert!(status.expect("ffmpeg is installed").success());
    let bytes = tokio::fs::read(&path).await.unwrap();
    tokio::fs::remove_file(&path).await.unwrap();
    bytes
}

async fn video_when(id: &str, condition: impl Fn(&Value) -> bool) -> Value {
    until(&format!("video {id} is as wanted"), Duration::from_mins(5), async || {
        let answer = api().call(Method::GET, &format!("{VIDEOS}/{id}")).await;
        let video = if answer.status == 200 { answer.expect(200) } else { Value::Null };
        condition(&video).then_some(video)
    })
    .await
}

async fn text(url: &str) -> Answer {
    Answer::of(reqwest::get(url).await.expect("it answers")).await
}

/// The URL of a segment, by the playlists that a viewer would read now.
async fn segment(playback: &str) -> String {
    let master = text(&format!("{}{playback}", stack().api_url)).await;
    let master = m3u8_rs::parse_master_playlist_res(master.text.as_bytes()).expect("a master playlist");
    let id = playback.trim_start_matches("/stream/hls/").split('/').next().expect("an id").to_owned();
    let playlist = text(&format!("{}/stream/hls/{id}/{}", stack().api_url, master.variants[0].uri)).await;
    let playlist = m3u8_rs::parse_media_playlist_res(playlist.text.as_bytes()).expect("a media playlist");
    playlist.segments[0].uri.clone()
}

#[tokio::test]
async fn an_upload_becomes_a_video_in_the_inbox_and_its_copy_is_told_of() {
    let bytes = unique_clip().await;
    let size = bytes.len() as u64;
    let first = Upload::bytes("Ferien am Meer.mp4", bytes.clone()).await;
    let video = video_when(&first, |video| !video["fileHash"].is_null()).await;
    let expected = json!({
        "path": format!("inbox/{first}.mp4"), "filename": format!("{first}.mp4"), "directoryType": "inbox",
        "originalFilename": "Ferien am Meer.mp4", "title": "Ferien am Meer", "mediaFileId": first, "fileSize": size,
        "width": 1280, "height": 720, "quality": "HD", "orientation": "landscape", "hasAudio": true,
        "durationSeconds": 5, "isValid": true, "published": false, "duplicateOf": null,
        "thumbnailPath": format!("thumbnails/{first}.jpg")
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&video[field], value, "{field} of {video}");
    }
    wait_for_status(&first, "READY").await;

    let second = Upload::bytes("again.mp4", bytes).await;
    let video = video_when(&second, |video| !video["duplicateOf"].is_null()).await;
    assert_eq!((video["duplicateOf"].as_str(), &video["isValid"]), (Some(first.as_str()), &json!(true)));
    wait_for_status(&second, "READY").await;
    for id in [first, second] {
        api().call(Method::DELETE, &format!("/media-files/{id}")).await.expect(204);
        video_when(&id, Value::is_null).await;
    }
}

#[tokio::test]
async fn a_video_moves_while_it_plays_and_is_transcoded_again_from_its_new_place() {
    let id = Upload::bytes("walk.mp4", unique_clip().await).await;
    let media = wait_for_status(&id, "READY").await;
    let playback = media["playback"]["url"].as_str().unwrap();
    let edit = json!({ "directoryType": "curated", "title": "A walk" });
    let edited = api().json(Method::PUT, &format!("{VIDEOS}/{id}"), &edit).await.expect(200);
    assert_eq!(edited["path"], format!("curated/{id}.mp4"));
    let (old, new) = (format!("originals/{id}.mp4"), format!("library/curated/{id}.mp4"));
    until("the file is moved", Duration::from_mins(5), async || {
        assert_eq!(text(&segment(playback).await).await.status, 200, "it plays all the while");
        (stack().keys(&old).await.is_empty() && stack().keys(&new).await.len() == 1).then_some(())
    })
    .await;
    let video = video_when(&id, |video| !video["standardizedAt"].is_null()).await;
    assert_eq!(video["originalPath"].as_str(), Some(old.as_str()));
    assert_eq!((&video["title"], video["originalFilename"].as_str()), (&json!("A walk"), Some("walk.mp4")));
    let media = api().get(&format!("/media-files/{id}")).await;
    assert_eq!(media["originalPath"].as_str(), Some(new.as_str()));

    api().call(Method::POST, &format!("/media-files/{id}/retry")).await.expect(202);
    until("version 2 is live", Duration::from_secs(120), async || {
        let url = segment(playback).await;
        assert_eq!(text(&url).await.status, 200, "it plays all the while");
        url.contains("/v2/").then_some(())
    })
    .await;
    let validated = api().call(Method::POST, &format!("{VIDEOS}/{id}/validate")).await.expect(200);
    assert_eq!(validated["isValid"], true, "{validated}");

    api().call(Method::DELETE, &format!("/media-files/{id}")).await.expect(204);
    video_when(&id, Value::is_null).await;
    until("its file is gone", Duration::from_secs(60), async || stack().keys(&new).await.is_empty().then_some(()))
        .await;
}

#[tokio::test]
async fn a_video_that_was_just_moved_can_go_back_at_once() {
    let path = format!("videos/{}/a.mp4", unique("back"));
    let video = create_video(&path, unique_clip().await, json!({})).await;
    let id = video["id"].as_str().unwrap();
    wait_for_look(id).await;
    let (here, there) = (format!("library/{path}"), format!("library/{}", path.replacen("videos", "curated", 1)));
    let go = async |directory_type: &str| {
        api()
            .json(Method::PUT, &format!("{VIDEOS}/{id}"), &json!({ "directoryType": directory_type }))
            .await
            .expect(200);
    };
    go("curated").await;
    video_when(id, |video| !video["standardizedAt"].is_null()).await;
    go("videos").await;
    until("it is back", Duration::from_mins(5), async || {
        (stack().keys(&there).await.is_empty() && stack().keys(&here).await.len() == 1).then_some(())
    })
    .await;
    let validated = api().call(Method::POST, &format!("{VIDEOS}/{id}/validate")).await.expect(200);
    assert_eq!(validated["isValid"], true, "{validated}");
    assert_eq!(api().get(&format!("{VIDEOS}/{id}")).await["path"].as_str(), Some(path.as_str()));
}
