use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, SuperAdmin};
use framehouse_domain::{FieldErrors, VideoId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    change::change,
    etag::{IfMatch, etag},
    view::{VideoDetails, details},
};

/// The longest reason in characters.
const MAX_REASON: usize = 500;

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockRequest {
    /// Why, at most 500 characters.
    reason: Option<String>,
}

/// Withdraw a video from viewers at once, wherever it is.
#[utoipa::path(
    post,
    path = "/api/media/videos/{id}/lock",
    operation_id = "lock_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Option<LockRequest>,
    responses(
        (status = 200, body = VideoDetails),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 412, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn lock_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    if_match: IfMatch,
    request: Option<Json<LockRequest>>,
) -> Result<impl IntoResponse, ApiError> {
    let reason = check_reason(request.and_then(|Json(request)| request.reason))?;
    let video = change(&app, id, &if_match, |video, now| {
        video.lock(reason.clone(), now);
        Ok(())
    })
    .await?;
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}

/// Give a video back to viewers.
#[utoipa::path(
    post,
    path = "/api/media/videos/{id}/unlock",
    operation_id = "unlock_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses(
        (status = 200, body = VideoDetails),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 412, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn unlock_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    if_match: IfMatch,
) -> Result<impl IntoResponse, ApiError> {
    let video = change(&app, id, &if_match, |video, _| {
        video.unlock();
        Ok(())
    })
    .await?;
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}

/// A reason without blanks around it; none when it is empty.
pub(crate) fn check_reason(reason: Option<String>) -> Result<Option<String>, FieldErrors> {
    let reason = reason.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if reason.as_ref().is_some_and(|text| text.chars().count() > MAX_REASON) {
        return Err(FieldErrors::one("reason", format!("It is longer than {MAX_REASON} characters.")));
    }
    Ok(reason)
}
