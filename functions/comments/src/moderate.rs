use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path};
use framehouse_domain::CommentId;

use crate::view::{Asker, Commented, NO_COMMENT};

/// Take a comment out of sight of all but admins. Repeating it is harmless.
#[utoipa::path(
    post,
    path = "/api/media/comments/{id}/hide",
    operation_id = "hide_comment",
    tag = "comments",
    security(("bearer" = [])),
    params(("id" = CommentId, Path)),
    responses(
        (status = 200, body = Commented),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody, description = "Comment not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn hide_comment(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<CommentId>,
) -> Result<Json<Commented>, ApiError> {
    moderate(&app, admin, id, true).await
}

/// Show a hidden comment again. Repeating it is harmless.
#[utoipa::path(
    post,
    path = "/api/media/comments/{id}/restore",
    operation_id = "restore_comment",
    tag = "comments",
    security(("bearer" = [])),
    params(("id" = CommentId, Path)),
    responses(
        (status = 200, body = Commented),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody, description = "Comment not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn restore_comment(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<CommentId>,
) -> Result<Json<Commented>, ApiError> {
    moderate(&app, admin, id, false).await
}

async fn moderate(app: &App, Admin(session): Admin, id: CommentId, hidden: bool) -> Result<Json<Commented>, ApiError> {
    let comment = app.store().await.set_comment_hidden(id, hidden).await?;
    let comment = comment.ok_or(ApiError::NotFound(NO_COMMENT))?;
    Ok(Json(Asker { session: Some(session), digest: None }.answer(comment)))
}
