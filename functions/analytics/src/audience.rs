use framehouse_api::{ApiError, App, now};
use framehouse_domain::{Analytics, Audience, DayRange, Timestamp, VIEW_SHARDS, Video, VideoId, View};
use framehouse_store::AudienceItem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::plan::{MOST_VIEWS, Plan};

/// The sentence for a video that is not in the library.
const NO_VIDEO: &str = "There is no such video.";

/// Which part of the views was read, where there are too many.
#[derive(Clone, Copy, Serialize, ToSchema)]
pub(crate) struct Sampled {
    /// Parts of the viewers that were looked at, or are empty.
    partitions: u8,
    /// Parts that there are. Numbers that only single views tell are scaled to all that are not empty.
    of: u8,
}

/// What a range shows, and how that is known.
pub(crate) struct Report {
    pub(crate) analytics: Analytics,
    pub(crate) raw_since: Option<Timestamp>,
    pub(crate) sampled: Option<Sampled>,
}

/// A video of the library, in the gallery or not.
pub(crate) async fn video(app: &App, id: VideoId) -> Result<Video, ApiError> {
    app.store().await.video(id).await?.ok_or(ApiError::NotFound(NO_VIDEO))
}

/// What a range shows of a video.
pub(crate) async fn report(app: &App, video: &Video, range: &DayRange) -> Result<Report, ApiError> {
    let plan = plan(app, video.id, range).await?;
    let mut audience = Audience::new(range.clone(), video.duration_seconds());
    audience.counted(plan.counted.0, plan.counted.1);
    for (date, counts) in &plan.days {
        audience.day(date, *counts);
    }
    let each = |item| match item {
        AudienceItem::View(view) => audience.view(*view),
        AudienceItem::Wait(event) => audience.event(&event),
    };
    app.store().await.each_of_audience(video.id, &plan.partitions, plan.raw, each).await?;
    let analytics = match plan.sampled {
        Some((partitions, of)) => audience.sampled(partitions, of),
        None => audience.analytics(),
    };
    Ok(Report { analytics, raw_since: plan.raw_since, sampled: sampled(&plan) })
}

/// Tells `each` of the single views of a range that are still known, or of a part of them.
pub(crate) async fn each_view(
    app: &App,
    id: VideoId,
    range: &DayRange,
    mut each: impl FnMut(View) + Send,
) -> Result<Option<Sampled>, ApiError> {
    let plan = plan(app, id, range).await?;
    let each = |item| {
        if let AudienceItem::View(view) = item {
            each(*view);
        }
    };
    app.store().await.each_of_audience(id, &plan.partitions, plan.raw, each).await?;
    Ok(sampled(&plan))
}

async fn plan(app: &App, id: VideoId, range: &DayRange) -> Result<Plan, ApiError> {
    let (first, last) = range.utc_days();
    let counts = app.store().await.audience_counts(id, &first, &last).await?;
    Ok(Plan::new(counts, range, now(), MOST_VIEWS))
}

fn sampled(plan: &Plan) -> Option<Sampled> {
    // Of those without views everything is known.
    plan.sampled.map(|(read, of)| Sampled { partitions: VIEW_SHARDS - of + read, of: VIEW_SHARDS })
}
