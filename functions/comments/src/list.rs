use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, MaybeSession, Query, page_of};
use framehouse_domain::VideoId;
use serde::{Deserialize, Serialize};
use tokio::try_join;
use utoipa::{IntoParams, ToSchema};

use crate::view::{Asker, CommentView};

const DEFAULT_LIMIT: usize = 20;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommentParameters {
    /// A video of the gallery.
    #[param(value_type = VideoId)]
    media_id: VideoId,
    /// Comments on a page, 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Marks the comments of this session as the caller's own.
    session_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommentList {
    /// The newest first. Admins see hidden ones among them.
    comments: Vec<CommentView>,
    /// How many comments the video has that everybody sees, exactly.
    total: u64,
    /// Where the next page begins, null after the last.
    next_cursor: Option<String>,
}

/// Comments on a video, newest first.
#[utoipa::path(
    get,
    path = "/api/media/comments",
    operation_id = "list_comments",
    tag = "comments",
    security((), ("bearer" = [])),
    params(CommentParameters),
    responses(
        (status = 200, body = CommentList),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Media not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_comments(
    State(app): State<App>,
    MaybeSession(session): MaybeSession,
    Query(parameters): Query<CommentParameters>,
) -> Result<Json<CommentList>, ApiError> {
    let (limit, after) = page_of("comments", DEFAULT_LIMIT, parameters.limit, parameters.cursor.as_deref())?;
    let asker = Asker::new(&app, session, parameters.session_id.as_deref())?;
    let video = parameters.media_id;
    // Admins moderate what was written before a video was locked or left the gallery, too.
    if !asker.is_admin() {
        app.public_video(video).await?;
    }
    let store = app.store().await;
    let (page, counts) = try_join!(store.comments(video, asker.is_admin(), limit, after), store.act_counts(video))?;
    Ok(Json(CommentList {
        comments: page.items.into_iter().map(|comment| asker.view(comment)).collect(),
        total: counts.comments,
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    }))
}
