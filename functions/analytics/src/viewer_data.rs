use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, Query, SuperAdmin, check_subject};
use framehouse_domain::{CommentId, FieldErrors, ReactionId, ReactionType, Timestamp, VideoId, View, ViewId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportParameters {
    /// Where the last answer ended.
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ViewerData {
    user_id: String,
    /// Up to a thousand, oldest first.
    views: Vec<View>,
    /// All of them; in the first answer only.
    reactions: Vec<ReactionData>,
    /// All of them; in the first answer only.
    comments: Vec<CommentData>,
    /// Where further views begin; null after the last.
    next_cursor: Option<ViewId>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReactionData {
    id: ReactionId,
    media_id: VideoId,
    reaction_type: ReactionType,
    /// Where in the video, in seconds.
    video_timestamp: u32,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CommentData {
    id: CommentId,
    media_id: VideoId,
    content: String,
    author_name: Option<String>,
    hidden: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Erased {
    success: bool,
    /// Views that no longer say whose they were.
    views: usize,
    /// Reactions that were removed.
    reactions: usize,
    /// Comments that were removed.
    comments: usize,
}

/// What is known of a signed-in viewer (GDPR, article 15).
#[utoipa::path(
    get,
    path = "/api/media/viewers/{userId}/data",
    operation_id = "export_viewer_data",
    tag = "analytics",
    security(("bearer" = [])),
    params(("userId" = String, Path, description = "Subject of the viewer's token, without slashes and question marks"), ExportParameters),
    responses(
        (status = 200, body = ViewerData),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody, description = "The subject has `?`, `#` or `/`, where the gateway cuts the path"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn export_viewer_data(
    State(app): State<App>,
    _: SuperAdmin,
    Path(user_id): Path<String>,
    Query(parameters): Query<ExportParameters>,
) -> Result<Json<ViewerData>, ApiError> {
    check_subject("userId", &user_id)?;
    let store = app.store().await;
    let after = parameters.cursor.map(|cursor| cursor.parse::<ViewId>()).transpose();
    let after = after.map_err(|_| FieldErrors::one("cursor", "It is damaged. Begin again without one."))?;
    let (views, next_cursor) = store.views_of(&user_id, after).await?;
    let (reactions, comments) = match after {
        None => (store.reactions_of(&user_id).await?, store.comments_of(&user_id).await?),
        Some(_) => (Vec::new(), Vec::new()),
    };
    let reactions = reactions.into_iter().map(|reaction| ReactionData {
        id: reaction.id,
        media_id: reaction.video_id,
        reaction_type: reaction.reaction_type,
        video_timestamp: reaction.video_timestamp,
        created_at: reaction.created_at,
    });
    let comments = comments.into_iter().map(|comment| CommentData {
        id: comment.id,
        media_id: comment.video_id,
        content: comment.content,
        author_name: comment.author_name,
        hidden: comment.hidden,
        created_at: comment.created_at,
        updated_at: comment.updated_at,
    });
    let (reactions, comments) = (reactions.collect(), comments.collect());
    Ok(Json(ViewerData { user_id, views, reactions, comments, next_cursor }))
}

/// Forget a signed-in viewer (GDPR, article 17). Views stay without whose they were, so that counts stay right; reactions and
/// comments are removed and no longer counted.
#[utoipa::path(
    delete,
    path = "/api/media/viewers/{userId}/data",
    operation_id = "erase_viewer_data",
    tag = "analytics",
    security(("bearer" = [])),
    params(("userId" = String, Path, description = "Subject of the viewer's token, without slashes and question marks")),
    responses(
        (status = 200, body = Erased),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody, description = "The subject has `?`, `#` or `/`, where the gateway cuts the path"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn erase_viewer_data(
    State(app): State<App>,
    _: SuperAdmin,
    Path(user_id): Path<String>,
) -> Result<Json<Erased>, ApiError> {
    check_subject("userId", &user_id)?;
    let store = app.store().await;
    let views = store.erase_views_of(&user_id).await?;
    let (reactions, comments) = store.erase_talk_of(&user_id).await?;
    Ok(Json(Erased { success: true, views, reactions, comments }))
}
