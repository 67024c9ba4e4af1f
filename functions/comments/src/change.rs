use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Limit, MaybeSession, Path, Query, Visit, now};
use framehouse_domain::{CommentId, check_comment};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::view::{Asker, Commented, NO_COMMENT, check_words};

const NOT_YOURS: ApiError = ApiError::NotYours("This comment is somebody else's.");

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CommentEdit {
    /// The new text, 1 to 2,000 characters.
    #[schema(min_length = 1, max_length = 2000)]
    content: String,
    /// The session that the comment was written in, of an author who was not signed in.
    session_id: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Author {
    /// The session that the comment was written in, of an author who was not signed in.
    session_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Removed {
    success: bool,
}

/// Change the text of one's own comment.
#[utoipa::path(
    put,
    path = "/api/media/comments/{id}",
    operation_id = "edit_comment",
    tag = "comments",
    security((), ("bearer" = [])),
    params(("id" = CommentId, Path)),
    request_body = CommentEdit,
    responses(
        (status = 200, body = Commented),
        (status = 400, body = ErrorBody, description = "The text is not right, or has words that are not wanted"),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "It is somebody else's, or Media is locked"),
        (status = 404, body = ErrorBody, description = "Comment not found, Media not found"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn edit_comment(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CommentId>,
    Json(request): Json<CommentEdit>,
) -> Result<Json<Commented>, ApiError> {
    let content = check_comment(&request.content)?;
    let asker = Asker::new(&app, visit.session, request.session_id.as_deref())?;
    // Whoever tries out words is slowed down as well.
    app.rate_limit(Limit::Comment, &visit.ip).await?;
    check_words(&app, [content.as_str()]).await?;
    let store = app.store().await;
    let comment = store.comment(id).await?.filter(|comment| !comment.hidden).ok_or(ApiError::NotFound(NO_COMMENT))?;
    if !asker.wrote(&comment) {
        return Err(NOT_YOURS);
    }
    app.public_video(comment.video_id).await?;
    if comment.content == content {
        return Ok(Json(asker.answer(comment)));
    }
    let comment = store.edit_comment(id, &content, now()).await?.ok_or(ApiError::NotFound(NO_COMMENT))?;
    Ok(Json(asker.answer(comment)))
}

/// Remove a comment: one's own, even from a video that is locked or left the gallery, or any as an admin.
#[utoipa::path(
    delete,
    path = "/api/media/comments/{id}",
    operation_id = "delete_comment",
    tag = "comments",
    security((), ("bearer" = [])),
    params(("id" = CommentId, Path), Author),
    responses(
        (status = 200, body = Removed),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "It is somebody else's"),
        (status = 404, body = ErrorBody, description = "Comment not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn delete_comment(
    State(app): State<App>,
    MaybeSession(session): MaybeSession,
    Path(id): Path<CommentId>,
    Query(author): Query<Author>,
) -> Result<Json<Removed>, ApiError> {
    let asker = Asker::new(&app, session, author.session_id.as_deref())?;
    let store = app.store().await;
    let comment = store.comment(id).await?.ok_or(ApiError::NotFound(NO_COMMENT))?;
    if !asker.wrote(&comment) && !asker.is_admin() {
        return Err(NOT_YOURS);
    }
    // An admin may have hidden or restored it just now.
    let removed = store.discard_comment(&comment).await? || store.remove_comment(id).await?.is_some();
    if removed { Ok(Json(Removed { success: true })) } else { Err(ApiError::NotFound(NO_COMMENT)) }
}
