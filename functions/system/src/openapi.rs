use axum::response::IntoResponse;
use http::header;

/// The document of every area, written by `cargo xtask openapi` and compared with the routers by `tests/tidy.rs`: this
/// function need not link the other areas to describe them.
const DOCUMENT: &str = include_str!("../openapi.json");

/// The OpenAPI 3.1 description of this API.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "openapi",
    tag = "system",
    responses((status = 200, content_type = "application/json", body = Object))
)]
pub(crate) async fn serve_document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")], DOCUMENT)
}
