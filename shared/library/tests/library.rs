//! Files become videos, on the emulator.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../store/tests/table/mod.rs"]
mod table;

use std::{
    collections::HashSet,
    env,
    sync::atomic::{AtomicI64, Ordering},
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_s3::config::{BehaviorVersion, Region};
use framehouse_domain::{DirectoryType, LibraryPath, MediaFileId, Scan, ScanId, VideoId};
use framehouse_library::{Files, list_files, scan_page, take_in_files, take_in_upload};
use framehouse_objects::{LibraryJob, Objects, Presigner, Queue};
use framehouse_store::{ScanPage, Store, VideoCreated};
use table::{fresh_table, media_file, now};
use url::Url;

/// A table, a bucket and a queue of one's own.
struct Place {
    store: Store,
    s3: aws_sdk_s3::Client,
    bucket: String,
    objects: Objects,
    sqs: aws_sdk_sqs::Client,
    queue_url: String,
    queue: Queue<LibraryJob>,
}

async fn place() -> Place {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"));
    let credentials =
        Credentials::new(variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), None, None, "stack.env");
    let (region, endpoint) = (variable("AWS_REGION"), variable("AWS_ENDPOINT_URL"));
    let s3 = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.clone()))
        .endpoint_url(&endpoint)
        .force_path_style(true)
        .credentials_provider(credentials.clone());
    let sqs = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.clone()))
        .endpoint_url(&endpoint)
        .credentials_provider(credentials.clone());
    let (s3, sqs) = (aws_sdk_s3::Client::from_conf(s3.build()), aws_sdk_sqs::Client::from_conf(sqs.build()));
    let bucket = format!("library-test-{}", MediaFileId::generate());
    s3.create_bucket().bucket(&bucket).send().await.unwrap();
    let queue_url = sqs.create_queue().queue_name(&bucket).send().await.unwrap().queue_url.unwrap();
    let endpoint = Url::parse(&endpoint).unwrap();
    let presigner = Presigner::new(SharedCredentialsProvider::new(credentials), &region, &bucket, Some(&endpoint));
    let objects = Objects::new(s3.clone(), &bucket, presigner.unwrap());
    let queue = Queue::new(sqs.clone(), &queue_url);
    Place { store: fresh_table().await, s3, bucket, objects, sqs, queue_url, queue }
}

fn scan(skip_existing: bool) -> Scan {
    let (id, directory_type) = (ScanId::generate(), DirectoryType::Gifs);
    Scan { id, directory_type, skip_existing, created_by: "admin".into(), created_at: now() }
}

fn counts(page: &ScanPage) -> [u32; 5] {
    [page.scanned, page.created, page.updated, page.skipped, page.failed]
}

impl Place {
    async fn put(&self, key: &str) {
        self.s3.put_object().bucket(&self.bucket).key(key).body(b"x".to_vec().into()).send().await.unwrap();
    }

    async fn page(&self, scan: &Scan) -> ScanPage {
        scan_page(&self.store, &self.objects, &self.queue, scan, 0, None, now).await.unwrap()
    }

