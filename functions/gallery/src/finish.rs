use axum::extract::State;
use framehouse_api::{ApiError, App, Beacon, ErrorBody, Json, Limit, Path, Visit};
use framehouse_domain::{VideoId, ViewId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which view came to its end.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Finish {
    /// The view; when absent, the caller's latest one of this video.
    view_id: Option<ViewId>,
    /// The session of a viewer who is not signed in; tells people behind one address apart.
    session_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finished {
    success: bool,
    view_id: ViewId,
}

/// A video was watched to its end. Each view ends once, however often it is told.
#[utoipa::path(
    post,
    path = "/api/media/public/{id}/finish",
    operation_id = "finish",
    tag = "gallery",
    security((), ("bearer" = [])),
    params(("id" = VideoId, Path)),
    request_body = Option<Finish>,
    responses(
        (status = 200, body = Finished),
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
pub(crate) async fn finish(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<VideoId>,
    body: Option<Beacon<Finish>>,
) -> Result<Json<Finished>, ApiError> {
    app.rate_limit(Limit::Engagement, &visit.ip).await?;
    let video = app.public_video(id).await?;
    let Finish { view_id, session_id } = body.map(|Beacon(finish)| finish).unwrap_or_default();
    let view_id = app.present_view(&visit, session_id.as_deref(), &video, view_id).await?;
    app.finish(view_id).await?;
    Ok(Json(Finished { success: true, view_id }))
}
