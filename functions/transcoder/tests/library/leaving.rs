//! What moves leave behind, and what is left when a video is removed meanwhile.

use framehouse_api::now;
use framehouse_domain::{DirectoryType, LibraryPath, MediaFile, Video, VideoId};
use framehouse_objects::{LibraryJob, ObjectKey, Step, TranscodeRequest};

use super::folder;
use crate::{
    bench::{Bench, quick},
    clips::original,
};

fn clip() -> Vec<u8> {
    std::fs::read(original("bikes.mp4")).unwrap()
}

impl Bench {
    /// A video whose move from `videos` to `curated` was made, while nothing was sent to remove what it left.
    async fn moved(&self, name: &str) -> (VideoId, String, String) {
        let [old, new] = ["videos", "curated"].map(|directory| format!("{directory}/{name}"));
        let id = self.register(&old, clip()).await;
        self.edit(id, DirectoryType::Curated).await;
        let [old, new] = [old, new].map(|path| format!("library/{path}"));
        self.copy(&old, &new).await;
        self.change(id, |video| video.moved(new.clone(), now())).await;
        (id, old, new)
    }

    async fn copy(&self, from: &str, to: &str) {
        let (objects, from) = (self.app.objects().await.unwrap(), from.parse().unwrap());
        let head = objects.head(&from).await.unwrap().unwrap();
        objects.copy(&from, &head, &to.parse().unwrap()).await.unwrap();
    }

    async fn clear(&self, id: VideoId, from: &str) {
        self.job(&LibraryJob::Move { video_id: id, from: Some(from.to_owned()) }).await;
        self.drained_library().await;
    }

    async fn is_taken(&self, key: &str) -> bool {
        let path = LibraryPath::of_object(key).unwrap();
        !self.app.store().await.videos_at(&[path]).await.unwrap().is_empty()
    }

