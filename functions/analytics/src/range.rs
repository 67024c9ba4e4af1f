use framehouse_api::now;
use framehouse_domain::{DayRange, FieldErrors, Video};
use serde::Deserialize;
use utoipa::IntoParams;

/// A range of days.
#[derive(Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RangeParameters {
    /// The first day, or a moment (RFC 3339); since the video is in the library when absent.
    #[param(example = "2026-03-01")]
    pub(crate) start_date: Option<String>,
    /// The last day, or the first moment that is not asked for; until now when absent.
    #[param(example = "2026-03-31")]
    pub(crate) end_date: Option<String>,
    /// The IANA name of the time zone whose days are meant, UTC when absent.
    #[param(example = "Europe/Berlin")]
    pub(crate) timezone: Option<String>,
    /// `json` (default) or `csv`.
    pub(crate) format: Option<String>,
}

impl RangeParameters {
    /// The range that is asked for of a video.
    pub(crate) fn check(&self, video: &Video) -> Result<DayRange, FieldErrors> {
        DayRange::parse(
            self.start_date.as_deref(),
            self.end_date.as_deref(),
            self.timezone.as_deref(),
            video.created_at,
            now(),
        )
    }
}
