use super::*;

fn video() -> Video {
    let path = "videos/a.mp4".parse().unwrap();
    Video::new(VideoId::generate(), path, "library/videos/a.mp4".into(), "admin".into(), Timestamp::from_millis(1000))
}

fn later() -> Timestamp {
    Timestamp::from_millis(2000)
}

#[test]
fn an_edit_changes_what_it_names_and_makes_one_revision() {
    let mut video = Video { title: Some("Old".into()), creator: Some("B".into()), ..video() };
    let edit = VideoEdit { title: Some(Some("New".into())), creator: Some(None), ..VideoEdit::default() };
    video.edit(&edit).unwrap();
    assert_eq!((video.title.as_deref(), video.creator.as_deref(), video.revision), (Some("New"), None, 2));
    video.edit(&edit).unwrap();
    assert_eq!(video.revision, 2, "nothing changed");
}

#[test]
fn what_is_in_the_gallery_stays_out_of_private_directories() {
    let mut video = Video { published: true, ..video() };
    for kind in DirectoryType::ALL {
        let edit = VideoEdit { directory_type: Some(*kind), ..VideoEdit::default() };
        let before = video.clone();
        match video.edit(&edit) {
            Ok(()) => assert!(kind.is_public_eligible(), "{kind}"),
            Err(refusal) => {
                assert!(!kind.is_public_eligible(), "{kind}");
                assert_eq!((refusal, &video), (VideoRefusal::Published, &before));
            }
        }
    }
}

#[test]
fn a_move_changes_the_path_at_once_and_the_bytes_later() {
    let mut video = video();
    let edit = VideoEdit { directory_type: Some(DirectoryType::Curated), ..VideoEdit::default() };
    video.edit(&edit).unwrap();
    assert_eq!((video.path.as_str(), video.object_key.as_str()), ("curated/a.mp4", "library/videos/a.mp4"));
    assert!(!video.is_in_place());
    video.moved("library/curated/a.mp4".into(), later());
    assert_eq!(video.places(), [video.path.clone(), "videos/a.mp4".parse().unwrap()].into(), "until it is removed");
    video.moved("library/gifs/a.mp4".into(), later());
    assert_eq!(video.leaving, ["library/videos/a.mp4", "library/curated/a.mp4"]);
    video.left("library/videos/a.mp4");
    video.moved("library/curated/a.mp4".into(), later());
    assert_eq!(video.leaving, ["library/gifs/a.mp4"], "it came back");
    assert_eq!(video.original_path.as_deref(), Some("library/videos/a.mp4"), "the first place is kept");
    assert_eq!(video.standardized_at, Some(later()));
}

#[test]
fn the_bytes_of_an_upload_are_in_place_until_it_leaves_the_inbox() {
    let mut video = Video { object_key: "originals/a.mp4".into(), ..video() };
    assert!(!video.is_in_place());
    video.path = "inbox/a.mp4".parse().unwrap();
    assert!(video.is_in_place());
    video.object_key = "library/inbox/a.mp4".into();
    assert!(video.is_in_place());
}

#[test]
fn deleting_twice_and_restoring_keep_what_is_known_of_the_file() {
    let mut video = video();
    video.examined(Err("It is missing.".into()), later());
    video.delete(later());
    video.delete(Timestamp::from_millis(3000));
    assert_eq!((video.deleted_at, video.revision), (Some(later()), 2));
    video.restore();
    assert!(!video.is_valid(), "it is still missing");
    video.examined(Ok(VideoFacts::default()), later());
    assert!(video.is_valid());
    assert_eq!(video.revision, 3, "a look at the file is no edit");
}

#[test]
fn a_lock_keeps_its_first_moment_and_its_last_reason() {
    let mut video = video();
    video.lock(None, later());
    video.lock(Some("Rights".into()), Timestamp::from_millis(3000));
    assert_eq!(video.lock, Some(Lock { at: later(), reason: Some("Rights".into()) }));
    video.unlock();
    assert_eq!(video.lock, None);
}

#[test]
fn only_good_videos_of_public_directories_are_published() {
    for kind in DirectoryType::ALL {
        let path = format!("{kind}/a.mp4").parse().unwrap();
        let mut video = Video { path, ..video() };
        let expected = if kind.is_public_eligible() { Ok(()) } else { Err(VideoRefusal::Ineligible) };
        assert_eq!(video.publish("sports", later()), expected, "{kind}");
        assert_eq!(video.published, kind.is_public_eligible());
    }
    let mut deleted = video();
    deleted.delete(later());
    assert_eq!(deleted.publish("sports", later()), Err(VideoRefusal::Invalid));
    let mut corrupt = video();
    corrupt.examined(Err("It is empty.".into()), later());
    assert_eq!(corrupt.publish("sports", later()), Err(VideoRefusal::Invalid));
}

#[test]
fn leaving_the_gallery_is_noted_and_what_viewers_did_is_kept() {
    let mut video = Video { engagement: Engagement { views: 7, ..Engagement::default() }, ..video() };
    assert_eq!(video.recategorize("sports"), Err(VideoRefusal::Unpublished));
    video.unpublish(later());
    assert_eq!((video.moved_from_public_at, video.revision), (None, 1), "it was not there");
    video.publish("sports", later()).unwrap();
    video.publish("sports", Timestamp::from_millis(3000)).unwrap();
    assert_eq!((video.published_at, video.revision), (Some(later()), 2), "it is published once");
    video.recategorize("news").unwrap();
    video.unpublish(Timestamp::from_millis(4000));
    assert_eq!((video.published_at, video.moved_from_public_at), (None, Some(Timestamp::from_millis(4000))));
    assert_eq!((video.category.as_deref(), video.engagement.views), (Some("news"), 7));
    video.publish("news", Timestamp::from_millis(5000)).unwrap();
    assert_eq!(video.published_at, Some(Timestamp::from_millis(5000)));
}
