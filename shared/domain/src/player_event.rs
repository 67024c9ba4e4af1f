use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Timestamp, VideoId, ViewId, closed_set::closed_set};

/// The most events of one call.
pub const MAX_EVENTS: usize = 50;
/// How far beyond its end a video's player may say that it is, in seconds: durations are rounded.
const END_SLACK: f64 = 1.0;
/// The longest wait that is believed, in milliseconds: an hour.
const MAX_WAIT: u32 = 3_600_000;
/// How old an event's own id may be, in seconds: a day, after which a player has given up repeating. As far a player's
/// clock may be ahead.
const MAX_AGE: u64 = 86_400;

closed_set! {
    /// What happens in a player.
    EventType {
        /// It plays.
        Play = "play",
        /// It stops for a while.
        Pause = "pause",
        /// It goes to another moment.
        Seek = "seek",
        /// The end is reached.
        Complete = "complete",
        /// The first picture is shown; has a duration, since playing was asked for.
        Startup = "startup",
        /// It waited for data; has a duration.
        Rebuffer = "rebuffer",
    }
}

/// What a player told. Serialised it is what the table stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlayerEvent {
    /// What plays.
    pub video_id: VideoId,
    /// The view that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<Uuid>,
    /// What happened.
    pub event_type: EventType,
    /// Where in the video, in seconds.
    pub timestamp: f64,
    /// How long it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_millis: Option<u32>,
    /// When it happened, by the clock of the player if it has an id of its own.
    pub created_at: Timestamp,
    /// When it is forgotten, in seconds since 1970.
    pub expires_at: i64,
}

/// An event as a player sends it.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentEvent {
    /// What plays.
    pub video_id: VideoId,
    /// The view that it belongs to.
    #[serde(default)]
    pub view_id: Option<ViewId>,
    /// What happened.
    pub event_type: EventType,
    /// Where in the video, in seconds.
    #[schema(minimum = 0)]
    pub timestamp: f64,
    /// How long it took; needed for `startup` and `rebuffer`, at most an hour.
    #[serde(default)]
    #[schema(maximum = 3_600_000)]
    pub duration_millis: Option<u32>,
    /// A UUID of version 7 of the player's own, at most a day old: an event that is sent twice with it counts once.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub event_id: Option<Uuid>,
}

impl PlayerEvent {
    /// The event that was sent, under its id, which says when it was made. It is forgotten after so many days.
    pub fn new(sent: &SentEvent, id: Uuid, days: u16) -> Self {
        let created_at = made_at(id);
        Self {
            video_id: sent.video_id,
            view: sent.view_id.map(|view| view.view),
            event_type: sent.event_type,
            timestamp: sent.timestamp,
            duration_millis: sent.duration_millis,
            created_at,
            expires_at: created_at.plus_seconds(i64::from(days) * 86_400).as_seconds(),
        }
    }
}

impl SentEvent {
    /// The partition of the video's views that it is stored in, as far as it says: that of the view that it names, else one
    /// that its own id says, so that it is the same item whoever sends it again and from wherever.
    pub fn shard(&self) -> Option<u8> {
        let own = |id: Uuid| ViewId { video: self.video_id, view: id }.shard();
        self.view_id.map(|view| view.shard()).or(self.event_id.map(own))
    }

    /// What is wrong with it, for a video that is so many seconds long.
    pub fn check(&self, duration: Option<u32>, now: Timestamp) -> Result<(), (&'static str, String)> {
        let end = duration.map_or(f64::INFINITY, f64::from) + END_SLACK;
        if !(0.0..=end).contains(&self.timestamp) {
            return Err(("timestamp", "It is a moment that the video does not have.".to_owned()));
        }
        let waits = matches!(self.event_type, EventType::Startup | EventType::Rebuffer);
        match self.duration_millis {
            None if waits => return Err(("durationMillis", format!("A {} event needs it.", self.event_type))),
            Some(_) if !waits => {
                return Err(("durationMillis", format!("A {} event has none.", self.event_type)));
            }
            Some(millis) if millis > MAX_WAIT => {
                return Err(("durationMillis", format!("It is longer than {MAX_WAIT}.")));
            }
            _ => {}
        }
        if self.event_id.is_some_and(|id| !is_recent(id, now)) {
            let sentence = "It is not a UUID of version 7 that was made within the last day.";
            return Err(("eventId", sentence.to_owned()));
        }
        Ok(())
    }
}

/// When a UUID of version 7 was made.
fn made_at(id: Uuid) -> Timestamp {
    ViewId { video: VideoId::from(Uuid::nil()), view: id }.began_at()
}

fn is_recent(id: Uuid, now: Timestamp) -> bool {
    id.get_version_num() == 7 && made_at(id).as_seconds().abs_diff(now.as_seconds()) <= MAX_AGE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(event_type: EventType, timestamp: f64, duration_millis: Option<u32>) -> Option<&'static str> {
        let video_id = VideoId::from(Uuid::nil());
        let event = SentEvent { video_id, view_id: None, event_type, timestamp, duration_millis, event_id: None };
        event.check(Some(30), Timestamp::from_millis(0)).err().map(|(field, _)| field)
    }

    #[test]
    fn events_are_of_a_moment_of_the_video() {
        for (timestamp, expected) in [
            (0.0, None),
            (31.0, None),
            (31.1, Some("timestamp")),
            (-0.1, Some("timestamp")),
            (f64::NAN, Some("timestamp")),
            (f64::INFINITY, Some("timestamp")),
        ] {
            assert_eq!(wrong(EventType::Play, timestamp, None), expected, "{timestamp}");
        }
    }

    #[test]
    fn waiting_has_a_duration_and_nothing_else_has() {
        for event_type in EventType::ALL {
            let waits = matches!(event_type, EventType::Startup | EventType::Rebuffer);
            assert_eq!(wrong(*event_type, 1.0, Some(5)).is_none(), waits);
            assert_eq!(wrong(*event_type, 1.0, None).is_none(), !waits);
        }
        assert_eq!(wrong(EventType::Rebuffer, 1.0, Some(3_600_001)), Some("durationMillis"));
    }

    #[test]
    fn an_event_says_its_partition() {
        let video_id = VideoId::from(Uuid::nil());
        let id = |last| uuid::Builder::from_unix_timestamp_millis(7, &[0, 0, 0, 0, 0, 0, 0, 0, 0, last]).into_uuid();
        let event = |view: Option<u8>, own: Option<u8>| SentEvent {
            video_id,
            view_id: view.map(|last| ViewId { video: video_id, view: id(last) }),
            event_type: EventType::Play,
            timestamp: 0.0,
            duration_millis: None,
            event_id: own.map(id),
        };
        let shards = [event(Some(5), Some(200)), event(None, Some(200)), event(None, None)].map(|event| event.shard());
        assert_eq!(shards, [Some(5), Some(200 % 64), None]);
    }

    #[test]
    fn own_ids_are_of_the_last_day() {
        let now = Timestamp::from_millis(1_771_000_000_000);
        let made = |seconds| {
            let millis = u64::try_from(now.plus_seconds(seconds).as_millis()).unwrap();
            uuid::Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid()
        };
        let accepted = [made(0), made(-86_400), made(86_400), made(-86_401), made(86_401), Uuid::new_v4(), Uuid::nil()];
        assert_eq!(accepted.map(|id| is_recent(id, now)), [true, true, true, false, false, false, false]);
    }
}
