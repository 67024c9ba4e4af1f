use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Device, Timestamp, VIEW_SHARDS, VideoId, ViewId};

/// Parts of equal length that a video's retention curve has.
pub const SEGMENTS: u8 = 20;
/// A heartbeat tells of the seconds since the last one: players send one every ten.
const HEARTBEAT_SECONDS: u32 = 10;
/// How far a player's clock may be ahead of ours before it is not believed.
const CLOCK_SLACK_SECONDS: i64 = 2;

/// Somebody watching a video once. Serialised it is what the table stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// What is viewed.
    pub video_id: VideoId,
    /// The view among those of the video; a UUID of version 7 that says when it began.
    pub view: Uuid,
    /// Who views.
    #[serde(flatten)]
    pub viewer: Viewer,
    /// The page that the viewer came from, without its query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referer: Option<String>,
    /// Whether a player told of it; one that only opened the video's page is not.
    pub tracked: bool,
    /// Seconds watched.
    pub watch_time_seconds: u32,
    /// Watched to the end.
    pub completed: bool,
    /// Which twentieths of the video were watched, as far as the player tells.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub segments: BTreeSet<u8>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is forgotten, in seconds since 1970.
    pub expires_at: i64,
}

/// What is kept of somebody who views: never an address, and nothing at all when the settings say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Viewer {
    /// Tells viewers apart: `u:` and the subject of a signed-in one, else `s:` and a keyed digest of the session,
    /// or `i:` and that of the address.
    #[serde(default, rename = "viewer", skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Subject of a signed-in viewer's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// HMAC-SHA-256 of the address, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_hash: Option<String>,
    /// The browser without version numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The kind of device.
    pub device: Device,
}

impl View {
    /// A view that begins at `now` and is forgotten after so many days.
    pub fn begin(id: ViewId, viewer: Viewer, referer: Option<String>, tracked: bool, days: u16) -> Self {
        let created_at = id.began_at();
        Self {
            video_id: id.video,
            view: id.view,
            viewer,
            referer,
            tracked,
            watch_time_seconds: 0,
            completed: false,
            segments: BTreeSet::new(),
            created_at,
            expires_at: created_at.plus_seconds(i64::from(days) * 86_400).as_seconds(),
        }
    }

    /// Its id.
    pub const fn id(&self) -> ViewId {
        ViewId { video: self.video_id, view: self.view }
    }
}

impl Viewer {
    /// Somebody of whom nothing is kept.
    pub const fn unknown() -> Self {
        Self { key: None, user_id: None, ip_hash: None, user_agent: None, device: Device::Unknown }
    }

    /// The partition of this viewer's views, so that each viewer is counted in one partition only; any one for a viewer
    /// that is not known.
    pub fn shard(&self) -> u8 {
        let byte = match &self.key {
            Some(key) => Sha256::digest(key)[0],
            None => Uuid::new_v4().as_bytes()[0],
        };
        byte % VIEW_SHARDS
    }
}

/// How much of what a player says was watched is believed: no more than there is, and no more than time has passed.
pub fn believed_seconds(asked: f64, duration: Option<u32>, began: Timestamp, now: Timestamp) -> u32 {
    let elapsed = (now.as_millis() - began.as_millis()) / 1000 + CLOCK_SLACK_SECONDS;
    let elapsed = u32::try_from(elapsed.max(0)).unwrap_or(u32::MAX);
    let most = elapsed.min(duration.unwrap_or(u32::MAX));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of the type")]
    let asked = asked.clamp(0.0, f64::from(u32::MAX)) as u32;
    asked.min(most)
}

/// The twentieths that are watched when a player is at `position` seconds and was ten seconds before it, or from when the
/// view began.
pub fn watched_segments(position: f64, duration: Option<u32>, watched: u32) -> BTreeSet<u8> {
    let Some(duration) = duration.filter(|&duration| duration > 0) else { return BTreeSet::new() };
    let since = position - f64::from(watched.min(HEARTBEAT_SECONDS));
    (segment(since, duration)..=segment(position, duration)).collect()
}

/// The twentieth that a moment of the video is in.
pub fn segment(position: f64, duration: u32) -> u8 {
    let part = position.max(0.0) / f64::from(duration.max(1)) * f64::from(SEGMENTS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of the type")]
    let part = part.min(f64::from(SEGMENTS - 1)) as u8;
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_player_says_is_bounded_by_the_duration_and_the_clock() {
        let began = Timestamp::from_millis(1_771_000_000_000);
        let after = |seconds| began.plus_seconds(seconds);
        assert_eq!(believed_seconds(10.0, Some(30), began, after(10)), 10);
        assert_eq!(believed_seconds(10.9, Some(30), began, after(60)), 10);
        assert_eq!(believed_seconds(1000.0, Some(30), began, after(60)), 30);
        assert_eq!(believed_seconds(1000.0, Some(3000), began, after(60)), 62);
        assert_eq!(believed_seconds(1000.0, None, began, after(-60)), 0);
        assert_eq!(believed_seconds(f64::NAN, Some(30), began, after(60)), 0);
        assert_eq!(believed_seconds(-1.0, Some(30), began, after(60)), 0);
    }

    #[test]
    fn a_heartbeat_tells_of_the_last_ten_seconds() {
        let parts = |position, watched| watched_segments(position, Some(100), watched).into_iter().collect::<Vec<_>>();
        assert_eq!(parts(10.0, 10), [0, 1, 2]);
        assert_eq!(parts(52.0, 2), [10]);
        assert_eq!(parts(100.0, 100), [18, 19]);
        assert_eq!(parts(1e9, 1), [19]);
        assert_eq!(watched_segments(1.0, None, 1), BTreeSet::new());
    }

    #[test]
    fn one_viewer_is_in_one_partition_and_many_are_in_all() {
        let viewer = |n: u32| Viewer { key: Some(format!("i:{n:064x}")), ..Viewer::unknown() };
        assert_eq!(viewer(7).shard(), viewer(7).shard());
        let shards: BTreeSet<u8> = (0..2000).map(|n| viewer(n).shard()).collect();
        assert_eq!(shards.len(), usize::from(VIEW_SHARDS));
    }
}
