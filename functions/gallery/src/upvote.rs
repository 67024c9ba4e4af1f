use axum::extract::State;
use framehouse_api::{ApiError, App, Beacon, ClientIp, ErrorBody, Json, Limit, Path, Query, now};
use framehouse_domain::VideoId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Who votes.
#[derive(Debug, Default, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Voter {
    /// Made up by the client, kept to itself: whoever knows it can take the vote back. Any text of 1 to 256 bytes.
    #[schema(example = "sess_abc123def456")]
    session_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Upvoted)]
pub(crate) struct Votes {
    success: bool,
    /// Whether this session's vote is there now.
    upvoted: bool,
    /// All votes there are now.
    upvote_count: u64,
}

/// Vote for a video. Each session has one vote; voting again changes nothing.
#[utoipa::path(
    post,
    path = "/api/media/public/{id}/upvote",
    operation_id = "upvote",
    tag = "gallery",
    params(("id" = VideoId, Path)),
    request_body = Voter,
    responses(
        (status = 200, body = Votes),
        (status = 400, body = ErrorBody, description = "sessionId is required"),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Media not found"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn upvote(
    State(app): State<App>,
    ip: ClientIp,
    Path(id): Path<VideoId>,
    Beacon(voter): Beacon<Voter>,
) -> Result<Json<Votes>, ApiError> {
    let session = app.session_digest(voter.session_id.as_deref())?;
    app.rate_limit(Limit::Upvote, &ip).await?;
    app.public_video(id).await?;
    let upvote_count = app.store().await.upvote(id, &session, now()).await?;
    Ok(Json(Votes { success: true, upvoted: true, upvote_count }))
}

/// Take a vote back. Without one nothing changes.
#[utoipa::path(
    delete,
    path = "/api/media/public/{id}/upvote",
    operation_id = "take_upvote_back",
    tag = "gallery",
    params(("id" = VideoId, Path), Voter),
    request_body = Option<Voter>,
    responses(
        (status = 200, body = Votes),
        (status = 400, body = ErrorBody, description = "sessionId is required"),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Media not found"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn take_upvote_back(
    State(app): State<App>,
    ip: ClientIp,
    Path(id): Path<VideoId>,
    Query(named): Query<Voter>,
    body: Option<Beacon<Voter>>,
) -> Result<Json<Votes>, ApiError> {
    let sent = body.and_then(|Beacon(voter)| voter.session_id);
    let session = app.session_digest(named.session_id.or(sent).as_deref())?;
    app.rate_limit(Limit::Upvote, &ip).await?;
    app.public_video(id).await?;
    let upvote_count = app.store().await.take_upvote_back(id, &session).await?;
    Ok(Json(Votes { success: true, upvoted: false, upvote_count }))
}
