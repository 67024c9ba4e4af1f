use std::time::Duration;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, SuperAdmin};
use framehouse_domain::{Orientation, Quality, Timestamp, Video, VideoId};
use framehouse_objects::LibraryJob;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use tokio::time::{Instant, sleep};
use utoipa::ToSchema;

use crate::view::NO_VIDEO;

/// How long the answer waits for the worker; the HTTP API gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);
const PREFER: &str = "prefer";

/// What the look at a file found.
#[expect(clippy::struct_field_names, reason = "the names are the spec's")]
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Validated {
    id: VideoId,
    is_valid: bool,
    last_validated: Option<Timestamp>,
    /// Why the file is no good.
    invalid_reason: Option<String>,
    metadata: Metadata,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    /// Seconds.
    duration_seconds: Option<u32>,
    /// Pixels.
    width: Option<u32>,
    /// Pixels.
    height: Option<u32>,
    quality: Option<Quality>,
    orientation: Option<Orientation>,
    has_audio: bool,
    /// Bytes.
    file_size: Option<u64>,
    /// SHA-256; computed later than the rest for large files.
    file_hash: Option<String>,
}

/// The look is still to come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidationQueued {
    id: VideoId,
    /// Always `pending`.
    status: &'static str,
    /// Where `lastValidated` will change.
    status_url: String,
}

/// Look at a video's file anew: is it there, what is it, how long, how large.
///
/// Answers what was found when a worker does it within 20 seconds, 202 otherwise, or at once for
/// `Prefer: respond-async` (RFC 7240).
#[utoipa::path(
    post,
    path = "/api/media/videos/{id}/validate",
    operation_id = "validate_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), ("Prefer" = Option<String>, Header, description = "respond-async")),
    responses(
        (status = 200, body = Validated),
        (status = 202, body = ValidationQueued),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn validate_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let before = app.store().await.video(id).await?.ok_or(ApiError::NotFound(NO_VIDEO))?;
    app.library_queue().await.send(&LibraryJob::Inspect { video_ids: vec![id], scan: None }, 0).await?;
    let video = if responds_async(&headers) { None } else { wait(&app, &before).await? };
    Ok(match video {
        Some(video) => Json(validated(&video)).into_response(),
        None => queued(id),
    })
}

/// The video once it was looked at; nothing when that takes too long.
async fn wait(app: &App, before: &Video) -> Result<Option<Video>, ApiError> {
    let (start, mut pause) = (Instant::now(), Duration::from_millis(100));
    while start.elapsed() < PATIENCE {
        sleep(pause).await;
        pause = (pause * 5 / 4).min(Duration::from_secs(1));
        let video = app.store().await.video(before.id).await?.ok_or(ApiError::NotFound(NO_VIDEO))?;
        if video.last_validated != before.last_validated {
            return Ok(Some(video));
        }
    }
    Ok(None)
}

fn validated(video: &Video) -> Validated {
    let facts = video.facts.as_ref();
    Validated {
        id: video.id,
        is_valid: video.is_valid(),
        last_validated: video.last_validated,
        invalid_reason: video.invalid_reason.clone(),
        metadata: Metadata {
            duration_seconds: facts.and_then(|facts| facts.duration_seconds),
            width: facts.and_then(|facts| facts.width),
            height: facts.and_then(|facts| facts.height),
            quality: video.quality(),
            orientation: video.orientation(),
            has_audio: facts.is_some_and(|facts| facts.has_audio),
            file_size: facts.map(|facts| facts.file_size),
            file_hash: video.file_hash().map(str::to_owned),
        },
    }
}

fn queued(id: VideoId) -> Response {
    let status_url = format!("/api/media/videos/{id}");
    let location = HeaderValue::from_str(&status_url).ok().map(|value| (header::LOCATION, value));
    let body = ValidationQueued { id, status: "pending", status_url };
    (StatusCode::ACCEPTED, HeaderMap::from_iter(location), Json(body)).into_response()
}

fn responds_async(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all(PREFER).into_iter().filter_map(|value| value.to_str().ok());
    preferences.flat_map(|text| text.split(',')).any(|preference| preference.trim() == "respond-async")
}
