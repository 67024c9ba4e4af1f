//! The worker on real S3, SQS and DynamoDB interfaces with the real ffmpeg: from an S3 event to READY or FAILED.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bench;
#[path = "../../../shared/media/tests/clips/mod.rs"]
mod clips;
mod library;

use bench::{Bench, quick};
use clips::{decodes_clean, make, original, probe};
use framehouse_domain::{MediaFile, MediaStatus};
use framehouse_media::plan::{self, SegmentFormat};
use framehouse_objects::{ObjectKey, ObjectPrefix, Step, TranscodeRequest};

/// Names of the live renditions, best first.
fn names(media: &MediaFile) -> Vec<String> {
    let live = media.live.as_ref().expect("something is live");
    live.renditions.iter().map(|rendition| rendition.name.clone()).collect()
}

/// Plays the live version from end to end and looks at its pictures.
async fn plays(bench: &Bench, media: &MediaFile) {
    assert_eq!(media.status, MediaStatus::Ready, "{:?}", media.error_message);
    let directory = bench.download(media).await;
    let at = directory.path();
    decodes_clean(at.join("master.m3u8").to_str().unwrap());
    let live = media.live.as_ref().unwrap();
    for rendition in &live.renditions {
        let size = probe(&at.join(format!("{}.m3u8", rendition.name)), "v:0", "stream=width,height");
        assert_eq!(size[0], format!("{},{}", rendition.width, rendition.height));
    }
    let poster = probe(&at.join("poster.jpg"), "v:0", "stream=width,height").concat();
    let (width, height) = poster.split_once(',').unwrap();
    let shown = f64::from(live.width) / f64::from(live.height);
    let ratio = width.parse::<f64>().unwrap() / height.parse::<f64>().unwrap();
    assert!((ratio / shown - 1.0).abs() < 0.02, "the poster is {poster}, not of ratio {shown}");
    assert!(live.has_storyboard && live.has_preview);
    let storyboard = std::fs::read_to_string(at.join("storyboard.vtt")).unwrap();
    assert!(storyboard.starts_with("WEBVTT\n") && storyboard.contains("storyboard.jpg#xywh=0,0,"));
    assert!(!probe(&at.join("storyboard.jpg"), "v:0", "stream=width").is_empty());
    assert!(std::fs::read(at.join("preview.webp")).unwrap().windows(4).any(|name| name == b"ANIM"));
    assert_eq!(bench.keys(ObjectPrefix::Work(media.id)).await, [] as [String; 0], "notes are removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_is_copied_encoded_packaged_and_published() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let directory = tempfile::tempdir().unwrap();
    let clip = make(directory.path(), "bbb-1080p.mp4", "-t 5 -c copy", "clip.mp4");
    let media = bench.transcode(&clip).await;
    plays(&bench, &media).await;
    assert_eq!(names(&media), ["1080p", "720p", "480p", "360p"]);
    let live = media.live.as_ref().unwrap();
    assert!(live.renditions[0].copied && !live.renditions[1].copied);
    let source: f64 = probe(&clip, "v:0", "stream=duration")[0].parse().unwrap();
    assert!((live.duration - source).abs() <= 1.0 / 24.0, "{}, not {source}", live.duration);
    assert!(live.renditions.iter().all(|rendition| rendition.codecs.ends_with(",mp4a.40.2")));
    assert!(live.renditions.iter().all(|rendition| rendition.bandwidth >= rendition.average_bandwidth));
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_by_two_workers_make_one_portrait_video_in_transport_streams() {
    let settings = plan::Settings { format: SegmentFormat::Ts, chunk_seconds: 2.0, segment_seconds: 1.0, ..quick() };
    let mut bench = Bench::new(settings).await;
    bench.start().await;
    let directory = tempfile::tempdir().unwrap();
    let turned = make(directory.path(), "bbb-720p.mp4", "-c copy -metadata:s:v:0 rotate=90", "turned.mp4");
    let media = bench.transcode(&turned).await;
    plays(&bench, &media).await;
    assert_eq!(names(&media), ["720p", "480p", "360p"]);
    let live = media.live.as_ref().unwrap();
    assert_eq!((live.width, live.height), (720, 1280));
    assert!((live.duration - 5.28).abs() < 0.05, "{}", live.duration);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_play_fails_at_once_with_a_sentence() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let file = |name: &str, bytes: &[u8]| {
        let path = at.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let whole = std::fs::read(make(at, "bbb-720p.mp4", "-c copy -movflags +faststart", "whole.mp4")).unwrap();
    let matroska = std::fs::read(make(at, "bbb-720p.mp4", "-c copy", "film.mkv")).unwrap();
    let late = std::fs::read(original("bbb-720p.mp4")).unwrap();
    let cover = make(at, "bbb-720p.mp4", "-vn -c:a aac -ac 2", "audio.m4a");
    let cases = [
        (file("text.mp4", b"not a video at all\n"), "a text file"),
        (file("list.mp4", b"#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/\n"), "an HLS playlist"),
        (file("cut.mp4", &whole[..whole.len() / 2]), "cut off"),
        (file("cut.mkv", &matroska[..matroska.len() / 2]), "seconds: the file is cut off"),
        (file("headless.mp4", &late[..late.len() / 3]), "cut off"),
        (cover, "no video track"),
    ];
    for (path, reason) in cases {
        let media = bench.transcode(&path).await;
        let message = media.error_message.clone().unwrap_or_default();
        assert_eq!(media.status, MediaStatus::Failed, "{}", path.display());
        assert!(message.contains(reason), "{}: {message}", path.display());
    }
    let declared = bench.await_upload("mp4", 5).await;
    let size = late.len() as u64;
    bench.arrive(&declared, late).await;
    let media = bench.settled(declared.id).await;
    assert!(media.error_message.unwrap().contains("declared as 5 bytes"));
    let media = bench.until(media.id, |media| media.original_size != 5).await;
    assert_eq!(media.original_size, size, "what arrived counts");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_events_and_retries_leave_one_video() {
    let mut bench = Bench::new(quick()).await;
    let body = std::fs::read(original("bikes.mp4")).unwrap();
    let media = bench.await_upload("mp4", body.len() as u64).await;
    bench.put_original(&media, body).await;
    let event = bench::event(&media);
    for _ in 0..4 {
        bench.send(&event).await;
    }
    bench.send(r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#).await;
    bench.start().await;
    bench.settled(media.id).await;
    bench.drained().await;
    let first = bench.settled(media.id).await;
    plays(&bench, &first).await;
    assert_eq!(first.version, 1, "one event, however often it is delivered, is one transcode");
    let version = first.live.as_ref().unwrap().version;
    bench.request(&TranscodeRequest::plan(media.id, &media.original_path, first.version + 1)).await;
    bench.request(&TranscodeRequest::plan(media.id, &media.original_path, first.version + 1)).await;
    let second = bench.until(media.id, |media| media.live.as_ref().is_some_and(|live| live.version > version)).await;
    plays(&bench, &second).await;
    assert!(!bench.keys(ObjectPrefix::Version(media.id, version)).await.is_empty(), "kept for those who watch it");
    bench.stop().await;
    bench.purge().await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_takes_what_is_there_and_earlier_versions_go() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let directory = tempfile::tempdir().unwrap();
    let whole = std::fs::read(make(directory.path(), "bbb-720p.mp4", "-t 4 -c copy", "film.mkv")).unwrap();
    let size = whole.len() as u64;
    let cut = whole[..whole.len() / 2].to_vec();
    let media = bench.await_upload("mp4", cut.len() as u64).await;
    bench.arrive(&media, cut).await;
    let failed = bench.settled(media.id).await;
    assert_eq!((failed.status, failed.version), (MediaStatus::Failed, 1), "{:?}", failed.error_message);
    bench.drained().await;
    let stray = ObjectKey::hls(media.id, 1, "segments/720p_00000.m4s");
    bench.app.objects().await.unwrap().put(&stray, "video/mp4", b"left by a crash".to_vec()).await.unwrap();

    bench.put_original(&media, whole).await;
    bench.request(&TranscodeRequest::plan(media.id, &media.original_path, 2)).await;
    let media = bench.until(media.id, |media| media.version == 2 && media.status != MediaStatus::Processing).await;
    plays(&bench, &media).await;
    assert_eq!((media.original_size, media.mime_type.as_str()), (size, "video/x-matroska"));
    let depth = bench.app.queue().await.depth().await.unwrap();
    assert_eq!(depth.waiting, 1, "the removal of what version 1 left is ordered");
    bench.purge().await;

    let key = media.original_path.parse().unwrap();
    bench.app.objects().await.unwrap().delete(&key).await.unwrap();
    bench.request(&TranscodeRequest::plan(media.id, &media.original_path, 3)).await;
    let media = bench.until(media.id, |media| media.status == MediaStatus::Failed).await;
    let message = media.error_message.clone().unwrap();
    assert!(message.contains("no longer in the bucket"), "{message}");
    assert_eq!(media.live.as_ref().map(|live| live.version), Some(2), "what is live stays live");
    assert!(!bench.keys(ObjectPrefix::Version(media.id, 2)).await.is_empty());
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_track_that_nothing_decodes_costs_the_sound_only() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let directory = tempfile::tempdir().unwrap();
    let clip = make(directory.path(), "bbb-720p.mp4", "-c:v copy -c:a ac3 -ac 2", "clip.mp4");
    let whole = std::fs::read(&clip).unwrap();
    let packets = probe(&clip, "a:0", "packet=pos,size");
    let packets: Vec<&String> = packets.iter().filter(|line| !line.is_empty()).collect();
    // Packets of zeros have no sync word: nothing of them is decoded.
    let damage = |from: usize| {
        let mut body = whole.clone();
        for line in &packets[from..] {
            let (size, at) = line.split_once(',').unwrap();
            let (size, at): (usize, usize) = (size.parse().unwrap(), at.parse().unwrap());
            body[at..at + size].fill(0);
        }
        std::fs::write(&clip, body).unwrap();
    };
    damage(0);
    assert_eq!(probe(&clip, "a:0", "stream=codec_name")[0], "ac3");
    let media = bench.transcode(&clip).await;
    plays(&bench, &media).await;
    assert!(media.live.unwrap().renditions.iter().all(|rendition| !rendition.codecs.contains("mp4a")));

    // Sound that breaks off is a damaged file.
    damage(packets.len() / 2);
    let media = bench.transcode(&clip).await;
    let message = media.error_message.unwrap_or_default();
    assert!(message.contains("sound ends after 2."), "{message}");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_worker_hands_its_message_back_and_another_finishes() {
    let slow = plan::Settings { preset: "veryslow".into(), allow_copy: false, ..quick() };
    let mut bench = Bench::new(slow).await;
    bench.start().await;
    let body = std::fs::read(original("bbb-720p.mp4")).unwrap();
    let media = bench.await_upload("mp4", body.len() as u64).await;
    bench.arrive(&media, body).await;
    bench.segments_appear(media.id).await;
    bench.stop().await;
    let depth = bench.app.queue().await.depth().await.unwrap();
    assert_eq!(depth.in_flight, 0, "handed back");
    let counts = bench.receive_counts().await;
    assert!(!counts.is_empty() && counts.iter().all(|count| *count == 1), "a deployment is no failure: {counts:?}");
    bench.set_preset("ultrafast");
    bench.start().await;
    let media = bench.settled(media.id).await;
    plays(&bench, &media).await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_finishes_what_a_killed_one_began_and_ends_at_sigterm() {
    let bench = Bench::new(plan::Settings { preset: "slow".into(), ..quick() }).await;
    let directory = tempfile::tempdir().unwrap();
    // HEVC is never copied.
    let clip = make(directory.path(), "bbb-720p.mp4", "-c:v libx265 -preset ultrafast -c:a copy", "clip.mp4");
    let body = std::fs::read(clip).unwrap();
    let media = bench.await_upload("mp4", body.len() as u64).await;
    bench.arrive(&media, body).await;
    let mut first = bench.spawn();
    bench.segments_appear(media.id).await;
    first.kill().await.unwrap();
    let mut second = bench.spawn();
    let media = bench.settled(media.id).await;
    plays(&bench, &media).await;
    bench.drained().await;
    let pid = nix::unistd::Pid::from_raw(second.id().unwrap().cast_signed());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert!(second.wait().await.unwrap().success(), "SIGTERM is no failure");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_during_a_transcode_ends_it_and_leaves_nothing() {
    let slow = plan::Settings { preset: "veryslow".into(), allow_copy: false, ..quick() };
    let mut bench = Bench::new(slow).await;
    bench.start().await;
    let body = std::fs::read(original("bbb-720p.mp4")).unwrap();
    let media = bench.await_upload("mp4", body.len() as u64).await;
    bench.arrive(&media, body).await;
    bench.segments_appear(media.id).await;
    bench.request(&TranscodeRequest::step(media.id, Step::Remove { version: None, not_before: None })).await;
    bench.app.store().await.delete_media_file(media.id).await.unwrap();
    bench.drained().await;
    for prefix in [ObjectPrefix::Hls(media.id), ObjectPrefix::Work(media.id), ObjectPrefix::Original(media.id)] {
        assert_eq!(bench.keys(prefix).await, [] as [String; 0]);
    }
    bench.finish().await;
}