    /// A video that came from an upload, as its arrival makes it, and its media file.
    async fn uploaded(&self) -> (VideoId, MediaFile) {
        let media = self.await_upload("mp4", clip().len() as u64).await;
        self.put_original(&media, clip()).await;
        let path = LibraryPath::of_upload(media.id, "mp4");
        let video = Video::new(media.id.into(), path, media.original_path.clone(), "test".into(), now());
        let video = Video { media_file_id: Some(media.id), ..video };
        self.app.store().await.create_video(&video, None).await.unwrap();
        (video.id, media)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_free_when_what_a_move_left_there_is_gone() {
    let mut bench = Bench::new(quick()).await;
    let folder = folder();
    let (told, old, new) = bench.moved(&format!("{folder}/told.mp4")).await;
    assert!(bench.is_taken(&old).await && bench.exists(&old).await);
    let (seen, old_seen, new_seen) = bench.moved(&format!("{folder}/seen.mp4")).await;
    let (repeated, old_repeated, new_repeated) = bench.moved(&format!("{folder}/repeated.mp4")).await;
    bench.start().await;
    bench.clear(told, &old).await;
    // The message got lost, and somebody validates the video.
    bench.inspect(&[seen]).await;
    // The worker died after the switch, and the move comes again.
    bench.bring(repeated).await;
    bench.drained_library().await;
    for (id, old, new) in [(told, &old, &new), (seen, &old_seen, &new_seen), (repeated, &old_repeated, &new_repeated)] {
        let video = bench.video(id).await;
        assert_eq!((video.leaving.len(), &video.object_key), (0, new));
        assert!(!bench.exists(old).await && !bench.is_taken(old).await && bench.exists(new).await, "{old}");
    }

    // Late messages harm neither the video nor who lies there now.
    let other = bench.register(old.strip_prefix("library/").unwrap(), clip()).await;
    for from in [&old, &new] {
        bench.clear(told, from).await;
    }
    assert!(bench.exists(&old).await && bench.exists(&new).await && bench.is_taken(&old).await);
    bench.inspect(&[other, told]).await;
    assert!(bench.video(other).await.is_valid() && bench.video(told).await.is_valid());
    bench.drained_library().await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_move_left_survives_unless_the_bytes_are_elsewhere() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let folder = folder();
    let objects = bench.app.objects().await.unwrap().clone();
    let delete = async |key: &str| objects.delete(&key.parse().unwrap()).await.unwrap();

    // What was moved vanished: the earlier bytes are put back, and only then removed.
    let (id, old, new) = bench.moved(&format!("{folder}/vanished.mp4")).await;
    delete(&new).await;
    bench.clear(id, &old).await;
    let video = bench.video_when(id, |video| video.last_validated.is_some()).await;
    bench.drained_library().await;
    assert!(video.is_valid() && bench.exists(&new).await && !bench.exists(&old).await);

    // Both vanished: the place is free, and whoever validates is told.
    let (id, old, new) = bench.moved(&format!("{folder}/lost.mp4")).await;
    delete(&new).await;
    delete(&old).await;
    bench.inspect(&[id]).await;
    let video = bench.video_when(id, |video| video.leaving.is_empty()).await;
    assert!(!bench.is_taken(&old).await && video.invalid_reason.unwrap().contains("missing"));

    // The record was removed without its objects: one file stays, and it is the last one.
    let store = bench.app.store().await;
    let (id, old, new) = bench.moved(&format!("{folder}/removed.mp4")).await;
    store.remove_video(id, now()).await.unwrap();
    for from in [&old, &old, &new] {
        bench.clear(id, from).await;
    }
    assert!(!bench.exists(&old).await && bench.exists(&new).await);
    let (id, old, _) = bench.moved(&format!("{folder}/taken.mp4")).await;
    store.remove_video(id, now()).await.unwrap();
    bench.record(old.strip_prefix("library/").unwrap()).await;
    bench.clear(id, &old).await;
    assert!(bench.exists(&old).await, "it is another video's by now");
    bench.drained_library().await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_goes_back_to_where_it_left_something() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let folder = folder();
    let (same, old_same, _) = bench.moved(&format!("{folder}/same.mp4")).await;
    let (other, old_other, new_other) = bench.moved(&format!("{folder}/other.mp4")).await;
    // Its file was replaced since: what the move left is none of its copies any more.
    let replaced = std::fs::read(original("bbb-720p.mp4")).unwrap();
    bench.shelve(new_other.strip_prefix("library/").unwrap(), replaced.clone()).await;
    for id in [same, other] {
        bench.edit(id, DirectoryType::Videos).await;
        bench.bring(id).await;
    }
    for (id, key, bytes) in [(same, &old_same, clip()), (other, &old_other, replaced)] {
        let video = bench.settled_at(id, key).await;
        assert_eq!((video.path.to_string(), bench.video(id).await.leaving.len()), (key.replacen("library/", "", 1), 0));
        let objects = bench.app.objects().await.unwrap();
        assert_eq!(objects.get(&key.parse().unwrap()).await.unwrap(), bytes);
    }
    assert!(!bench.exists(&new_other).await);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_meets_another_file_is_taken_back() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let (id, media) = bench.uploaded().await;
    bench.app.store().await.fail_arrival(media.id, 0, None, "not transcoded here", now()).await.unwrap();
    bench.shelve(&format!("curated/{id}.mp4"), "somebody else's").await;
    bench.edit(id, DirectoryType::Curated).await;
    bench.change(id, |video| video.publish("news", now()).unwrap()).await;
    bench.bring(id).await;
    bench.drained_library().await;
    let video = bench.video(id).await;
    assert_eq!((video.path.to_string(), video.object_key), (format!("inbox/{id}.mp4"), media.original_path));
    assert!(!video.published, "nothing in the inbox is");
    assert!(!bench.is_taken(&format!("library/curated/{id}.mp4")).await, "a scan can take the other one in");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_upload_leaves_nothing_wherever_its_bytes_are() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let (id, media) = bench.uploaded().await;
    let keys = ["videos", "curated", "gifs"].map(|directory| format!("library/{directory}/{id}.mp4"));
    for key in &keys {
        bench.copy(&media.original_path, key).await;
    }
    bench.shelve(&format!("videos/{}/a.mp4", folder()), clip()).await;
    // It was moved twice, is to be moved once more, and the worker died after that copy.
    for (directory, key) in [(DirectoryType::Videos, &keys[0]), (DirectoryType::Curated, &keys[1])] {
        bench.edit(id, directory).await;
        bench.change(id, |video| video.moved(key.clone(), now())).await;
    }
    bench.edit(id, DirectoryType::Gifs).await;
    let picture = ObjectKey::Thumbnail(id);
    bench.app.objects().await.unwrap().put(&picture, "image/jpeg", b"picture".to_vec()).await.unwrap();
    bench.app.store().await.delete_media_file(media.id).await.unwrap();
    for _ in 0..2 {
        bench.request(&TranscodeRequest::step(media.id, Step::Remove { version: None, not_before: None })).await;
    }
    bench.drained().await;
    for key in keys.iter().chain([&media.original_path, &picture.to_string()]) {
        assert!(!bench.exists(key).await, "{key}");
    }
    assert!(!bench.is_taken(&keys[0]).await && !bench.is_taken(&keys[2]).await);
    assert_eq!(bench.app.store().await.video(id).await.unwrap(), None);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_late_for_a_removed_upload_is_removed_again() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let (id, media) = bench.uploaded().await;
    bench.edit(id, DirectoryType::Videos).await;
    bench.change(id, |video| video.publish("news", now()).unwrap()).await;
    bench.change(id, |video| video.invalid_reason = Some("not looked at".into())).await;
    // The media file is deleted, and the video about to be.
    bench.app.store().await.delete_media_file(media.id).await.unwrap();
    bench.bring(id).await;
    bench.drained_library().await;
    assert!(!bench.exists(&format!("library/videos/{id}.mp4")).await, "the switch was refused, and its copy is gone");
    assert!(bench.exists(&media.original_path).await, "its removal has a message of its own");
    bench.job(&LibraryJob::Inspect { video_ids: vec![id], scan: None }).await;
    bench.drained_library().await;
    assert_eq!(bench.video(id).await.last_validated, None);
    assert!(!bench.exists(&format!("thumbnails/{id}.jpg")).await);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_spares_what_another_video_moved_to_or_from() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let folder = folder();
    let (id, old, new) = bench.moved(&format!("{folder}/a.mp4")).await;
    let gone = VideoId::generate();
    let keys = vec![old.clone(), new.clone(), format!("thumbnails/{id}.jpg"), format!("library/gifs/{folder}/b.mp4")];
    bench.shelve(&format!("gifs/{folder}/b.mp4"), clip()).await;
    let remove = LibraryJob::RemoveObjects { video_id: gone, keys: keys.clone(), not_before: None };
    for _ in 0..2 {
        bench.job(&remove).await;
    }
    bench.drained_library().await;
    assert!(bench.exists(&old).await && bench.exists(&new).await && !bench.exists(&keys[3]).await);

    // Its own removal, while it is to go on to a third place where the copy is already.
    bench.edit(id, DirectoryType::Gifs).await;
    let third = format!("library/gifs/{folder}/a.mp4");
    bench.copy(&new, &third).await;
    let video = bench.app.store().await.remove_video(id, now()).await.unwrap().unwrap();
    let places = video.places().into_iter().map(|path| ObjectKey::Library(path).to_string());
    let remove = LibraryJob::RemoveObjects { video_id: id, keys: places.collect(), not_before: None };
    bench.job(&remove).await;
    bench.bring(id).await;
    bench.clear(id, &old).await;
    for key in [&old, &new, &third] {
        assert!(!bench.exists(key).await, "{key}");
    }
    bench.finish().await;
}
