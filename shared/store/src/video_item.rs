//! How a video is stored: every field is an attribute of its own, so that a change writes what it changes and no more.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::{Timestamp, Video, VideoId};

use crate::{
    StoreError,
    attribute::{Item, from_item, get_text, number, text, to_item},
    key::{CHANGED_AT, CHANGES, EXPIRES_AT, Key, changes_of},
};

/// How long a removed video is remembered, so that every catalog learns of it: longer than any snapshot is used.
pub(crate) const TOMBSTONE_SECONDS: i64 = 7 * 24 * 60 * 60;
/// Marks what is left of a removed video.
pub(crate) const REMOVED: &str = "removed";

/// An update expression with its names and values.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    pub(crate) expression: String,
    pub(crate) names: Vec<(String, String)>,
    pub(crate) values: Vec<(String, AttributeValue)>,
}

/// The item of `video`, keys included.
pub(crate) fn write(video: &Video) -> Result<Item, StoreError> {
    let mut item = to_item("write video", video)?;
    item.extend(Key::Video(video.id).attributes());
    item.insert(CHANGES.to_owned(), changes_of(video.id));
    Ok(item)
}

/// The video that `item` stores; none when it is what is left of a removed one.
pub(crate) fn read(item: Item) -> Result<Option<Video>, StoreError> {
    if item.contains_key(REMOVED) {
        return Ok(None);
    }
    from_item("read video", item).map(Some)
}

/// What is left of a removed video.
pub(crate) fn tombstone(id: VideoId, at: Timestamp) -> Item {
    let mut item = Key::Video(id).attributes();
    item.insert("id".to_owned(), text(id));
    item.insert(REMOVED.to_owned(), AttributeValue::Bool(true));
    item.insert(CHANGES.to_owned(), changes_of(id));
    item.insert(CHANGED_AT.to_owned(), text(at));
    item.insert(EXPIRES_AT.to_owned(), number(at.plus_seconds(TOMBSTONE_SECONDS).as_seconds()));
    item
}

/// Id and moment of a tombstone.
pub(crate) fn read_tombstone(item: &Item) -> Option<(VideoId, Timestamp)> {
    Some((get_text(item, "id")?.parse().ok()?, get_text(item, CHANGED_AT)?.parse().ok()?))
}

/// What makes `new` of `old`; nothing else is written, so that counts which others keep stay theirs.
pub(crate) fn difference(old: &Item, new: &Item) -> Difference {
    let mut difference = Difference::default();
    let (mut set, mut remove) = (Vec::new(), Vec::new());
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for (index, name) in names.into_iter().filter(|name| old.get(*name) != new.get(*name)).enumerate() {
        difference.names.push((format!("#a{index}"), name.clone()));
        match new.get(name) {
            Some(value) => {
                set.push(format!("#a{index} = :a{index}"));
                difference.values.push((format!(":a{index}"), value.clone()));
            }
            None => remove.push(format!("#a{index}")),
        }
    }
    let clauses = [("SET", set), ("REMOVE", remove)].map(|(clause, parts)| match parts.join(", ") {
        parts if parts.is_empty() => String::new(),
        parts => format!("{clause} {parts} "),
    });
    difference.expression = clauses.concat();
    difference
}

#[cfg(test)]
mod tests {
    use framehouse_domain::{Engagement, Lock, VideoFacts};

    use super::*;

    fn sample() -> Video {
        let at = Timestamp::from_millis(1_771_000_000_120);
        let id: VideoId = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap();
        Video {
            leaving: vec!["library/gifs/a.mp4".into()],
            original_filename: Some("Ferien am Meer.mp4".into()),
            original_path: Some("originals/0197c1f0-a5c8-7d6c-8f4e-0123456789ab.mp4".into()),
            standardized_at: Some(at),
            title: Some("Ferien".into()),
            producer: Some("Studio A".into()),
            creator: Some("Director B".into()),
            tags: vec!["sea".into(), "sun".into()],
            thumbnail_path: Some("thumbnails/0197c1f0-a5c8-7d6c-8f4e-0123456789ab.jpg".into()),
            facts: Some(VideoFacts {
                duration_seconds: Some(180),
                width: Some(1920),
                height: Some(1080),
                has_audio: true,
                file_size: 5 << 40,
                e_tag: Some("\"e\"".into()),
                file_hash: Some("a3d2".into()),
            }),
            last_validated: Some(at),
            invalid_reason: Some("It is missing.".into()),
            deleted_at: Some(at),
            duplicate_of: Some(id),
            media_file_id: Some("0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap()),
            published: true,
            published_at: Some(at),
            category: Some("highlights".into()),
            lock: Some(Lock { at, reason: Some("Rights".into()) }),
            engagement: Engagement { views: 5, upvotes: 4, comments: 3, completions: 2, watch_time: 1 },
            moved_from_public_at: Some(at),
            revision: 7,
            ..Video::new(id, "videos/a.mp4".parse().unwrap(), "library/videos/a.mp4".into(), "admin".into(), at)
        }
    }

    fn bare() -> Video {
        let video = sample();
        Video::new(video.id, video.path, video.object_key, video.created_by, video.created_at)
    }

    #[test]
    fn the_stored_items_are_pinned() {
        let json = |item| serde_dynamo::from_item::<_, serde_json::Value>(item).unwrap();
        insta::assert_json_snapshot!("video", json(write(&sample()).unwrap()));
        insta::assert_json_snapshot!("bare_video", json(write(&bare()).unwrap()));
        insta::assert_json_snapshot!("removed_video", json(tombstone(sample().id, sample().changed_at)));
    }

    #[test]
    fn items_read_back_as_written() {
        for video in [sample(), bare()] {
            assert_eq!(read(write(&video).unwrap()).unwrap(), Some(video));
        }
        let stone = tombstone(sample().id, sample().changed_at);
        assert_eq!(read_tombstone(&stone), Some((sample().id, sample().changed_at)));
        assert_eq!(read(stone).unwrap(), None);
    }

    #[test]
    fn a_difference_names_what_changed_and_nothing_else() {
        let (old, mut new) = (sample(), sample());
        new.title = Some("Neu".into());
        new.producer = None;
        let difference = difference(&write(&old).unwrap(), &write(&new).unwrap());
        assert_eq!(difference.expression, "SET #a1 = :a1 REMOVE #a0 ");
        assert_eq!(difference.names, [("#a0".into(), "producer".into()), ("#a1".into(), "title".into())]);
        assert_eq!(difference.values, [(":a1".into(), text("Neu"))]);
    }
}
