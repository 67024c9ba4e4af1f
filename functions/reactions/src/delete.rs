use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, Signed};
use framehouse_domain::ReactionId;
use serde::Serialize;
use utoipa::ToSchema;

const NO_REACTION: &str = "Reaction not found";

#[derive(Serialize, ToSchema)]
pub(crate) struct Removed {
    success: bool,
}

/// Take a reaction back: one's own, or any as an admin.
#[utoipa::path(
    delete,
    path = "/api/reactions/{id}",
    operation_id = "delete_reaction",
    tag = "reactions",
    security(("bearer" = [])),
    params(("id" = ReactionId, Path)),
    responses(
        (status = 200, body = Removed),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "It is somebody else's"),
        (status = 404, body = ErrorBody, description = "Reaction not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn delete_reaction(
    State(app): State<App>,
    Signed(session): Signed,
    Path(id): Path<ReactionId>,
) -> Result<Json<Removed>, ApiError> {
    let store = app.store().await;
    let reaction = store.reaction(id).await?.ok_or(ApiError::NotFound(NO_REACTION))?;
    if reaction.user_id != session.subject && !session.role.is_admin() {
        return Err(ApiError::NotYours("This reaction is somebody else's."));
    }
    let removed = store.discard_reaction(&reaction).await?;
    if removed { Ok(Json(Removed { success: true })) } else { Err(ApiError::NotFound(NO_REACTION)) }
}
