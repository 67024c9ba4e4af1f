use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Query, SuperAdmin};
use framehouse_catalog::Facet;
use framehouse_domain::FieldErrors;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::list_query::{MAX_LIMIT, text, within};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuggestionParameters {
    /// tags, producer or creator.
    field: Option<String>,
    /// Part of the value, without regard to case and accents; everything when absent.
    search: Option<String>,
    /// Values at most, 10 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Suggestions {
    /// The commonest first.
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize, ToSchema)]
struct Suggestion {
    value: String,
    /// Videos that have it.
    count: usize,
}

/// Values that videos have already, for whoever is about to write one.
#[utoipa::path(
    get,
    path = "/api/media/videos/suggestions",
    operation_id = "suggest_values",
    tag = "library",
    security(("bearer" = [])),
    params(SuggestionParameters),
    responses(
        (status = 200, body = Suggestions),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn suggest_values(
    State(app): State<App>,
    _: SuperAdmin,
    Query(parameters): Query<SuggestionParameters>,
) -> Result<Json<Suggestions>, ApiError> {
    let mut errors = FieldErrors::default();
    let facet = match parameters.field.as_deref() {
        Some("tags" | "tag") => Facet::Tag,
        Some("producer") => Facet::Producer,
        Some("creator") => Facet::Creator,
        _ => {
            errors.add("field", "Use one of: tags, producer, creator.");
            Facet::Tag
        }
    };
    let search = text("search", parameters.search.as_deref(), &mut errors);
    let limit = within("limit", parameters.limit.as_deref(), 10, 1..=MAX_LIMIT, &mut errors);
    errors.ok(())?;
    let values = app.catalog().await?.fresh().await?.suggest(facet, &search, limit);
    let suggestions = values.into_iter().map(|(value, count)| Suggestion { value, count }).collect();
    Ok(Json(Suggestions { suggestions }))
}
