//! The area `tracking`: what players report: views, events, heartbeats.

/// The area's routes.
pub fn router() -> axum::Router<framehouse_api::App> {
    axum::Router::new()
}

/// The area's part of the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    utoipa_axum::router::OpenApiRouter::<framehouse_api::App>::new().into_openapi()
}
