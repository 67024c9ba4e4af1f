use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::{ReactionId, Timestamp, VideoId, closed_set::closed_set};

/// Parts of equal length that a video's heatmap has.
pub const HEAT_BUCKETS: u8 = 50;

closed_set! {
    /// What a viewer thinks of a moment (spec: video reactions).
    ReactionType {
        /// Thumbs up.
        Like = "like",
        /// A heart.
        Love = "love",
        /// Tears of joy.
        Laugh = "laugh",
        /// An open mouth.
        Wow = "wow",
        /// A tear.
        Sad = "sad",
        /// An angry face.
        Angry = "angry",
    }
}

impl ReactionType {
    /// The emoji that shows it.
    pub const fn emoji(self) -> &'static str {
        match self {
            Self::Like => "\u{1f44d}",
            // A heart is drawn in colour only with the variation selector behind it.
            Self::Love => "\u{2764}\u{fe0f}",
            Self::Laugh => "\u{1f602}",
            Self::Wow => "\u{1f62e}",
            Self::Sad => "\u{1f622}",
            Self::Angry => "\u{1f620}",
        }
    }

    /// Its name for people, in English.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Like => "Like",
            Self::Love => "Love",
            Self::Laugh => "Laugh",
            Self::Wow => "Wow",
            Self::Sad => "Sad",
            Self::Angry => "Angry",
        }
    }
}

/// What a signed-in viewer thinks of a moment of a video. Serialised it is what the table stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// Made from the four fields below, so that there is one of them at the most.
    pub id: ReactionId,
    /// What is reacted to.
    pub video_id: VideoId,
    /// Subject of the viewer's token.
    pub user_id: String,
    /// How.
    pub reaction_type: ReactionType,
    /// The moment, in whole seconds from the video's beginning.
    pub video_timestamp: u32,
    /// The part of the heatmap that it is counted in; stays so should the video's duration change.
    pub bucket: u8,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Reaction {
    /// A reaction of `user_id` at `now` to second `at` of a video of this duration in seconds, if that is known.
    pub fn new(
        video_id: VideoId,
        duration: Option<u32>,
        user_id: String,
        reaction_type: ReactionType,
        at: u32,
        now: Timestamp,
    ) -> Self {
        Self {
            id: id(video_id, &user_id, reaction_type, at),
            video_id,
            user_id,
            reaction_type,
            video_timestamp: at,
            bucket: heat_bucket(at, duration),
            created_at: now,
        }
    }
}

/// The part of the heatmap that a second of the video is in, less than [`HEAT_BUCKETS`]; the first one while the video's
/// duration is not known.
pub fn heat_bucket(at: u32, duration: Option<u32>) -> u8 {
    let Some(duration) = duration.filter(|&duration| duration > 0) else { return 0 };
    let bucket = u64::from(at) * u64::from(HEAT_BUCKETS) / u64::from(duration);
    // The very end is part of the last one.
    u8::try_from(bucket).unwrap_or(u8::MAX).min(HEAT_BUCKETS - 1)
}

/// A moment as players show it: `0:27`, `1:30`, `1:01:01`.
pub fn format_time(seconds: u32) -> String {
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m}:{s:02}") }
}

/// A UUID of version 8 (RFC 9562 §5.8) from the SHA-256 of what makes the reaction the one it is. The fields that could hold
/// any text come last, so no two different ones are written the same.
fn id(video: VideoId, user: &str, reaction_type: ReactionType, at: u32) -> ReactionId {
    let digest = Sha256::digest(format!("{video}/{reaction_type}/{at}/{user}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_771_000_000_120;

    fn reaction(user: &str, reaction_type: ReactionType, at: u32) -> Reaction {
        let video = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap();
        Reaction::new(video, Some(180), user.into(), reaction_type, at, Timestamp::from_millis(NOW))
    }

    #[test]
    fn moments_are_written_as_players_show_them() {
        for (seconds, text) in [
            (0, "0:00"),
            (27, "0:27"),
            (60, "1:00"),
            (90, "1:30"),
            (3599, "59:59"),
            (3600, "1:00:00"),
            (3661, "1:01:01"),
            (359_999, "99:59:59"),
        ] {
            assert_eq!(format_time(seconds), text);
        }
    }

    #[test]
    fn each_type_has_its_emoji_and_label() {
        let shown: Vec<String> =
            ReactionType::ALL.iter().map(|kind| format!("{kind} {} {}", kind.emoji(), kind.label())).collect();
        assert_eq!(
            shown,
            ["like 👍 Like", "love ❤️ Love", "laugh 😂 Laugh", "wow 😮 Wow", "sad 😢 Sad", "angry 😠 Angry"]
        );
    }

    #[test]
    fn an_id_tells_apart_who_reacts_how_and_when_and_nothing_else() {
        let first = reaction("u1", ReactionType::Love, 27);
        assert_eq!(first.id.to_string(), "21d8d9dd-2494-869d-9cb3-b58e60495f9d");
        assert_eq!(first.id.as_uuid().get_version_num(), 8);
        let others = [
            reaction("u1", ReactionType::Love, 27),
            reaction("u2", ReactionType::Love, 27),
            reaction("u1", ReactionType::Like, 27),
            reaction("u1", ReactionType::Love, 28),
            Reaction::new(VideoId::generate(), None, "u1".into(), ReactionType::Love, 27, first.created_at),
        ];
        assert_eq!(others.iter().map(|other| other.id).collect::<BTreeSet<_>>().len(), 5);
        assert_eq!(others[0].id, first.id);
    }

    #[test]
    fn a_heatmap_has_fifty_equal_parts() {
        for (at, bucket) in [(0, 0), (3, 0), (4, 1), (90, 25), (179, 49), (180, 49), (u32::MAX, 49)] {
            assert_eq!(heat_bucket(at, Some(180)), bucket, "{at}");
        }
        assert_eq!(heat_bucket(1, Some(3)), 16);
        assert_eq!((heat_bucket(7, None), heat_bucket(7, Some(0))), (0, 0));
    }

    proptest! {
        #[test]
        fn a_moment_lies_in_its_part(duration in 1_u32.., part in 0.0..=1.0_f64) {
            let at = (f64::from(duration) * part) as u32;
            let bucket = f64::from(heat_bucket(at, Some(duration)));
            let length = f64::from(duration) / f64::from(HEAT_BUCKETS);
            prop_assert!(bucket * length <= f64::from(at) + 1e-6);
            prop_assert!(f64::from(at) <= (bucket + 1.0) * length + 1e-6);
        }
    }
}
