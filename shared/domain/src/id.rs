use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

/// A text that is no UUID was given where an id was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not a UUID")]
pub struct IdError;

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: version 7 of RFC 9562, so ids sort by creation and work as sort keys.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id as UUID.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            /// Accepts the hyphenated form only: an id has one spelling in URLs, keys and logs.
            fn from_str(text: &str) -> Result<Self, IdError> {
                let uuid = Uuid::try_parse(text).map_err(|_| IdError)?;
                if text.len() == uuid::fmt::Hyphenated::LENGTH { Ok(Self(uuid)) } else { Err(IdError) }
            }
        }
    };
}

typed_id!(
    /// Identifies a media file: an upload together with everything made from it.
    MediaFileId
);

typed_id!(
    /// Identifies a video of the library. One that was uploaded has the UUID of its media file.
    VideoId
);

typed_id!(
    /// Identifies a scan of a directory.
    ScanId
);

typed_id!(
    /// Identifies a reaction. Made from who reacts, to what, how and when in the video, so that repeating is no second one.
    ReactionId
);

typed_id!(
    /// Identifies a comment.
    CommentId
);

impl From<MediaFileId> for VideoId {
    fn from(id: MediaFileId) -> Self {
        Self(id.as_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_creation_and_round_trip() {
        let ids: Vec<_> = (0..100).map(|_| MediaFileId::generate()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[0].to_string().parse(), Ok(ids[0]));
    }

    #[test]
    fn only_the_hyphenated_spelling_is_an_id() {
        for text in ["", "x", "0197c1f0a5c87d6c8f4e0123456789ab", "{0197c1f0-a5c8-7d6c-8f4e-0123456789ab}"] {
            assert_eq!(text.parse::<MediaFileId>(), Err(IdError), "{text}");
        }
    }
}
