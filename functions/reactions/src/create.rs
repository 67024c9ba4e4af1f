use axum::extract::State;
use framehouse_api::{ApiError, App, ClientIp, ErrorBody, Json, Limit, Signed, now};
use framehouse_domain::{FieldErrors, Reaction, ReactionType, VideoId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::view::{ReactionView, public_video};

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewReaction {
    /// A video of the gallery.
    media_id: VideoId,
    #[schema(value_type = ReactionType)]
    reaction_type: String,
    /// Whole seconds from the video's beginning, no more than it lasts.
    #[schema(minimum = 0, maximum = 4_294_967_295_u32)]
    video_timestamp: u32,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Reacted {
    success: bool,
    reaction: ReactionView,
}

/// React to a moment of a video. There is one reaction of a user, type and second: repeating it answers the first one.
#[utoipa::path(
    post,
    path = "/api/reactions",
    operation_id = "create_reaction",
    tag = "reactions",
    security(("bearer" = [])),
    request_body = NewReaction,
    responses(
        (status = 200, body = Reacted),
        (status = 400, body = ErrorBody, description = "Invalid reaction type, or a moment after the end"),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Video not found"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn create_reaction(
    State(app): State<App>,
    Signed(session): Signed,
    ip: ClientIp,
    Json(request): Json<NewReaction>,
) -> Result<Json<Reacted>, ApiError> {
    let NewReaction { media_id, reaction_type, video_timestamp: at } = request;
    let unknown = |_| ApiError::Unreadable("Invalid reaction type".to_owned());
    let reaction_type: ReactionType = reaction_type.parse().map_err(unknown)?;
    app.rate_limit(Limit::Reaction, &ip).await?;
    let video = public_video(&app, media_id).await?;
    let duration = video.duration_seconds();
    if let Some(duration) = duration.filter(|&duration| at > duration) {
        let sentence = format!("The video ends after {duration} seconds.");
        return Err(FieldErrors::one("videoTimestamp", sentence).into());
    }
    let reaction = Reaction::new(media_id, duration, session.subject, reaction_type, at, now());
    let reaction = app.store().await.react(&reaction).await?.into();
    Ok(Json(Reacted { success: true, reaction }))
}
