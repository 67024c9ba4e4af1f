//! The fields of a video that people write.
#![expect(clippy::option_option, reason = "a JSON field can be absent, null or have a value, which are three things")]

use framehouse_domain::{DirectoryType, FieldErrors, VideoEdit};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// The fields of a video that people write. An absent field stays, `null` empties it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct VideoFields {
    /// Display title, at most 500 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    title: Option<Option<String>>,
    /// Studio or production company, at most 500 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    producer: Option<Option<String>>,
    /// Director or primary creator, at most 500 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    creator: Option<Option<String>>,
    /// All its tags: at most 50 of 100 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>)]
    tags: Option<Option<Vec<String>>>,
    /// Key of its picture in the media bucket.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    thumbnail_path: Option<Option<String>>,
    /// Where it is to lie. Its file follows in the background.
    directory_type: Option<DirectoryType>,
}

impl VideoFields {
    /// The edit that they ask for.
    pub(crate) fn check(self) -> Result<VideoEdit, FieldErrors> {
        let Self { title, producer, creator, tags, thumbnail_path, directory_type } = self;
        let tags = tags.map(Option::unwrap_or_default);
        VideoEdit { title, producer, creator, tags, thumbnail_path, directory_type }.check()
    }
}

/// Tells `null` from absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
