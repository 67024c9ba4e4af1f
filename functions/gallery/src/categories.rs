use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::view::{gallery, shown};

#[derive(Serialize, ToSchema)]
pub(crate) struct Categories {
    categories: Vec<CategoryCount>,
}

#[derive(Serialize, ToSchema)]
struct CategoryCount {
    category: String,
    /// Videos that are shown under it.
    count: usize,
}

/// The gallery's categories with the number of their videos, the largest first.
#[utoipa::path(
    get,
    path = "/api/media/public/categories",
    operation_id = "list_categories",
    tag = "gallery",
    responses((status = 200, body = Categories), (status = 503, body = ErrorBody))
)]
pub(crate) async fn list_categories(State(app): State<App>) -> Result<Json<Categories>, ApiError> {
    let counted = gallery(&app).await?.categories(&shown());
    let categories = counted.into_iter().map(|(category, count)| CategoryCount { category, count }).collect();
    Ok(Json(Categories { categories }))
}
