use std::sync::Arc;

use framehouse_api::{ApiError, App};
use framehouse_domain::{Reaction, ReactionId, ReactionType, Timestamp, Video, VideoId, format_time};
use serde::Serialize;
use utoipa::ToSchema;

/// The sentence for a video that is not in the gallery (spec: `POST /api/reactions`).
const NO_VIDEO: &str = "Video not found";

/// A reaction as clients see it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReactionView {
    id: ReactionId,
    media_id: VideoId,
    /// Who reacted.
    user_id: String,
    reaction_type: ReactionType,
    /// Seconds from the video's beginning.
    video_timestamp: u32,
    #[schema(example = "❤️")]
    emoji: &'static str,
    /// The moment as players show it.
    #[schema(example = "1:01:01")]
    formatted_time: String,
    created_at: Timestamp,
}

impl From<Reaction> for ReactionView {
    fn from(reaction: Reaction) -> Self {
        Self {
            id: reaction.id,
            media_id: reaction.video_id,
            user_id: reaction.user_id,
            reaction_type: reaction.reaction_type,
            video_timestamp: reaction.video_timestamp,
            emoji: reaction.reaction_type.emoji(),
            formatted_time: format_time(reaction.video_timestamp),
            created_at: reaction.created_at,
        }
    }
}

/// A video of the gallery that viewers may react to.
pub(crate) async fn public_video(app: &App, id: VideoId) -> Result<Arc<Video>, ApiError> {
    app.public_video(id).await.map_err(|error| match error {
        ApiError::NotFound(_) => ApiError::NotFound(NO_VIDEO),
        other => other,
    })
}
