use axum::extract::State;
use framehouse_api::{ApiError, App, Beacon, ErrorBody, Json, Limit, Visit};
use framehouse_domain::{FieldErrors, ViewId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Heartbeat {
    /// The view, as opening or tracking it answered.
    view_id: ViewId,
    /// Seconds watched in this view so far.
    #[schema(minimum = 0)]
    watch_time_seconds: f64,
    /// Where in the video the player is, in seconds; tells that the ten seconds before were watched.
    #[schema(minimum = 0)]
    position: Option<f64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeartbeatNoted {
    success: bool,
    /// What is believed of it: no more than the video has, and than has passed since the view began.
    watch_time_seconds: u32,
}

/// A view goes on; players say so every ten seconds. Telling less than before takes nothing back.
#[utoipa::path(
    post,
    path = "/track/heartbeat",
    operation_id = "track_heartbeat",
    tag = "tracking",
    security((), ("bearer" = [])),
    request_body(content((Heartbeat = "application/json"), (String = "text/plain")), description = "JSON, as text too"),
    responses(
        (status = 200, body = HeartbeatNoted),
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
pub(crate) async fn track_heartbeat(
    State(app): State<App>,
    visit: Visit,
    Beacon(told): Beacon<Heartbeat>,
) -> Result<Json<HeartbeatNoted>, ApiError> {
    app.rate_limit(Limit::TrackHeartbeat, &visit.ip).await?;
    check(&told)?;
    let video = app.public_video(told.view_id.video).await?;
    let watch_time_seconds = app.beat(told.view_id, &video, told.watch_time_seconds, told.position).await?;
    Ok(Json(HeartbeatNoted { success: true, watch_time_seconds }))
}

fn check(told: &Heartbeat) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    let fields = [("watchTimeSeconds", Some(told.watch_time_seconds)), ("position", told.position)];
    for (field, seconds) in fields {
        if seconds.is_some_and(|seconds| seconds < 0.0) {
            errors.add(field, "It is less than nothing.");
        }
    }
    errors.ok(())
}
