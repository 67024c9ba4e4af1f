use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path, Query};
use framehouse_domain::{Analytics, FieldErrors, Timestamp, VideoId};
use http::{HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    audience::{Sampled, report, video},
    csv::table,
    range::RangeParameters,
};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VideoAnalytics {
    pub(crate) video_id: VideoId,
    pub(crate) title: Option<String>,
    /// The first moment of the range.
    pub(crate) start_date: Timestamp,
    /// The first moment after it.
    pub(crate) end_date: Timestamp,
    /// IANA name of the time zone of the days.
    pub(crate) timezone: String,
    #[serde(flatten)]
    pub(crate) analytics: Analytics,
    /// Since when single views are known; null when that is the whole range. Of days before it, which are days in UTC, only
    /// views, watch time and completions are known.
    pub(crate) raw_since: Option<Timestamp>,
    /// Which part of the views was read; null when it was all of them.
    pub(crate) sampled: Option<Sampled>,
}

/// What a video's audience did in a range of days.
#[utoipa::path(
    get,
    path = "/api/videos/{id}/analytics",
    operation_id = "video_analytics",
    tag = "analytics",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), RangeParameters),
    responses(
        (status = 200, content((VideoAnalytics = "application/json"), (String = "text/csv"))),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn video_analytics(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<VideoId>,
    Query(parameters): Query<RangeParameters>,
) -> Result<Response, ApiError> {
    let as_csv = match parameters.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(FieldErrors::one("format", "Use one of: json, csv.").into()),
    };
    let video = video(&app, id).await?;
    let range = parameters.check(&video)?;
    let report = report(&app, &video, &range).await?;
    let analytics = VideoAnalytics {
        video_id: id,
        title: video.title,
        start_date: range.from(),
        end_date: range.to(),
        timezone: range.zone().to_owned(),
        analytics: report.analytics,
        raw_since: report.raw_since,
        sampled: report.sampled,
    };
    Ok(if as_csv { file(&analytics)? } else { Json(analytics).into_response() })
}

fn file(analytics: &VideoAnalytics) -> Result<Response, ApiError> {
    let name = format!("attachment; filename=\"analytics-{}.csv\"", analytics.video_id);
    let name = HeaderValue::try_from(name).map_err(|error| ApiError::Internal(error.into()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, table(analytics)).into_response())
}
