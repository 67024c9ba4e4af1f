use framehouse_api::{ErrorBody, Json};
use framehouse_domain::ReactionType;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(crate) struct ReactionConfig {
    reactions: Vec<ReactionKind>,
}

#[derive(Serialize, ToSchema)]
struct ReactionKind {
    r#type: ReactionType,
    #[schema(example = "❤️")]
    emoji: &'static str,
    /// In English.
    #[schema(example = "Love")]
    label: &'static str,
}

/// The types of reaction that there are, in the order in which to offer them.
#[utoipa::path(
    get,
    path = "/api/reactions/config",
    operation_id = "reaction_config",
    tag = "reactions",
    responses((status = 200, body = ReactionConfig), (status = 503, body = ErrorBody))
)]
pub(crate) async fn reaction_config() -> Json<ReactionConfig> {
    let kind = |&kind: &ReactionType| ReactionKind { r#type: kind, emoji: kind.emoji(), label: kind.label() };
    Json(ReactionConfig { reactions: ReactionType::ALL.iter().map(kind).collect() })
}
