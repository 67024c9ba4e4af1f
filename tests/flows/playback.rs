//! From upload to playback: a real clip through S3, the queue and the transcoder, and back as HLS.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::Role;
use framehouse_tests::{Answer, Api, Upload, UploadRequest, api, clip, stack, until, wait_for_status};
use m3u8_rs::{MasterPlaylist, MediaPlaylist};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::process::Command;

/// `bbb-720p.mp4`: 1280×720, 25 frames per second, 132 frames.
const DURATION: f64 = 5.28;
const FRAME: f64 = 0.04;

async fn ready() -> (String, Value) {
    let id = Upload::file(&clip("bbb-720p.mp4")).await;
    let media = wait_for_status(&id, "READY").await;
    (id, media)
}

async fn get(url: &str) -> Answer {
    Answer::of(Client::new().get(url).send().await.unwrap()).await
}

async fn anonymous(path: &str) -> Answer {
    Api::with(None).call(Method::GET, path).await
}

fn playback(media: &Value) -> &str {
    media["playback"]["url"].as_str().expect("a playback URL")
}

async fn master(media: &Value) -> MasterPlaylist {
    let answer = anonymous(playback(media)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/vnd.apple.mpegurl")));
    m3u8_rs::parse_master_playlist_res(answer.text.as_bytes()).expect("a master playlist")
}

async fn media_playlist(id: &str, uri: &str) -> MediaPlaylist {
    let answer = anonymous(&format!("/stream/hls/{id}/{uri}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    m3u8_rs::parse_media_playlist_res(answer.text.as_bytes()).expect("a media playlist")
}

#[tokio::test]
async fn a_clip_becomes_a_video_that_every_part_of_can_be_fetched() {
    let (id, media) = ready().await;
    assert_eq!((&media["progress"], &media["errorMessage"]), (&100.into(), &Value::Null));
    assert_eq!(media["manifestUrl"], format!("/stream/hls/{id}/master.m3u8"));
    assert_eq!((&media["width"], &media["height"]), (&1280.into(), &720.into()));
    assert!((media["duration"].as_f64().unwrap() - DURATION).abs() <= FRAME, "{media}");
    let names: Vec<_> = media["renditions"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["720p", "480p", "360p"]);

    let master = master(&media).await;
    assert_eq!(master.variants.len(), 3);
    let audio = master.alternatives.iter().filter_map(|alternative| alternative.uri.clone());
    for uri in master.variants.iter().map(|variant| variant.uri.clone()).chain(audio) {
        let playlist = media_playlist(&id, &uri).await;
        assert!(playlist.end_list);
        let total: f64 = playlist.segments.iter().map(|segment| f64::from(segment.duration)).sum();
        assert!((total - DURATION).abs() <= 0.05 + FRAME, "{uri}: {total}");
        let init = playlist.segments.iter().filter_map(|segment| segment.map.as_ref()).map(|map| &map.uri);
        for url in playlist.segments.iter().map(|segment| &segment.uri).chain(init) {
            assert_eq!(get(url).await.status, 200, "{url}");
        }
    }
    for image in ["posterUrl", "previewUrl"] {
        assert_eq!(get(media[image].as_str().unwrap()).await.status, 200, "{image}");
    }
    let storyboard = anonymous(media["storyboardUrl"].as_str().unwrap()).await;
    assert_eq!((storyboard.status, storyboard.header("content-type")), (200, Some("text/vtt; charset=utf-8")));
    let sprite = storyboard.text.lines().find(|line| line.contains("#xywh=")).expect("a cue");
    assert_eq!(get(sprite.split('#').next().unwrap()).await.status, 200, "{sprite}");
}

#[tokio::test]
async fn a_multipart_upload_becomes_a_video() {
    let bytes = tokio::fs::read(clip("bbb-720p.mp4")).await.unwrap();
    let request = UploadRequest::new("Ferien am Meer + \"Zugabe\" 映画.mp4", bytes.len() as u64);
    let upload = request.with("method", "MULTIPART").create().await;
    let part = api().json(Method::POST, &upload.path("/parts"), &json!({ "partNumbers": [1] })).await.expect(200);
    let put = Client::new().put(part["parts"][0]["url"].as_str().unwrap()).body(bytes).send().await.unwrap();
    assert_eq!(put.status(), 200);
    api().call(Method::POST, &upload.path("/complete")).await.expect(200);
    let media = wait_for_status(&upload.id, "READY").await;
    assert_eq!(media["originalFilename"], "Ferien am Meer + \"Zugabe\" 映画.mp4");
}

#[tokio::test]
async fn ffmpeg_opens_the_printed_url_as_it_is() {
    let (_, media) = ready().await;
    let url = format!("{}{}", stack().api_url, playback(&media));
    let ffmpeg = Command::new("ffmpeg")
        .args(["-v", "error", "-xerror", "-i", &url, "-map", "0:v", "-map", "0:a", "-f", "null", "-"])
        .output()
        .await
        .expect("ffmpeg is installed");
    let said = String::from_utf8_lossy(&ffmpeg.stderr);
    assert!(ffmpeg.status.success() && said.trim().is_empty(), "{said}");
}

#[tokio::test]
async fn gstreamer_opens_the_printed_url_as_it_is() {
    let (_, media) = ready().await;
    let url = format!("{}{}", stack().api_url, playback(&media));
    let discovered = Command::new("gst-discoverer-1.0").arg(&url).output().await.expect("gst-discoverer is installed");
    let said = String::from_utf8_lossy(&discovered.stdout);
    for fact in ["Duration: 0:00:05.2", "Seekable: yes", "Live: no", "H.264", "Width: 1280", "MPEG-4 AAC"] {
        assert!(said.contains(fact), "{fact} is not in: {said}{}", String::from_utf8_lossy(&discovered.stderr));
    }
}

#[tokio::test]
async fn unpublished_and_locked_videos_play_for_an_admin_only() {
    let (id, media) = ready().await;
    let plain = format!("/stream/hls/{id}/master.m3u8");
    let as_user = Api::of(Role::User);
    assert_eq!(api().call(Method::GET, &plain).await.status, 200);
    anonymous(&plain).await.expect_error(401, "unauthorized");
    as_user.call(Method::GET, &plain).await.expect_error(403, "forbidden");

    let token = playback(&media).split_once("token=").unwrap().1;
    let (head, signature) = token.rsplit_once('.').unwrap();
    let tampered = format!("{head}.{}", signature.chars().rev().collect::<String>());
    anonymous(&format!("{plain}?token={tampered}")).await.expect_error(401, "unauthorized");
    let (other, _) = ready().await;
    let foreign = format!("/stream/hls/{other}/master.m3u8?token={token}");
    anonymous(&foreign).await.expect_error(401, "unauthorized");

    set(&id, "published", true).await;
    assert_eq!(anonymous(&plain).await.status, 200);
    assert_eq!(as_user.call(Method::GET, &plain).await.status, 200);
    set(&id, "locked", true).await;
    anonymous(&plain).await.expect_error(403, "forbidden");
    anonymous(playback(&media)).await.expect_error(403, "forbidden");
    assert_eq!(api().call(Method::GET, &plain).await.status, 200);
}

/// Publishing has no route yet; the attribute is what its route will set.
async fn set(id: &str, attribute: &str, value: bool) {
    let stack = stack();
    let update = stack.dynamodb().update_item().table_name(&stack.table_name);
    let update = update
        .key("pk", AttributeValue::S(format!("MEDIA#{id}")))
        .key("sk", AttributeValue::S("FILE".into()))
        .update_expression("SET #a = :v")
        .expression_attribute_names("#a", attribute)
        .expression_attribute_values(":v", AttributeValue::Bool(value));
    update.send().await.expect("the owner may write the table");
}

#[tokio::test]
async fn an_admins_header_is_enough_and_its_playlists_need_none() {
    let (id, _) = ready().await;
    let answer = api().call(Method::GET, &format!("/stream/hls/{id}/master.m3u8")).await;
    let master = m3u8_rs::parse_master_playlist_res(answer.text.as_bytes()).unwrap();
    assert!(!media_playlist(&id, &master.variants[0].uri).await.segments.is_empty());
}

#[tokio::test]
async fn objects_are_not_readable_without_a_signature() {
    let (id, _) = ready().await;
    let stack = stack();
    let mut seen = BTreeMap::new();
    for prefix in [format!("originals/{id}"), format!("hls/{id}/")] {
        for key in stack.keys(&prefix).await {
            let url = format!("{}/{}/{key}", stack.endpoint, stack.media_bucket);
            seen.insert(key, get(&url).await.status);
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
    assert!(seen.values().all(|status| *status == 403), "{seen:?}");
    let listing = get(&format!("{}/{}?list-type=2", stack.endpoint, stack.media_bucket)).await;
    assert_eq!(listing.status, 403);
}

#[tokio::test]
async fn playlists_are_compressed_for_those_who_ask() {
    let (id, media) = ready().await;
    let token = playback(&media).split_once('?').unwrap().1;
    let url = format!("{}/stream/hls/{id}/720p.m3u8?{token}", stack().api_url);
    let client = Client::builder().no_gzip().build().unwrap();
    let plain = client.get(&url).send().await.unwrap();
    assert_eq!(plain.headers().get("content-encoding"), None);
    let packed = client.get(&url).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert!(packed.bytes().await.unwrap().starts_with(&[0x1f, 0x8b]));
}

#[tokio::test]
async fn transcoding_again_switches_versions_and_deleting_removes_everything() {
    let (id, media) = ready().await;
    let path = format!("/media-files/{id}");
    api().call(Method::POST, &format!("{path}/retry")).await.expect(202);
    until("version 2 is live", Duration::from_secs(120), async || {
        let playlist = media_playlist(&id, &master(&media).await.variants[0].uri).await;
        assert_eq!(get(&playlist.segments[0].uri).await.status, 200, "it plays all the while");
        playlist.segments[0].uri.contains("/v2/").then_some(())
    })
    .await;
    wait_for_status(&id, "READY").await;
    assert!(!stack().keys(&format!("hls/{id}/v1/")).await.is_empty(), "viewers of version 1 can finish");

    api().call(Method::DELETE, &path).await.expect(204);
    api().call(Method::GET, &path).await.expect_error(404, "not_found");
    anonymous(playback(&media)).await.expect_error(404, "not_found");
    until("its objects are gone", Duration::from_secs(60), async || {
        let mut left = stack().keys(&format!("hls/{id}/")).await;
        left.extend(stack().keys(&format!("originals/{id}")).await);
        left.extend(stack().keys(&format!("work/{id}/")).await);
        left.is_empty().then_some(())
    })
    .await;
}
