use std::collections::HashSet;

use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, MaybeSession, Query, check_subject, page_of};
use framehouse_domain::{FieldErrors, Reaction, Session, Video, VideoId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::view::{ReactionView, public_video};

const DEFAULT_LIMIT: usize = 50;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReactionParameters {
    /// Those to this video. This, `userId`, or both must be there.
    #[param(value_type = Option<VideoId>)]
    media_id: Option<VideoId>,
    /// Those of this user, 1,024 bytes at most. To videos outside the gallery, only the user and admins see them.
    user_id: Option<String>,
    /// Reactions on a page, 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Where the last page ended.
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReactionList {
    /// The newest first. A page may have less than was asked for, or none, and still not be the last.
    reactions: Vec<ReactionView>,
    /// Where the next page begins, null after the last.
    next_cursor: Option<String>,
}

/// Reactions to a video, or of a user, newest first.
#[utoipa::path(
    get,
    path = "/api/reactions",
    operation_id = "list_reactions",
    tag = "reactions",
    security((), ("bearer" = [])),
    params(ReactionParameters),
    responses(
        (status = 200, body = ReactionList),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Video not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_reactions(
    State(app): State<App>,
    MaybeSession(session): MaybeSession,
    Query(parameters): Query<ReactionParameters>,
) -> Result<Json<ReactionList>, ApiError> {
    let (limit, after) = page_of("reactions", DEFAULT_LIMIT, parameters.limit, parameters.cursor.as_deref())?;
    let user = parameters.user_id.as_deref().filter(|user| !user.is_empty());
    user.map(|user| check_subject("userId", user)).transpose()?;
    if let Some(media_id) = parameters.media_id {
        public_video(&app, media_id).await?;
    }
    let store = app.store().await;
    let page = match (user, parameters.media_id) {
        (Some(user), video) => store.reactions_by(user, video, limit, after).await?,
        (None, Some(video)) => store.reactions(video, limit, after).await?,
        (None, None) => return Err(FieldErrors::one("mediaId", "Name a video, a user, or both.").into()),
    };
    let mut reactions = page.items;
    if parameters.media_id.is_none() && !sees_all_of(session.as_ref(), user) {
        keep_public(&app, &mut reactions).await?;
    }
    let reactions = reactions.into_iter().map(ReactionView::from).collect();
    Ok(Json(ReactionList { reactions, next_cursor: page.next.map(|cursor| cursor.to_string()) }))
}

/// Whether whoever asks sees all that this user did, wherever the videos are.
fn sees_all_of(session: Option<&Session>, user: Option<&str>) -> bool {
    session.is_some_and(|session| session.role.is_admin() || user == Some(session.subject.as_str()))
}

/// Drops reactions to what is not in the gallery, or locked.
async fn keep_public(app: &App, reactions: &mut Vec<Reaction>) -> Result<(), ApiError> {
    let videos: HashSet<VideoId> = reactions.iter().map(|reaction| reaction.video_id).collect();
    let videos = app.store().await.videos(&videos.into_iter().collect::<Vec<_>>()).await?;
    let is_shown = |video: &&Video| video.is_public() && video.lock.is_none();
    let shown: HashSet<VideoId> = videos.iter().filter(is_shown).map(|video| video.id).collect();
    reactions.retain(|reaction| shown.contains(&reaction.video_id));
    Ok(())
}
