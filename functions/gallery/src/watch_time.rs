use axum::extract::State;
use framehouse_api::{ApiError, App, Beacon, ErrorBody, Json, Limit, Path, Visit};
use framehouse_domain::{FieldErrors, VideoId, ViewId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a view lasted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = WatchTime)]
pub(crate) struct Progress {
    /// Seconds watched in this view so far.
    #[serde(alias = "seconds", alias = "watchTime")]
    #[schema(minimum = 0)]
    watch_time_seconds: f64,
    /// The view; when absent, the caller's latest one of this video.
    view_id: Option<ViewId>,
    /// The session of a viewer who is not signed in; tells people behind one address apart.
    session_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WatchTimeNoted {
    success: bool,
    view_id: ViewId,
    /// What is believed of it: no more than the video has, and than has passed since the view began.
    watch_time_seconds: u32,
}

/// A video was watched for so long. Telling less than before takes nothing back.
#[utoipa::path(
    post,
    path = "/api/media/public/{id}/watch-time",
    operation_id = "watch_time",
    tag = "gallery",
    security((), ("bearer" = [])),
    params(("id" = VideoId, Path)),
    request_body = Progress,
    responses(
        (status = 200, body = WatchTimeNoted),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Media not found"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn watch_time(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<VideoId>,
    Beacon(told): Beacon<Progress>,
) -> Result<Json<WatchTimeNoted>, ApiError> {
    if told.watch_time_seconds < 0.0 {
        return Err(FieldErrors::one("watchTimeSeconds", "It is 0 or more.").into());
    }
    app.rate_limit(Limit::Engagement, &visit.ip).await?;
    let video = app.public_video(id).await?;
    let view_id = app.present_view(&visit, told.session_id.as_deref(), &video, told.view_id).await?;
    let watch_time_seconds = app.beat(view_id, &video, told.watch_time_seconds, None).await?;
    Ok(Json(WatchTimeNoted { success: true, view_id, watch_time_seconds }))
}
