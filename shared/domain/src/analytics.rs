//! What is known of a video's audience, from its raw views and player events.

mod audience;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use audience::Audience;

use crate::{DayRange, Device, PlayerEvent, View};

/// What a range of days shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Analytics {
    /// Views that began in the range.
    pub total_views: u64,
    /// Viewers who can be told apart, and each view of one who cannot.
    pub unique_viewers: u64,
    /// Seconds watched.
    pub total_watch_time_seconds: u64,
    /// Seconds watched per view, to two decimals; 0 without views.
    pub average_watch_time_seconds: f64,
    /// Views that reached the end.
    pub completed_views: u64,
    /// Those in percent of the views, to two decimals; 0 without views.
    pub completion_rate: f64,
    /// Each day of the range, those without views too.
    pub views_by_day: Vec<DayViews>,
    /// Each twentieth of the video; nothing while its duration is not known.
    pub retention: Vec<RetentionPart>,
    /// Where viewers came from: the 20 hosts that most came from, `(direct)` and `(other)`.
    pub referrers: Vec<ReferrerViews>,
    /// What they watch on, most used first.
    pub devices: Vec<DeviceViews>,
    /// How well it played.
    pub quality: PlayQuality,
}

/// What a day shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DayViews {
    /// The day in the time zone that was asked for.
    #[schema(format = Date)]
    pub date: String,
    /// Views that began on it.
    pub views: u64,
    /// Seconds watched in those.
    pub watch_time_seconds: u64,
    /// Those that reached the end.
    pub completed_views: u64,
}

/// How many watched a part of the video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionPart {
    /// Where it begins.
    pub from_seconds: f64,
    /// Where it ends.
    pub to_seconds: f64,
    /// Views in which some of it was watched.
    pub views: u64,
    /// Those in percent of all views, to two decimals.
    pub share: f64,
}

/// How many came from a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReferrerViews {
    /// A host's name, `(direct)` or `(other)`.
    pub referer: String,
    /// Views from there.
    pub views: u64,
}

/// How many watch on a kind of device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceViews {
    /// The kind.
    pub device: Device,
    /// Views on it.
    pub views: u64,
}

/// How well a video plays, as players tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlayQuality {
    /// From the wish to play to the first picture, on average; null when no player told.
    pub startup_millis_average: Option<f64>,
    /// As many waited longer as waited less.
    pub startup_millis_median: Option<f64>,
    /// How often playing stopped for want of data.
    pub rebuffer_count: u64,
    /// For how long in all.
    pub rebuffer_seconds: f64,
    /// Those seconds as a part of what was waited and watched, from 0 to 1, to four decimals.
    pub rebuffer_ratio: f64,
}

/// Sums that come from counters where raw views are gone or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayCounts {
    /// Views.
    pub views: u64,
    /// Seconds watched.
    pub watch_time: u64,
    /// Views that reached the end.
    pub completions: u64,
}

/// What raw views and events show of a range. Those outside of it are left out.
pub fn analyze(
    views: impl IntoIterator<Item = View>,
    events: impl IntoIterator<Item = PlayerEvent>,
    range: &DayRange,
    duration: Option<u32>,
) -> Analytics {
    let mut audience = Audience::new(range.clone(), duration);
    views.into_iter().for_each(|view| audience.view(view));
    events.into_iter().for_each(|event| audience.event(&event));
    audience.analytics()
}