    /// The groups of videos that workers are asked to look at.
    async fn groups(&self) -> Vec<LibraryJob> {
        let mut jobs = Vec::new();
        loop {
            let call = self.sqs.receive_message().queue_url(&self.queue_url).max_number_of_messages(10);
            let messages = call.send().await.unwrap().messages.unwrap_or_default();
            if messages.is_empty() {
                return jobs;
            }
            for message in messages {
                jobs.push(serde_json::from_str(message.body().unwrap()).unwrap());
                let delete = self.sqs.delete_message().queue_url(&self.queue_url);
                delete.receipt_handle(message.receipt_handle().unwrap()).send().await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_page_repeated_creates_what_it_created_and_another_scan_skips_or_renews_it() {
    let place = place().await;
    for number in 0..23 {
        place.put(&format!("library/gifs/sub/{number:02} é.Mp4")).await;
    }
    for other in ["library/gifs/readme.txt", "library/gifs/sub//b.mp4", "library/videos/a.mp4"] {
        place.put(other).await;
    }
    let first = scan(true);
    for _ in 0..2 {
        let page = place.page(&first).await;
        assert_eq!((counts(&page), page.next), ([24, 23, 0, 0, 1], None));
        assert!(page.errors[0].starts_with("gifs/sub//b.mp4: The path has an empty part"), "{:?}", page.errors);
        let groups = place.groups().await;
        let mut sizes: Vec<_> = groups
            .iter()
            .map(|job| match job {
                LibraryJob::Inspect { video_ids, scan: Some(group) } if group.id == first.id => video_ids.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [3, 10, 10]);
    }
    assert_eq!(counts(&place.page(&scan(true)).await), [24, 0, 0, 23, 1]);
    assert_eq!(place.groups().await, []);
    assert_eq!(counts(&place.page(&scan(false)).await), [24, 0, 23, 0, 1]);
    assert_eq!(place.groups().await.len(), 3);
}

#[tokio::test]
async fn a_page_that_two_workers_have_at_once_makes_one_record_a_file() {
    let place = place().await;
    let paths: Vec<String> = (0..60).map(|number| format!("gifs/{number}.mp4")).collect();
    let files = Files { paths: paths.clone(), next: None };
    let scan = scan(true);
    let take = || take_in_files(&place.store, &place.queue, &scan, 0, &files, now);
    let (one, other) = futures::join!(take(), take());
    assert_eq!([counts(&one.unwrap()), counts(&other.unwrap())], [[60, 60, 0, 0, 0]; 2]);
    let paths: Vec<LibraryPath> = paths.iter().map(|path| path.parse().unwrap()).collect();
    let claims = place.store.videos_at(&paths).await.unwrap();
    let ids: Vec<VideoId> = claims.values().map(|claim| claim.video).collect();
    assert_eq!(place.store.videos(&ids).await.unwrap().len(), 60);
}

#[tokio::test]
async fn each_record_has_its_own_moment_and_no_sentence_is_long() {
    let place = place().await;
    let mut paths: Vec<String> = (0..40).map(|number| format!("gifs/{number}.mp4")).collect();
    paths.push(format!("gifs/{}\u{1}.mp4", "é".repeat(480)));
    let (files, scan) = (Files { paths: paths.clone(), next: None }, scan(true));
    let readings = AtomicI64::new(0);
    let clock = || now().plus_seconds(readings.fetch_add(1, Ordering::Relaxed));
    let page = take_in_files(&place.store, &place.queue, &scan, 0, &files, clock).await.unwrap();
    assert_eq!(counts(&page), [41, 40, 0, 0, 1]);
    let paths: Vec<LibraryPath> = paths[..40].iter().map(|path| path.parse().unwrap()).collect();
    let claims = place.store.videos_at(&paths).await.unwrap();
    let ids: Vec<VideoId> = claims.values().map(|claim| claim.video).collect();
    let videos = place.store.videos(&ids).await.unwrap();
    let moments: HashSet<i64> = videos.iter().map(|video| video.created_at.as_seconds()).collect();
    assert!(moments.len() >= 40, "{moments:?}");
    let said = &page.errors[0];
    assert!(said.chars().count() <= 500 && said.ends_with("…: The path has a control character."), "{said}");
}

#[tokio::test]
async fn a_listing_goes_on_where_it_ended() {
    let place = place().await;
    for name in ["a.mp4", "b.txt", "c.mp4", "d.mp4", "e.jpg"] {
        place.put(&format!("library/gifs/{name}")).await;
    }
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let files = list_files(&place.objects, DirectoryType::Gifs, after.as_deref(), 2).await.unwrap();
        found.extend(files.paths);
        after = files.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, ["gifs/a.mp4", "gifs/c.mp4", "gifs/d.mp4"]);
}

#[tokio::test]
async fn an_upload_is_one_video_however_often_it_arrives_and_stays_removed() {
    let place = place().await;
    let mut media = media_file();
    media.original_filename = "Ferien am Meer.mp4".into();
    media.tags = vec!["meer".into()];
    assert_eq!(take_in_upload(&place.store, &media, now()).await.unwrap(), VideoCreated::New);
    assert_eq!(take_in_upload(&place.store, &media, now()).await.unwrap(), VideoCreated::Known);
    let id = VideoId::from(media.id);
    let video = place.store.video(id).await.unwrap().unwrap();
    assert_eq!((video.path.to_string(), video.object_key), (format!("inbox/{id}.mp4"), media.original_path.clone()));
    assert_eq!((video.title.as_deref(), video.tags), (Some("Ferien am Meer"), media.tags.clone()));
    assert_eq!((video.media_file_id, video.created_by), (Some(media.id), media.created_by.clone()));
    place.store.remove_video(id, now()).await.unwrap();
    assert_eq!(take_in_upload(&place.store, &media, now()).await.unwrap(), VideoCreated::Known);
    assert_eq!(place.store.video(id).await.unwrap(), None);
}
