use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Query};
use framehouse_domain::{FieldErrors, VideoId};
use framehouse_store::Cursor;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::view::{ReactionView, public_video};

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 100;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReactionParameters {
    /// Those to this video. This, `userId`, or both must be there.
    #[param(value_type = Option<VideoId>)]
    media_id: Option<VideoId>,
    /// Those of this user.
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
    /// The newest first.
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
    params(ReactionParameters),
    responses(
        (status = 200, body = ReactionList),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Video not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_reactions(
    State(app): State<App>,
    Query(parameters): Query<ReactionParameters>,
) -> Result<Json<ReactionList>, ApiError> {
    let (limit, after) = parameters.page()?;
    if let Some(media_id) = parameters.media_id {
        public_video(&app, media_id).await?;
    }
    let user = parameters.user_id.as_deref().filter(|user| !user.is_empty());
    let store = app.store().await;
    let page = match (user, parameters.media_id) {
        (Some(user), video) => store.reactions_by(user, video, limit, after).await?,
        (None, Some(video)) => store.reactions(video, limit, after).await?,
        (None, None) => return Err(FieldErrors::one("mediaId", "Name a video, a user, or both.").into()),
    };
    let reactions = page.items.into_iter().map(ReactionView::from).collect();
    Ok(Json(ReactionList { reactions, next_cursor: page.next.map(|cursor| cursor.to_string()) }))
}

impl ReactionParameters {
    fn page(&self) -> Result<(usize, Option<Cursor>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            errors.add("limit", format!("Ask for 1 to {MAX_LIMIT} reactions."));
        }
        let after = self.cursor.as_deref().map(str::parse).transpose().unwrap_or_else(|_| {
            errors.add("cursor", "It is no cursor of this list. Begin again without one.");
            None
        });
        errors.ok((limit, after))
    }
}
