use aws_sdk_s3::types::ChecksumAlgorithm;
use framehouse_api::now;
use framehouse_domain::{Orientation, Quality, Video, VideoFacts, VideoId};
use framehouse_objects::LibraryJob;
use sha2::{Digest, Sha256};

use super::folder;
use crate::{
    bench::{Bench, quick},
    clips::{make, original, probe},
};

fn facts(video: &Video) -> &VideoFacts {
    video.facts.as_ref().unwrap_or_else(|| panic!("{}: {:?}", video.path, video.invalid_reason))
}

/// Mean luma of a picture.
fn brightness(path: &std::path::Path) -> f64 {
    let pixels = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vf", "format=gray", "-f", "rawvideo", "-"])
        .output()
        .unwrap()
        .stdout;
    pixels.iter().map(|byte| f64::from(*byte)).sum::<f64>() / pixels.len() as f64
}

#[tokio::test(flavor = "multi_thread")]
async fn every_container_is_measured_hashed_and_pictured() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let (directory, folder) = (tempfile::tempdir().unwrap(), folder());
    let at = directory.path();
    let small = "-t 2 -vf scale=320:180 -c:v libx264 -preset ultrafast -c:a aac -ac 2";
    let vp8 = "-t 2 -vf scale=320:180 -c:v libvpx -deadline realtime -cpu-used 8 -an";
    let black = "-t 4 -vf scale=640:272,fade=in:st=0:d=2:color=black -c:v libx264 -preset ultrafast -an";
    let clips = [
        (make(at, "bbb-720p.mp4", small, "a.mp4"), (2, 320, 180, true)),
        (make(at, "bbb-720p.mp4", small, "b.MOV"), (2, 320, 180, true)),
        (make(at, "bbb-720p.mp4", small, "c.mkv"), (2, 320, 180, true)),
        (make(at, "bbb-720p.mp4", small, "d.Flv"), (2, 320, 180, true)),
        (make(at, "bbb-720p.mp4", small, "e.avi"), (2, 320, 180, true)),
        (make(at, "bbb-720p.mp4", vp8, "f.webm"), (2, 320, 180, false)),
        (make(at, "bbb-720p.mp4", "-c copy -metadata:s:v:0 rotate=90", "up right 映画.m4v"), (5, 720, 1280, true)),
        (make(at, "bikes.mp4", black, "dark start.mp4"), (4, 640, 272, false)),
        (
            make(at, "bbb-720p.mp4", "-t 1 -vf crop=720:720 -an -c:v libx264 -preset ultrafast", "square.mp4"),
            (1, 720, 720, false),
        ),
        (original("bbb-1080p.mp4"), (30, 1920, 1080, true)),
    ];
    let mut ids = Vec::new();
    for (path, _) in &clips {
        let name = path.file_name().unwrap().to_str().unwrap();
        ids.push(bench.register(&format!("studios/{folder}/{name}"), std::fs::read(path).unwrap()).await);
    }
    bench.inspect(&ids).await;
    for (id, (path, (seconds, width, height, has_audio))) in ids.iter().zip(&clips) {
        let video = bench.video(*id).await;
        let bytes = std::fs::read(path).unwrap();
        let found = facts(&video);
        let size = (found.duration_seconds, found.width, found.height, found.has_audio);
        assert_eq!(size, (Some(*seconds), Some(*width), Some(*height), *has_audio), "{}", video.path);
        assert_eq!(found.file_size, bytes.len() as u64);
        assert_eq!(video.file_hash(), Some(hex::encode(Sha256::digest(&bytes)).as_str()));
        assert!(video.is_valid() && video.last_validated.is_some() && found.e_tag.is_some());
        assert_eq!(video.thumbnail_path, Some(format!("thumbnails/{id}.jpg")), "{}", video.path);
        let key = format!("thumbnails/{id}.jpg").parse().unwrap();
        let picture = at.join(format!("{id}.jpg"));
        std::fs::write(&picture, bench.app.objects().await.unwrap().get(&key).await.unwrap()).unwrap();
        let shown = probe(&picture, "v:0", "stream=width,height").concat();
        let (w, h) = shown.split_once(',').unwrap();
        let (w, h): (f64, f64) = (w.parse().unwrap(), h.parse().unwrap());
        assert!(w <= 640.0 && w <= f64::from(*width), "{}: {shown}", video.path);
        assert!((w / h / (f64::from(*width) / f64::from(*height)) - 1.0).abs() < 0.02, "{}: {shown}", video.path);
        assert!(brightness(&picture) > 30.0, "{} is pictured dark", video.path);
    }
    let shape = async |at: usize| {
        let video = bench.video(ids[at]).await;
        (video.orientation(), video.quality())
    };
    assert_eq!(shape(0).await, (Some(Orientation::Landscape), Some(Quality::Sd)));
    assert_eq!(shape(6).await, (Some(Orientation::Portrait), Some(Quality::Hd)));
    assert_eq!(shape(8).await, (Some(Orientation::Square), Some(Quality::Hd)));
    assert_eq!(shape(9).await, (Some(Orientation::Landscape), Some(Quality::Fhd)));
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_good_says_why_at_once_and_is_good_again_when_it_is_mended() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let (directory, folder) = (tempfile::tempdir().unwrap(), folder());
    let at = directory.path();
    let read = |path: std::path::PathBuf| std::fs::read(path).unwrap();
    let encode = "-t 3 -vf scale=320:180 -c:v libx264 -preset ultrafast -c:a aac -ac 2";
    let early = read(make(at, "bbb-720p.mp4", "-t 3 -c copy -movflags +faststart", "early.mp4"));
    let cut = |bytes: &[u8]| bytes[..bytes.len() * 2 / 3].to_vec();
    let containers = ["mkv", "avi", "flv", "webm"].map(|kind| {
        let options = if kind == "webm" { "-t 3 -vf scale=160:90 -c:v libvpx -deadline realtime -an" } else { encode };
        (kind, cut(&read(make(at, "bbb-720p.mp4", options, &format!("whole.{kind}")))))
    });
    let mut cases = vec![
        ("empty.mp4", Vec::new(), "0 bytes"),
        ("text.mp4", b"These are only words.\n".to_vec(), "a text file"),
        ("list.mp4", b"#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/\n".to_vec(), "an HLS playlist"),
        ("cut early.mp4", cut(&early), "cut off"),
        ("cut late.mp4", cut(&read(original("bbb-720p.mp4"))), "cut off"),
        ("sound.m4v", read(make(at, "bbb-720p.mp4", "-vn -c:a aac -ac 2", "sound.m4a")), "no video track"),
    ];
    let names = containers.each_ref().map(|(kind, _)| format!("cut.{kind}"));
    cases.extend(names.iter().zip(containers).map(|(name, (_, bytes))| (name.as_str(), bytes, "cut off")));
    let mut ids = Vec::new();
    for (name, bytes, _) in &cases {
        ids.push(bench.register(&format!("studios/{folder}/{name}"), bytes.clone()).await);
    }
    let missing = bench.record(&format!("studios/{folder}/missing.mp4")).await;
    ids.push(missing);
    bench.inspect(&ids).await;
    for (id, (name, _, reason)) in ids.iter().zip(&cases) {
        let video = bench.video(*id).await;
        let said = video.invalid_reason.clone().unwrap_or_default();
        assert!(said.contains(reason), "{name}: {said}");
        assert!(!video.is_valid() && video.last_validated.is_some());
    }
    let said = bench.video(missing).await.invalid_reason.unwrap();
    assert!(said.contains("missing") && said.contains("validate"), "{said}");

    bench.shelve(&format!("studios/{folder}/missing.mp4"), early.clone()).await;
    bench.inspect(&[missing]).await;
    let video = bench.video(missing).await;
    assert!(video.is_valid() && video.file_hash().is_some(), "{:?}", video.invalid_reason);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_hash_is_kept_while_the_object_is_the_same_and_s3s_own_is_used() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let (directory, folder) = (tempfile::tempdir().unwrap(), folder());
    let path = format!("studios/{folder}/a.mp4");
    let bytes = std::fs::read(original("bikes.mp4")).unwrap();
    let id = bench.register(&path, bytes.clone()).await;
    bench.inspect(&[id]).await;
    bench.change(id, |video| video.facts.as_mut().unwrap().file_hash = Some("known".into())).await;
    bench.change(id, |video| video.thumbnail_path = Some("thumbnails/own.jpg".into())).await;
    bench.inspect(&[id]).await;
    let video = bench.video(id).await;
    assert_eq!(video.file_hash(), Some("known"), "the same object is not read again");
    assert_eq!(video.thumbnail_path.as_deref(), Some("thumbnails/own.jpg"), "an admin's picture stays");

    let other = std::fs::read(make(directory.path(), "bikes.mp4", "-t 2 -c copy", "other.mp4")).unwrap();
    let put = bench.s3.put_object().bucket(&bench.bucket).key(format!("library/{path}"));
    let put = put.checksum_algorithm(ChecksumAlgorithm::Sha256).body(other.clone().into());
    put.send().await.unwrap();
    bench.inspect(&[id]).await;
    assert_eq!(bench.video(id).await.file_hash(), Some(hex::encode(Sha256::digest(&other)).as_str()));
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_hashed_from_message_to_message() {
    let mut bench = Bench::new(quick()).await;
    bench.set_hash_bytes(100_000);
    bench.start().await;
    let bytes = std::fs::read(original("bbb-720p.mp4")).unwrap();
    let id = bench.register(&format!("studios/{}/a.mp4", folder()), bytes.clone()).await;
    bench.inspect(&[id]).await;
    bench.change(id, |video| video.facts.as_mut().unwrap().file_hash = None).await;
    let e_tag = facts(&bench.video(id).await).e_tag.clone().unwrap();
    let job = |e_tag: &str| LibraryJob::Hash { video_id: id, e_tag: e_tag.to_owned(), offset: 0, state: None };
    bench.job(&job(&e_tag)).await;
    bench.job(&job(&e_tag)).await;
    let video = bench.video_when(id, |video| video.file_hash().is_some()).await;
    assert_eq!(video.file_hash(), Some(hex::encode(Sha256::digest(&bytes)).as_str()));

    bench.change(id, |video| video.facts.as_mut().unwrap().file_hash = None).await;
    bench.job(&job("\"another\"")).await;
    bench.video_when(id, |video| video.file_hash().is_some()).await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_has_one_hash_under_way() {
    let mut bench = Bench::new(quick()).await;
    bench.set_hash_bytes(100_000);
    bench.start().await;
    let bytes = std::fs::read(original("bbb-720p.mp4")).unwrap();
    let id = bench.register(&format!("studios/{}/a.mp4", folder()), bytes).await;
    bench.inspect(&[id]).await;
    bench.drained_library().await;
    assert!(bench.video(id).await.file_hash().is_some(), "the look had it hashed");

    // Another look comes while a worker is at it.
    bench.change(id, |video| video.facts.as_mut().unwrap().file_hash = None).await;
    bench.inspect(&[id]).await;
    bench.drained_library().await;
    assert_eq!(bench.video(id).await.file_hash(), None);
    // It was given up, long ago.
    bench.change(id, |video| video.last_validated = Some(now().plus_seconds(-3600))).await;
    bench.inspect(&[id]).await;
    bench.drained_library().await;
    assert!(bench.video(id).await.file_hash().is_some());
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_look_does_not_overwrite_a_newer_one() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let id = bench.register(&format!("studios/{}/a.mp4", folder()), "words").await;
    let later = now().plus_seconds(60);
    bench.change(id, |video| video.examined(Ok(VideoFacts::default()), later)).await;
    bench.job(&LibraryJob::Inspect { video_ids: vec![id], scan: None }).await;
    bench.drained_library().await;
    let video = bench.video(id).await;
    assert_eq!((video.is_valid(), video.last_validated), (true, Some(later)));
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_about_removed_videos_end_cleanly() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let id = VideoId::generate();
    let gone = format!("library/gifs/{}/a.mp4", folder());
    bench.job(&LibraryJob::Inspect { video_ids: vec![id], scan: None }).await;
    bench.job(&LibraryJob::Hash { video_id: id, e_tag: "x".into(), offset: 0, state: None }).await;
    bench.job(&LibraryJob::Move { video_id: id, from: None }).await;
    bench.job(&LibraryJob::Move { video_id: id, from: Some(gone.clone()) }).await;
    bench.job(&LibraryJob::RemoveObjects { video_id: id, keys: vec![gone], not_before: None }).await;
    bench.drained().await;
    bench.finish().await;
}
