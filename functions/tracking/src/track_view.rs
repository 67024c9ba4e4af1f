use axum::extract::State;
use framehouse_api::{ApiError, App, Beacon, ErrorBody, Json, Limit, Visit};
use framehouse_domain::{VideoId, ViewId, trim_referer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TrackView {
    /// What is viewed.
    video_id: VideoId,
    /// The view that opening the video's page began; when absent, the caller's latest one of the last half hour that no
    /// player has told of.
    view_id: Option<ViewId>,
    /// The page that the viewer came from. Its query is not kept.
    referer: Option<String>,
    /// The session of a viewer who is not signed in; tells people behind one address apart.
    session_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrackedView {
    /// Names the view in heartbeats and events.
    view_id: ViewId,
}

/// A player has loaded a video. Opening the video's page and this are one view.
#[utoipa::path(
    post,
    path = "/track/view",
    operation_id = "track_view",
    tag = "tracking",
    security((), ("bearer" = [])),
    request_body(content((TrackView = "application/json"), (String = "text/plain")), description = "JSON, as text too"),
    responses(
        (status = 200, body = TrackedView),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Media not found, or the view"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn track_view(
    State(app): State<App>,
    visit: Visit,
    Beacon(told): Beacon<TrackView>,
) -> Result<Json<TrackedView>, ApiError> {
    app.rate_limit(Limit::TrackView, &visit.ip).await?;
    let video = app.public_video(told.video_id).await?;
    let referer = told.referer.as_deref().and_then(trim_referer);
    let view_id = app.track_view(&visit, told.session_id.as_deref(), &video, told.view_id, referer).await?;
    Ok(Json(TrackedView { view_id }))
}
