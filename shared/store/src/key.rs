use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::MediaFileId;

use crate::attribute::{Item, text};

pub(crate) const PK: &str = "pk";
pub(crate) const SK: &str = "sk";
/// The table's TTL attribute: seconds since the epoch.
pub(crate) const EXPIRES_AT: &str = "expiresAt";

/// Every item's primary key is made here and only here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    /// A media file.
    MediaFile(MediaFileId),
    /// One transcode of a media file.
    Job(MediaFileId, u32),
    /// One task of a transcode.
    Task(MediaFileId, u32, &'a str),
    /// The use of an `Idempotency-Key`, named by its digest.
    UploadClaim(&'a str),
}

impl Key<'_> {
    /// The partition of a media file and everything about it.
    pub(crate) fn media_partition(id: MediaFileId) -> AttributeValue {
        text(Key::MediaFile(id).pk())
    }

    fn pk(&self) -> String {
        match self {
            Self::MediaFile(id) | Self::Job(id, _) | Self::Task(id, ..) => format!("MEDIA#{id}"),
            Self::UploadClaim(digest) => format!("UPLOADCLAIM#{digest}"),
        }
    }

    fn sk(&self) -> String {
        match self {
            Self::MediaFile(_) => "FILE".to_owned(),
            Self::Job(_, version) => format!("JOB#{version:06}"),
            Self::Task(_, version, task) => format!("TASK#{version:06}#{task}"),
            Self::UploadClaim(_) => "CLAIM".to_owned(),
        }
    }

    /// The key as the two attributes that the SDK takes.
    pub(crate) fn attributes(&self) -> Item {
        Item::from([(PK.to_owned(), text(self.pk())), (SK.to_owned(), text(self.sk()))])
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pk(), self.sk())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_pinned() {
        let id: MediaFileId = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap();
        let keys = [Key::MediaFile(id), Key::Job(id, 2), Key::Task(id, 2, "video-00000"), Key::UploadClaim("ab12")];
        assert_eq!(
            keys.map(|key| key.to_string()),
            [
                "MEDIA#0197c1f0-a5c8-7d6c-8f4e-0123456789ab FILE",
                "MEDIA#0197c1f0-a5c8-7d6c-8f4e-0123456789ab JOB#000002",
                "MEDIA#0197c1f0-a5c8-7d6c-8f4e-0123456789ab TASK#000002#video-00000",
                "UPLOADCLAIM#ab12 CLAIM",
            ]
        );
    }
}
