use framehouse_api::now;
use framehouse_domain::{DirectoryType, MediaFile, MediaStatus, Video, VideoEdit, VideoId};
use framehouse_objects::{LibraryJob, ObjectKey, ObjectPrefix, Step, TranscodeRequest};

use super::folder;
use crate::{
    bench::{Bench, quick},
    clips::original,
};

impl Bench {
    /// Edits a video's directory type, as its route does; the job is sent by the caller.
    pub(super) async fn edit(&self, id: VideoId, directory_type: DirectoryType) {
        let edit = VideoEdit { directory_type: Some(directory_type), ..VideoEdit::default() };
        self.change(id, |video| video.edit(&edit).unwrap()).await;
    }

    pub(super) async fn bring(&self, id: VideoId) {
        self.job(&LibraryJob::Move { video_id: id, from: None }).await;
    }

    /// The video once its bytes are at `key` and nowhere else.
    pub(super) async fn settled_at(&self, id: VideoId, key: &str) -> Video {
        let video = self.video_when(id, |video| video.object_key == key).await;
        self.drained_library().await;
        assert!(self.exists(key).await);
        video
    }
}

fn clip() -> Vec<u8> {
    std::fs::read(original("bikes.mp4")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_follow_the_path_and_the_old_ones_go() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let folder = folder();
    let id = bench.register(&format!("videos/{folder}/a é+.mp4"), clip()).await;
    bench.inspect(&[id]).await;
    bench.edit(id, DirectoryType::Curated).await;
    for _ in 0..3 {
        bench.bring(id).await;
    }
    let video = bench.settled_at(id, &format!("library/curated/{folder}/a é+.mp4")).await;
    let old = format!("library/videos/{folder}/a é+.mp4");
    assert!(!bench.exists(&old).await, "the old object is removed");
    assert_eq!((video.original_path, video.standardized_at.is_some()), (Some(old), true));
    assert!(video.facts.is_some_and(|facts| facts.file_hash.is_some()));
    bench.inspect(&[id]).await;
    assert!(bench.video(id).await.is_valid());

    // Two edits in a row, and back again before the first was followed.
    bench.edit(id, DirectoryType::Gifs).await;
    bench.bring(id).await;
    bench.edit(id, DirectoryType::Highlights).await;
    bench.bring(id).await;
    bench.settled_at(id, &format!("library/highlights/{folder}/a é+.mp4")).await;
    for kind in [DirectoryType::Gifs, DirectoryType::Curated] {
        let left = bench.keys(ObjectPrefix::Library(kind)).await;
        assert!(left.is_empty(), "{left:?}");
    }
    bench.edit(id, DirectoryType::Gifs).await;
    bench.bring(id).await;
    bench.video_when(id, |video| video.object_key.contains("/gifs/")).await;
    bench.edit(id, DirectoryType::Highlights).await;
    bench.bring(id).await;
    bench.settled_at(id, &format!("library/highlights/{folder}/a é+.mp4")).await;
    assert_eq!(bench.keys(ObjectPrefix::Library(DirectoryType::Gifs)).await, [] as [String; 0]);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_died_anywhere_is_ended_by_its_message() {
    let mut bench = Bench::new(quick()).await;
    let folder = folder();
    let objects = bench.app.objects().await.unwrap().clone();
    // After the copy; after the switch; and one that was never begun, whose message was lost.
    let path = |kind: &str, name: &str| format!("{kind}/{folder}/{name}.mp4");
    let mut ids = Vec::new();
    for name in ["copied", "switched", "lost"] {
        let id = bench.register(&path("videos", name), clip()).await;
        bench.edit(id, DirectoryType::Curated).await;
        ids.push(id);
    }
    for name in ["copied", "switched"] {
        let from = ObjectKey::Library(path("videos", name).parse().unwrap());
        let head = objects.head(&from).await.unwrap().unwrap();
        let to = ObjectKey::Library(path("curated", name).parse().unwrap());
        objects.copy(&from, &head, &to).await.unwrap();
    }
    let switched = format!("library/{}", path("curated", "switched"));
    bench.change(ids[1], |video| video.moved(switched.clone(), now())).await;
    bench.start().await;
    bench.bring(ids[0]).await;
    let left = Some(format!("library/{}", path("videos", "switched")));
    for _ in 0..2 {
        bench.job(&LibraryJob::Move { video_id: ids[1], from: left.clone() }).await;
    }
    bench.inspect(&[ids[2]]).await;
    for (id, name) in ids.iter().zip(["copied", "switched", "lost"]) {
        bench.settled_at(*id, &format!("library/{}", path("curated", name))).await;
        assert!(!bench.exists(&format!("library/{}", path("videos", name))).await, "{name}");
    }
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_overwritten_and_nothing_in_use_is_removed() {
    let mut bench = Bench::new(quick()).await;
    bench.start().await;
    let folder = folder();
    let id = bench.register(&format!("videos/{folder}/a.mp4"), clip()).await;
    bench.shelve(&format!("curated/{folder}/a.mp4"), "somebody else's").await;
    bench.edit(id, DirectoryType::Curated).await;
    bench.bring(id).await;
    bench.drained_library().await;
    let video = bench.video(id).await;
    assert_eq!(video.object_key, format!("library/videos/{folder}/a.mp4"), "it stays where it is");
    assert_eq!(
        (video.path.to_string(), video.revision),
        (format!("videos/{folder}/a.mp4"), 3),
        "and is said to be there"
    );
    let there = format!("library/curated/{folder}/a.mp4");
    let objects = bench.app.objects().await.unwrap();
    assert_eq!(objects.get(&there.parse().unwrap()).await.unwrap(), "somebody else's");

    // Late messages about objects that are in use.
    for from in [&video.object_key, &there] {
        bench.job(&LibraryJob::Move { video_id: id, from: Some(from.clone()) }).await;
    }
    bench.drained_library().await;
    assert!(bench.exists(&video.object_key).await && bench.exists(&there).await);

    // Once the place is free, it can be moved; looking at the video makes up for a lost message.
    objects.delete(&there.parse().unwrap()).await.unwrap();
    bench.edit(id, DirectoryType::Curated).await;
    bench.inspect(&[id]).await;
    bench.settled_at(id, &there).await;

    // A source that vanished is a missing file, not a failing message.
    bench.edit(id, DirectoryType::Gifs).await;
    objects.delete(&there.parse().unwrap()).await.unwrap();
    bench.bring(id).await;
    let video = bench.video_when(id, |video| video.invalid_reason.is_some()).await;
    assert!(video.invalid_reason.unwrap().contains("missing"));
    bench.drained_library().await;

    // Only what is really gone loses its objects.
    let other = bench.register(&format!("videos/{folder}/b.mp4"), clip()).await;
    let in_use = format!("originals/{}.mp4", VideoId::generate());
    objects.put(&in_use.parse().unwrap(), "video/mp4", clip()).await.unwrap();
    let keys = vec![format!("library/videos/{folder}/b.mp4"), in_use, bench.video(id).await.object_key];
    bench.shelve(keys[2].strip_prefix("library/").unwrap(), clip()).await;
    let remove = LibraryJob::RemoveObjects { video_id: other, keys: keys.clone(), not_before: None };
    bench.job(&remove).await;
    bench.drained_library().await;
    assert!(bench.exists(&keys[0]).await, "its video exists");
    bench.app.store().await.remove_video(other, now()).await.unwrap();
    bench.job(&remove).await;
    bench.drained_library().await;
    assert!(!bench.exists(&keys[0]).await);
    assert!(bench.exists(&keys[1]).await && bench.exists(&keys[2]).await, "what is another's stays");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_moved_when_its_transcode_is_done_and_transcoded_again_from_there() {
    let mut bench = Bench::new(quick()).await;
    let body = clip();
    let media = bench.await_upload("mp4", body.len() as u64).await;
    let id = VideoId::from(media.id);
    bench.put_original(&media, body).await;
    let event = crate::bench::event(&media);
    for _ in 0..2 {
        bench.send(&event).await;
    }
    bench.start().await;
    let early = super::eventually(async || bench.app.store().await.video(id).await.unwrap()).await;
    assert_eq!(early.path.as_str(), format!("inbox/{}.mp4", media.id));
    assert_eq!((early.title.as_deref(), early.media_file_id), (Some("clip"), Some(media.id)));
    assert_eq!((early.object_key, early.original_filename), (media.original_path.clone(), Some("clip.mp4".into())));
    bench.edit(id, DirectoryType::Videos).await;
    bench.bring(id).await;
    let done = bench.settled(media.id).await;
    assert_eq!(done.status, MediaStatus::Ready, "{:?}", done.error_message);
    let key = format!("library/videos/{}.mp4", media.id);
    let video = bench.settled_at(id, &key).await;
    assert!(video.file_hash().is_some() && video.thumbnail_path.is_some(), "{:?}", video.invalid_reason);
    assert_eq!(bench.keys(ObjectPrefix::Original(media.id)).await, [] as [String; 0]);
    let moved = |media: &MediaFile| media.original_path == key;
    let media = bench.until(media.id, moved).await;

    bench.request(&TranscodeRequest::plan(media.id, &media.original_path, 2)).await;
    let again = bench.until(media.id, |media| media.live.as_ref().is_some_and(|live| live.version == 2)).await;
    assert_eq!(again.status, MediaStatus::Ready);
    // A very late copy of the first event.
    bench.send(&event).await;
    bench.until(media.id, |media| media.status == MediaStatus::Ready).await;
    bench.purge().await;

    bench.request(&TranscodeRequest::step(media.id, Step::Remove { version: None, not_before: None })).await;
    bench.app.store().await.delete_media_file(media.id).await.unwrap();
    bench.drained().await;
    assert!(!bench.exists(&key).await && !bench.exists(&format!("thumbnails/{id}.jpg")).await);
    assert_eq!(bench.app.store().await.video(id).await.unwrap(), None);
    bench.finish().await;
}
