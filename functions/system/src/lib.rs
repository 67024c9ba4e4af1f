//! The area `system`: health and the API's own description.

mod health;
mod openapi;

use framehouse_api::{App, alias};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The area's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(alias("/api/videos/health", routes!(health::health)))
        .routes(routes!(openapi::openapi))
}
