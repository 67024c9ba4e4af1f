use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::{CommentId, LibraryPath, MediaFileId, ReactionId, ScanId, VideoId, ViewId};
use uuid::Uuid;

use crate::attribute::{Item, text};

pub(crate) const PK: &str = "pk";
pub(crate) const SK: &str = "sk";
/// The table's TTL attribute: seconds since the epoch.
pub(crate) const EXPIRES_AT: &str = "expiresAt";
/// The index of what changed: its partition key, its sort key, and its name, which is that of the partition key.
pub(crate) const CHANGES: &str = "changes";
pub(crate) const CHANGED_AT: &str = "changedAt";

/// The index of what a video's audience wrote: its partition key, its sort key (when), and its name.
pub(crate) const BY_VIDEO: &str = "byVideo";
pub(crate) const BY_VIDEO_AT: &str = "byVideoAt";
/// The index of what a signed-in viewer did: its partition key, its sort key (when), and its name.
pub(crate) const BY_USER: &str = "byUser";
pub(crate) const BY_USER_AT: &str = "byUserAt";

/// Sort key of the mark among a partition's views. It sorts before them, so that nobody comes across it who reads the latest.
pub(crate) const VIEW_MARK: &str = "00000000-0000-0000-0000-000000000000#MARK";
/// The mark's number: a later mark has a greater one.
pub(crate) const MARK_SERIAL: &str = "serial";

/// Counters that the votes, comments and reactions of a video are spread over, by who makes them.
pub(crate) const ACT_SHARDS: u8 = 16;

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
    /// A view.
    View(ViewId),
    /// What a player told of a view, or of nobody's in particular: partition of the views, and its own UUID of version 7.
    PlayerEvent(VideoId, u8, Uuid),
    /// What a recount writes among a partition's views, to see how far the counting has come.
    ViewMark(VideoId, u8),
    /// A session's upvote, named by the digest of the session.
    Vote(VideoId, &'a str),
    /// What a signed-in viewer thinks of a moment of a video.
    Reaction(ReactionId),
    /// A comment.
    Comment(CommentId),
    /// What was counted of one partition of a video's views.
    ViewCounts(VideoId, u8),
    /// Votes and comments of a video, counted as they are made.
    ActCounts(VideoId, u8),
    /// Reactions of a video by type and moment, counted as they are made.
    HeatCounts(VideoId, u8),
    /// What was counted of one partition of a video's views that began on one day in UTC.
    DayCounts(VideoId, &'a str, u8),
    /// Calls of one client to one kind of route in one window of time.
    RateWindow(&'a str),
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
            Self::View(id) => views_partition(id.video, id.shard()),
            Self::PlayerEvent(video, shard, _) | Self::ViewMark(video, shard) => views_partition(*video, *shard),
            Self::Vote(video, session) => {
                format!("VOTES#{video}#{}", session.get(..1).unwrap_or_default())
            }
            Self::Reaction(id) => format!("REACTION#{id}"),
            Self::Comment(id) => format!("COMMENT#{id}"),
            Self::ViewCounts(video, _) | Self::ActCounts(video, _) => format!("COUNTS#{video}"),
            Self::HeatCounts(video, _) => format!("HEAT#{video}"),
            Self::DayCounts(video, ..) => format!("DAYS#{video}"),
            Self::RateWindow(window) => format!("RATE#{window}"),
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
            Self::View(id) => format!("{}#VIEW", id.view),
            Self::PlayerEvent(.., event) => format!("{event}#EVENT"),
            Self::ViewMark(..) => VIEW_MARK.to_owned(),
            Self::Vote(_, session) => (*session).to_owned(),
            Self::Reaction(_) => "REACTION".to_owned(),
            Self::Comment(_) => "COMMENT".to_owned(),
            Self::ViewCounts(_, shard) => format!("VIEWS#{shard:02}"),
            Self::ActCounts(_, shard) => format!("ACTS#{shard:02}"),
            Self::HeatCounts(_, shard) => format!("{shard:02}"),
            Self::DayCounts(_, day, shard) => format!("{day}#{shard:02}"),
            Self::RateWindow(_) => "RATE".to_owned(),
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

/// The partitions that the votes on a video are spread over.
pub(crate) fn vote_partitions(video: VideoId) -> impl Iterator<Item = AttributeValue> {
    "0123456789abcdef".chars().map(move |digit| Key::Vote(video, &digit.to_string()).partition())
}

/// One of the partitions that the views of a video are spread over.
pub(crate) fn views_partition(video: VideoId, shard: u8) -> String {
    format!("VIEWS#{video}#{shard:02}")
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
        let view: ViewId = format!("{video}.0197c1f0-b0e1-7a30-9c55-012345678907").parse().unwrap();
        let (reaction, comment) = (ReactionId::from(id.as_uuid()), CommentId::from(id.as_uuid()));
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
            Key::View(view),
            Key::PlayerEvent(video, 7, view.view),
            Key::ViewMark(video, 7),
            Key::Vote(video, "c0ffee"),
            Key::Reaction(reaction),
            Key::Comment(comment),
            Key::ViewCounts(video, 7),
            Key::ActCounts(video, 7),
            Key::HeatCounts(video, 7),
            Key::DayCounts(video, "2026-11-21", 7),
            Key::RateWindow("c0ffee"),
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
                "VIEWS#0197c1f0-a5c8-7d6c-8f4e-0123456789ab#07 0197c1f0-b0e1-7a30-9c55-012345678907#VIEW",
                "VIEWS#0197c1f0-a5c8-7d6c-8f4e-0123456789ab#07 0197c1f0-b0e1-7a30-9c55-012345678907#EVENT",
                "VIEWS#0197c1f0-a5c8-7d6c-8f4e-0123456789ab#07 00000000-0000-0000-0000-000000000000#MARK",
                "VOTES#0197c1f0-a5c8-7d6c-8f4e-0123456789ab#c c0ffee",
                "REACTION#0197c1f0-a5c8-7d6c-8f4e-0123456789ab REACTION",
                "COMMENT#0197c1f0-a5c8-7d6c-8f4e-0123456789ab COMMENT",
                "COUNTS#0197c1f0-a5c8-7d6c-8f4e-0123456789ab VIEWS#07",
                "COUNTS#0197c1f0-a5c8-7d6c-8f4e-0123456789ab ACTS#07",
                "HEAT#0197c1f0-a5c8-7d6c-8f4e-0123456789ab 07",
                "DAYS#0197c1f0-a5c8-7d6c-8f4e-0123456789ab 2026-11-21#07",
                "RATE#c0ffee RATE",
            ]
        );
        assert_eq!(changes_of(video), text("CHANGES#3"));
    }
}
