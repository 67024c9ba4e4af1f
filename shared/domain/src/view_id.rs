use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};
use uuid::{Builder, Uuid};

use crate::{IdError, Timestamp, VideoId};

/// Partitions that the views of one video are spread over. Each takes 1,000 writes a second (AWS limit); all views of one
/// viewer are in one of them, so unique viewers are counted partition by partition.
pub const VIEW_SHARDS: u8 = 64;

/// Identifies a view: its video, and a UUID of version 7 that says when it began and, in its last byte, in which partition
/// it is stored. A heartbeat names nothing else, and still finds its item without an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewId {
    /// What is viewed.
    pub video: VideoId,
    /// The view among those of the video.
    pub view: Uuid,
}

impl ViewId {
    /// A new view that begins at `now`, of a viewer whose views are in partition `shard`.
    pub fn generate(video: VideoId, shard: u8, now: Timestamp) -> Self {
        let mut random = [0; 10];
        random.copy_from_slice(&Uuid::new_v4().as_bytes()[6..]);
        random[9] = shard % VIEW_SHARDS;
        let millis = u64::try_from(now.as_millis()).unwrap_or_default();
        Self { video, view: Builder::from_unix_timestamp_millis(millis, &random).into_uuid() }
    }

    /// The partition, less than [`VIEW_SHARDS`].
    pub const fn shard(&self) -> u8 {
        self.view.as_bytes()[15] % VIEW_SHARDS
    }

    /// When it began.
    pub fn began_at(&self) -> Timestamp {
        let bytes = self.view.as_bytes();
        let millis = bytes[..6].iter().fold(0_i64, |millis, &byte| millis << 8 | i64::from(byte));
        Timestamp::from_millis(millis)
    }
}

impl PartialSchema for ViewId {
    fn schema() -> RefOr<Schema> {
        let uuid = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(format!("^{uuid}\\.{uuid}$")));
        text.description(Some("A video's id, a dot, and the view's.")).into()
    }
}

impl ToSchema for ViewId {}

impl fmt::Display for ViewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.video, self.view.hyphenated())
    }
}

impl FromStr for ViewId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (video, view) = text.split_once('.').ok_or(IdError)?;
        let view = view.parse::<VideoId>()?.as_uuid();
        if view.get_version_num() != 7 {
            return Err(IdError);
        }
        Ok(Self { video: video.parse()?, view })
    }
}

impl Serialize for ViewId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ViewId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("it is not the id of a view"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_partition_and_its_beginning_and_round_trips() {
        let now = Timestamp::from_millis(1_771_000_000_123);
        for shard in 0..VIEW_SHARDS {
            let id = ViewId::generate(VideoId::generate(), shard, now);
            assert_eq!((id.shard(), id.began_at()), (shard, now));
            assert_eq!(id.view.get_version_num(), 7);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn other_texts_are_no_ids() {
        let video = VideoId::generate();
        let v4 = Uuid::new_v4();
        for text in [String::new(), ".".into(), video.to_string(), format!("{video}."), format!("{video}.{v4}")] {
            assert_eq!(text.parse::<ViewId>(), Err(IdError), "{text}");
        }
    }
}
