use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use framehouse_domain::Timestamp;

use crate::{ApiError, App, ClientIp, now};

/// The length of a window in seconds. A client that knows where windows begin can do twice as much around that moment.
const WINDOW_SECONDS: i64 = 60;
/// So many full windows are remembered in a process; an attacker with more addresses pays with our calls, not our memory.
const MAX_REMEMBERED: usize = 10_000;

/// Kinds of calls of which each client may do so many in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// `POST /track/view`, 100.
    TrackView,
    /// `POST /track/event`, 100.
    TrackEvent,
    /// `POST /track/heartbeat`, 200.
    TrackHeartbeat,
    /// Votes, 60.
    Upvote,
    /// Finishes and watch time of the gallery, 100.
    Engagement,
    /// Reactions, 60.
    Reaction,
    /// Comments, 10.
    Comment,
}

/// The windows that a process knows to be full, so that who is refused once is refused again without a call.
#[derive(Debug, Default)]
pub(crate) struct FullWindows(Mutex<(i64, HashSet<String>)>);

impl Limit {
    const fn name(self) -> &'static str {
        match self {
            Self::TrackView => "track-view",
            Self::TrackEvent => "track-event",
            Self::TrackHeartbeat => "track-heartbeat",
            Self::Upvote => "upvote",
            Self::Engagement => "engagement",
            Self::Reaction => "reaction",
            Self::Comment => "comment",
        }
    }

    /// Calls a minute.
    pub const fn per_minute(self) -> u64 {
        match self {
            Self::TrackView | Self::TrackEvent | Self::Engagement => 100,
            Self::TrackHeartbeat => 200,
            Self::Upvote | Self::Reaction => 60,
            Self::Comment => 10,
        }
    }
}

impl App {
    /// Counts a call of a client, and refuses it when there were too many in this minute, in whichever process. A count
    /// that cannot be made refuses nobody.
    pub async fn rate_limit(&self, limit: Limit, ip: &ClientIp) -> Result<(), ApiError> {
        let now = now();
        let minute = now.as_seconds().div_euclid(WINDOW_SECONDS);
        let end = Timestamp::from_millis((minute + 1) * WINDOW_SECONDS * 1000);
        let wait = u32::try_from((end.as_millis() - now.as_millis()).div_euclid(1000) + 1).unwrap_or(1);
        // All of it is digested: the windows of one client in two minutes have nothing in common.
        let window = self.keyed_digest("rate", &format!("{} {minute} {}", limit.name(), ip.network()))?;
        let full = self.full_windows();
        if full.contains(minute, &window) {
            return Err(ApiError::TooMany(wait));
        }
        match self.store().await.count_call(&window, end).await {
            Ok(calls) if calls > limit.per_minute() => {
                full.insert(minute, window);
                Err(ApiError::TooMany(wait))
            }
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, limit = limit.name(), "a call was let through uncounted");
                Ok(())
            }
        }
    }
}

impl FullWindows {
    fn contains(&self, minute: i64, window: &str) -> bool {
        let windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows.0 == minute && windows.1.contains(window)
    }

    fn insert(&self, minute: i64, window: String) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.0 != minute {
            *windows = (minute, HashSet::new());
        }
        if windows.1.len() < MAX_REMEMBERED {
            windows.1.insert(window);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_windows_are_those_of_this_minute() {
        let full = FullWindows::default();
        full.insert(7, "a".into());
        assert!(full.contains(7, "a"));
        assert!(!full.contains(7, "b") && !full.contains(8, "a"));
        full.insert(8, "b".into());
        assert!(!full.contains(8, "a"), "the last minute's are forgotten");
    }
}
