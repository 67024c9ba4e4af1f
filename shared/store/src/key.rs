use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::{LibraryPath, MediaFileId, ScanId, VideoId};

use crate::attribute::{Item, text};

pub(crate) const PK: &str = "pk";
pub(crate) const SK: &str = "sk";
/// The table's TTL attribute: seconds since the epoch.
pub(crate) const EXPIRES_AT: &str = "expiresAt";
/// The index of what changed: its partition key, its sort key, and its name, which is that of the partition key.
pub(crate) const CHANGES: &str = "changes";
pub(crate) const CHANGED_AT: &str = "changedAt";

/// Partitions of the index of changes. Each takes 1,000 writes a second (AWS limit), and each costs a list 0.5 read units.
pub const CHANGE_SHARDS: u8 = 4;

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
    /// A video, or what is left of it.
    Video(VideoId),
    /// The one video that may lie at a path.
    PathClaim(&'a LibraryPath),
    /// A video among those with the same bytes, named by their SHA-256.
    SameBytes(&'a str, VideoId),
    /// A scan of a directory.
    Scan(ScanId),
    /// What one page of a scan came to.
    ScanPage(ScanId, u32),
    /// What looking at one group of a page's files came to.
    ScanProbe(ScanId, u32, u32),
    /// What an admin switched.
    Settings,
}

impl Key<'_> {
    fn pk(&self) -> String {
        match self {
            Self::MediaFile(id) | Self::Job(id, _) | Self::Task(id, ..) => format!("MEDIA#{id}"),
            Self::UploadClaim(digest) => format!("UPLOADCLAIM#{digest}"),
            Self::Video(id) => format!("VIDEO#{id}"),
            Self::PathClaim(path) => format!("PATH#{path}"),
            Self::SameBytes(hash, _) => format!("HASH#{hash}"),
            Self::Scan(id) | Self::ScanPage(id, _) | Self::ScanProbe(id, ..) => format!("SCAN#{id}"),
            Self::Settings => "SETTINGS".to_owned(),
        }
    }

    fn sk(&self) -> String {
        match self {
            Self::MediaFile(_) => "FILE".to_owned(),
            Self::Job(_, version) => format!("JOB#{version:06}"),
            Self::Task(_, version, task) => format!("TASK#{version:06}#{task}"),
            Self::UploadClaim(_) => "CLAIM".to_owned(),
            Self::Video(_) => "VIDEO".to_owned(),
            Self::PathClaim(_) => "PATH".to_owned(),
            Self::SameBytes(_, id) => format!("VIDEO#{id}"),
            Self::Scan(_) => "SCAN".to_owned(),
            Self::ScanPage(_, page) => format!("PAGE#{page:06}"),
            Self::ScanProbe(_, page, group) => format!("PROBE#{page:06}#{group:03}"),
            Self::Settings => "SETTINGS".to_owned(),
        }
    }

    /// The partition of everything under this key's.
    pub(crate) fn partition(&self) -> AttributeValue {
        text(self.pk())
    }

    /// The key as the two attributes that the SDK takes.
    pub(crate) fn attributes(&self) -> Item {
        Item::from([(PK.to_owned(), text(self.pk())), (SK.to_owned(), text(self.sk()))])
    }
}

/// The partition of the index of changes that has this video.
pub(crate) fn changes_of(id: VideoId) -> AttributeValue {
    changes_partition(id.as_uuid().as_bytes()[15] % CHANGE_SHARDS)
}

/// A partition of the index of changes.
pub(crate) fn changes_partition(shard: u8) -> AttributeValue {
    text(format!("CHANGES#{shard}"))
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
        let (video, scan) = (VideoId::from(id), ScanId::from(id.as_uuid()));
        let path = "studios/a b.mp4".parse().unwrap();
        let keys = [
            Key::MediaFile(id),
            Key::Job(id, 2),
            Key::Task(id, 2, "video-00000"),
            Key::UploadClaim("ab12"),
            Key::Video(video),
            Key::PathClaim(&path),
            Key::SameBytes("cd34", video),
            Key::Scan(scan),
            Key::ScanPage(scan, 3),
            Key::ScanProbe(scan, 3, 7),
            Key::Settings,
        ];
        assert_eq!(
            keys.map(|key| key.to_string()),
            [
                "MEDIA#0197c1f0-a5c8-7d6c-8f4e-0123456789ab FILE",
                "MEDIA#0197c1f0-a5c8-7d6c-8f4e-0123456789ab JOB#000002",
                "MEDIA#0197c1f0-a5c8-7d6c-8f4e-0123456789ab TASK#000002#video-00000",
                "UPLOADCLAIM#ab12 CLAIM",
                "VIDEO#0197c1f0-a5c8-7d6c-8f4e-0123456789ab VIDEO",
                "PATH#studios/a b.mp4 PATH",
                "HASH#cd34 VIDEO#0197c1f0-a5c8-7d6c-8f4e-0123456789ab",
                "SCAN#0197c1f0-a5c8-7d6c-8f4e-0123456789ab SCAN",
                "SCAN#0197c1f0-a5c8-7d6c-8f4e-0123456789ab PAGE#000003",
                "SCAN#0197c1f0-a5c8-7d6c-8f4e-0123456789ab PROBE#000003#007",
                "SETTINGS SETTINGS",
            ]
        );
        assert_eq!(changes_of(video), text("CHANGES#3"));
    }
}
