//! Directories of files become videos. A scan finds what other tests put there, so no flow but these uses these directories.

use std::{collections::HashMap, time::Duration};

use framehouse_domain::{LibraryPath, Orientation, Quality, ScanId, Video};
use framehouse_store::{PathClaim, Store};
use framehouse_tests::{VIDEOS, api, put_in_library, stack, unique, until};
use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::library_clips::{LibraryFile, Truth, library};

/// Files put at once.
const AT_ONCE: usize = 16;

fn store() -> Store {
    Store::new(stack().dynamodb(), &stack().table_name)
}

async fn put_all(files: impl Iterator<Item = (String, Vec<u8>)>) {
    stream::iter(files)
        .for_each_concurrent(AT_ONCE, |(path, bytes)| async move { put_in_library(&path, bytes).await })
        .await;
}

/// Many files and few processors.
const PATIENCE: Duration = Duration::from_mins(5);

/// Scans a directory, and waits for its end.
async fn scan(directory_type: &str) -> (ScanId, Value) {
    let scan = api().json(Method::POST, &format!("{VIDEOS}/scan"), &json!({ "directoryType": directory_type })).await;
    assert!([200, 202].contains(&scan.status), "{}", scan.text);
    let id = scan.expect(scan.status)["scanId"].as_str().expect("an id").to_owned();
    let ended = until("the scan ends", PATIENCE, async || {
        let scan = api().get(&format!("{VIDEOS}/scans/{id}")).await;
        (scan["status"] != "listing" && scan["status"] != "inspecting").then_some(scan)
    })
    .await;
    assert_eq!(ended["status"], "completed", "{ended}");
    (id.parse().expect("an id"), ended)
}

/// The records at these paths.
async fn claims(paths: &[LibraryPath]) -> HashMap<LibraryPath, PathClaim> {
    store().videos_at(paths).await.expect("the owner may read the table")
}

/// The videos at these paths, once each has been looked at: another test's scan may have found them first.
async fn videos_at(paths: &[LibraryPath]) -> HashMap<LibraryPath, Video> {
    until("all files are looked at", PATIENCE, async || {
        let ids: Vec<_> = claims(paths).await.values().map(|claim| claim.video).collect();
        let videos = store().videos(&ids).await.expect("the owner may read the table");
        let looked = videos.iter().all(|video| video.last_validated.is_some());
        (looked && videos.len() == paths.len())
            .then(|| videos.into_iter().map(|video| (video.path.clone(), video)).collect())
    })
    .await
}

fn check(video: &Video, file: &LibraryFile) {
    match &file.truth {
        Truth::Broken(reason) => {
            let said = video.invalid_reason.as_deref().unwrap_or_default();
            assert!(said.contains(reason) && !video.is_valid(), "{}: {said}, not {reason}", file.name);
        }
        Truth::Video { seconds, width, height, has_audio } => {
            let facts = video.facts.as_ref().unwrap_or_else(|| panic!("{}: {:?}", file.name, video.invalid_reason));
            let found = (facts.duration_seconds, facts.width, facts.height, facts.has_audio);
            let whole = |number: &u64| u32::try_from(*number).ok();
            assert_eq!(found, (whole(seconds), whole(width), whole(height), *has_audio), "{}", file.name);
            let shape = match (width * 10, height * 11, height * 9) {
                (width, landscape, _) if width > landscape => Orientation::Landscape,
                (width, _, portrait) if width < portrait => Orientation::Portrait,
                _ => Orientation::Square,
            };
            let class = match width.min(height) {
                1080.. => Quality::Fhd,
                720.. => Quality::Hd,
                _ => Quality::Sd,
            };
            assert_eq!((video.orientation(), video.quality()), (Some(shape), Some(class)), "{}", file.name);
            assert_eq!(facts.file_size, file.bytes.len() as u64, "{}", file.name);
            assert!(video.is_valid() && video.duplicate_of.is_none(), "{}: {:?}", file.name, video.duplicate_of);
            assert!(facts.file_hash.as_ref().is_some_and(|hash| hash.len() == 64), "{}", file.name);
            assert!(video.thumbnail_path.is_some(), "{} has no thumbnail", file.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_of_200_clips_is_scanned_probed_and_listed_right() {
    let (folder, files) = (unique("scan"), library(200).await);
    let path = |file: &LibraryFile| format!("private/{folder}/{}", file.name);
    put_all(files.iter().map(|file| (path(file), file.bytes.clone()))).await;
    let paths: Vec<LibraryPath> = files.iter().map(|file| path(file).parse().unwrap()).collect();

    let (first, ended) = scan("private").await;
    let videos = videos_at(&paths).await;
    for (path, file) in paths.iter().zip(&files) {
        check(&videos[path], file);
    }
    if claims(&paths).await.values().all(|claim| claim.scan == Some(first)) {
        let invalid: Vec<&str> = ended["invalid"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        for (path, file) in paths.iter().zip(&files) {
            let told = invalid.iter().find(|line| line.starts_with(&format!("{path}: ")));
            match file.truth {
                Truth::Broken(reason) => assert!(told.is_some_and(|line| line.contains(reason)), "{path}: {told:?}"),
                Truth::Video { .. } => assert_eq!(told, None),
            }
        }
    }

    let before = claims(&paths).await;
    let (_, again) = scan("private").await;
    assert!(again["skipped"].as_u64() >= Some(200), "{again}");
    assert_eq!(claims(&paths).await, before, "a second scan makes nothing anew");

    let some = &videos[&paths[3]];
    let told = api().get(&format!("{VIDEOS}/{}", some.id)).await;
    assert_eq!((told["path"].as_str(), &told["isValid"]), (Some(paths[3].as_str()), &json!(true)));
    assert_eq!(told["fileHash"].as_str(), some.file_hash());
    let picture = reqwest::get(told["thumbnailUrl"].as_str().expect("a thumbnail")).await.unwrap();
    assert_eq!(
        (picture.status().as_u16(), picture.headers()["content-type"].as_bytes()),
        (200, b"image/jpeg".as_slice())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn more_files_than_a_page_are_taken_in_page_by_page() {
    let (folder, count) = (unique("many"), 1_200);
    let path = |number: usize| format!("playback/{folder}/{number:05}.mp4");
    put_all((0..count).map(|number| (path(number), b"Only words.".to_vec()))).await;
    let (_, ended) = scan("playback").await;
    let paths: Vec<LibraryPath> = (0..count).map(|number| path(number).parse().unwrap()).collect();
    let videos = videos_at(&paths).await;
    assert_eq!(videos.len(), count);
    assert!(
        videos.values().all(|video| video.invalid_reason.as_deref().is_some_and(|why| why.contains("a text file")))
    );
    assert!(ended["scanned"].as_u64() >= Some(1_200), "{ended}");
}
