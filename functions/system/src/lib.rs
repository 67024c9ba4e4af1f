//! The area `system`: health and the API's own description.

mod health;
mod openapi;

framehouse_api::area! {
    get "/health", "/api/videos/health" => health::health;
    get "/api/openapi.json" => openapi::serve_document;
}
