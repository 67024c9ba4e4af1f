//! How a view is stored: its segments are a number set, so that heartbeats add to it without reading it.

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::View;

use crate::{
    StoreError,
    attribute::{Item, from_item, text, to_item},
    key::{BY_USER, BY_USER_AT, Key},
};

/// The attribute of the watched twentieths.
pub(crate) const SEGMENTS: &str = "segments";

/// The item of `view`, keys included.
pub(crate) fn write(view: &View) -> Result<Item, StoreError> {
    let mut item = to_item("write view", view)?;
    if !view.segments.is_empty() {
        item.insert(SEGMENTS.to_owned(), segments(&view.segments));
    }
    item.extend(Key::View(view.id()).attributes());
    if let Some(user) = &view.viewer.user_id {
        item.insert(BY_USER.to_owned(), text(format!("USER#{user}")));
        item.insert(BY_USER_AT.to_owned(), text(view.created_at));
    }
    Ok(item)
}

/// The view that `item` stores.
pub(crate) fn read(mut item: Item) -> Result<View, StoreError> {
    if let Some(AttributeValue::Ns(numbers)) = item.get(SEGMENTS) {
        let numbers = numbers.iter().cloned().map(AttributeValue::N).collect();
        item.insert(SEGMENTS.to_owned(), AttributeValue::L(numbers));
    }
    from_item("read view", item)
}

/// Whether `item` is a view, and not what a player told of one.
pub(crate) fn is_view(sort_key: &str) -> bool {
    sort_key.ends_with("#VIEW")
}

pub(crate) fn segments<'a>(segments: impl IntoIterator<Item = &'a u8>) -> AttributeValue {
    AttributeValue::Ns(segments.into_iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use framehouse_domain::{Device, Timestamp, ViewId, Viewer};

    use super::*;

    fn sample() -> View {
        let video = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab";
        let id: ViewId = format!("{video}.0197c1f0-b0e1-7a30-9c55-012345678907").parse().unwrap();
        let viewer = Viewer {
            key: Some("u:alice".into()),
            user_id: Some("alice".into()),
            ip_hash: Some("ab".repeat(32)),
            user_agent: Some("Mozilla (X11) Firefox".into()),
            device: Device::Desktop,
        };
        View {
            watch_time_seconds: 42,
            completed: true,
            segments: [0, 1, 19].into(),
            ..View::begin(id, viewer, Some("https://news.example/a".into()), true, 90)
        }
    }

    fn bare() -> View {
        View::begin(sample().id(), Viewer::unknown(), None, false, 90)
    }

    #[test]
    fn the_stored_items_are_pinned() {
        let json = |item| serde_dynamo::from_item::<_, serde_json::Value>(item).unwrap();
        insta::assert_json_snapshot!("view", json(write(&sample()).unwrap()));
        insta::assert_json_snapshot!("bare_view", json(write(&bare()).unwrap()));
    }

    #[test]
    fn items_read_back_as_written() {
        for view in [sample(), bare()] {
            assert_eq!(read(write(&view).unwrap()).unwrap(), view);
        }
        assert_eq!(sample().created_at, Timestamp::from_millis(sample().created_at.as_millis()));
    }
}
