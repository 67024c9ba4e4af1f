//! The area `system`: health, metrics, the API's own description, and what an admin can switch.

mod health;
mod metrics;
mod openapi;
mod settings;

framehouse_api::area! {
    get "/health", "/api/videos/health" => health::health;
    get "/metrics" => metrics::metrics;
    get "/api/openapi.json" => openapi::serve_document;
    get "/api/media/settings" => settings::get_settings;
    put "/api/media/settings" => settings::change_settings;
}
