use framehouse_domain::{DuplicateUploads, LibraryPath, MediaStatus, Settings, Video, VideoId};
use framehouse_objects::LibraryJob;

use super::folder;
use crate::{
    bench::{Bench, quick},
    clips::make,
};

/// A clip that no other test has: its bytes are not in the table that all share.
fn unique(seconds: &str) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let id = VideoId::generate();
    let options = format!("-t {seconds} -vf scale=160:90 -c:v libx264 -preset ultrafast -an -metadata comment={id}");
    std::fs::read(make(directory.path(), "bbb-720p.mp4", &options, "a.mp4")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn videos_with_the_same_bytes_name_the_oldest() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let (bytes, folder) = (unique("1"), folder());
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(bench.register(&format!("studios/{folder}/{name}.mp4"), bytes.clone()).await);
    }
    let other = bench.register(&format!("studios/{folder}/other.mp4"), unique("2")).await;
    // The youngest first: the older ones find it.
    bench.inspect(&[ids[2]]).await;
    bench.inspect(&[ids[1], ids[0], other]).await;
    bench.drained().await;
    for (id, original) in [(ids[0], None), (ids[1], Some(ids[0])), (ids[2], Some(ids[0])), (other, None)] {
        assert_eq!(bench.video(id).await.duplicate_of, original);
    }
    bench.change(ids[0], |video| video.delete(framehouse_api::now())).await;
    bench.inspect(&[ids[1]]).await;
    bench.drained().await;
    assert_eq!(bench.video(ids[1]).await.duplicate_of, None, "what it duplicated was deleted");
    assert_eq!(bench.video(ids[2]).await.duplicate_of, Some(ids[1]));
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_is_whose_record_is_and_a_repeated_hash_finds_it() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let (bytes, folder) = (unique("1"), folder());
    let first = bench.register(&format!("studios/{folder}/first.mp4"), bytes.clone()).await;
    let second = bench.register(&format!("studios/{folder}/second.mp4"), bytes).await;
    assert!(first < second);
    bench.change(second, |video| video.created_at = video.created_at.plus_seconds(-60)).await;
    bench.inspect(&[first, second]).await;
    bench.drained_library().await;
    let originals = async || [bench.video(first).await.duplicate_of, bench.video(second).await.duplicate_of];
    assert_eq!(originals().await, [Some(second), None]);

    // The worker that stored the hash died before it looked for others.
    bench.change(first, |video| video.duplicate_of = None).await;
    let e_tag = bench.video(first).await.facts.unwrap().e_tag.unwrap();
    bench.job(&LibraryJob::Hash { video_id: first, e_tag, offset: 0, state: None }).await;
    bench.drained_library().await;
    assert_eq!(originals().await, [Some(second), None]);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_died_half_way_is_ended() {
    let mut bench = Bench::with_own_table(quick()).await;
    bench.start().await;
    let store = bench.app.store().await;
    let reject = Settings { duplicate_uploads: Some(DuplicateUploads::Reject), ..Settings::default() };
    store.change_settings(reject).await.unwrap();
    let bytes = unique("1");
    let original = bench.register("studios/original.mp4", bytes.clone()).await;
    bench.inspect(&[original]).await;
    let media = bench.await_upload("mp4", bytes.len() as u64).await;
    bench.put_original(&media, bytes).await;
    let (id, path) = (VideoId::from(media.id), LibraryPath::of_upload(media.id, "mp4"));
    let video = Video::new(id, path, media.original_path.clone(), "test".into(), framehouse_api::now());
    let video = Video { media_file_id: Some(media.id), ..video };
    store.create_video(&video, None).await.unwrap();
    // The media file was failed, and then the worker died.
    store.fail_arrival(media.id, 0, None, "refused", framehouse_api::now()).await.unwrap();
    bench.inspect(&[id]).await;
    let video = bench.video_when(id, |video| video.deleted_at.is_some()).await;
    assert_eq!(video.duplicate_of, Some(original));
    let media = store.media_file(media.id).await.unwrap().unwrap();
    assert_eq!(media.status, MediaStatus::Failed);
    assert!(media.error_message.unwrap().contains(&original.to_string()));
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_upload_is_allowed_or_refused_as_the_settings_say() {
    let mut bench = Bench::with_own_table(quick()).await;
    bench.start().await;
    let bytes = unique("2");
    let upload = async |name: &str| {
        let media = bench.await_upload("mp4", bytes.len() as u64).await;
        bench.arrive(&media, bytes.clone()).await;
        let media = bench.settled(media.id).await;
        bench.drained_library().await;
        (media, name.to_owned())
    };
    let (first, _) = upload("first").await;
    assert_eq!(first.status, MediaStatus::Ready, "{:?}", first.error_message);
    let (second, _) = upload("second").await;
    assert_eq!(second.status, MediaStatus::Ready, "allowed unless the settings say otherwise");
    let video = bench.video_when(second.id.into(), |video| video.duplicate_of.is_some()).await;
    assert_eq!((video.duplicate_of, video.is_valid()), (Some(first.id.into()), true));

    let reject = Settings { duplicate_uploads: Some(DuplicateUploads::Reject), ..Settings::default() };
    bench.app.store().await.change_settings(reject).await.unwrap();
    let (third, _) = upload("third").await;
    let video = bench.video_when(third.id.into(), |video| video.deleted_at.is_some()).await;
    assert_eq!(video.duplicate_of, Some(first.id.into()));
    let third = bench.app.store().await.media_file(third.id).await.unwrap().unwrap();
    if third.status == MediaStatus::Failed {
        let said = third.error_message.unwrap();
        assert!(said.contains(&first.id.to_string()) && said.contains("restore"), "{said}");
    }
    assert!(bench.video(second.id.into()).await.is_valid(), "one that was allowed stays");

    bench.change(video.id, framehouse_domain::Video::restore).await;
    bench.inspect(&[video.id]).await;
    bench.drained_library().await;
    assert!(bench.video(video.id).await.is_valid(), "a restored duplicate is not refused again");
    bench.stop().await;
    bench.purge().await;
    bench.finish().await;
}
