use utoipa::openapi::OpenApi;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody; an access token makes no difference, not even a bad one.
    Anyone,
    /// The three admin roles.
    Admin,
    /// Super admins.
    SuperAdmin,
    /// Everybody who is signed in.
    Signed,
    /// Everybody, but it depends on who it is what they may do, see or are counted as. A bad token is refused.
    Viewer,
}

/// A route of the API.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Method, in capitals.
    pub method: &'static str,
    /// Path, with parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

const fn route(method: &'static str, path: &'static str, access: Access) -> Route {
    Route { method, path, access }
}

/// The authorization matrix: every route and who may call it. `tidy.rs` fails when a route is missing.
pub const ROUTES: [Route; 74] = [
    route("GET", "/health", Access::Anyone),
    route("GET", "/api/videos/health", Access::Anyone),
    route("GET", "/api/openapi.json", Access::Anyone),
    route("POST", "/api/media/uploads", Access::Admin),
    route("POST", "/api/media/upload/single", Access::Admin),
    route("POST", "/media/upload", Access::Admin),
    route("POST", "/api/media/uploads/{id}/parts", Access::Admin),
    route("GET", "/api/media/uploads/{id}/parts", Access::Admin),
    route("POST", "/api/media/uploads/{id}/complete", Access::Admin),
    route("DELETE", "/api/media/uploads/{id}", Access::Admin),
    route("GET", "/media-files/{id}", Access::Admin),
    route("GET", "/api/media-files/{id}", Access::Admin),
    route("POST", "/media-files/{id}/retry", Access::Admin),
    route("POST", "/api/media-files/{id}/retry", Access::Admin),
    route("DELETE", "/media-files/{id}", Access::Admin),
    route("DELETE", "/api/media-files/{id}", Access::Admin),
    route("GET", "/api/media/videos", Access::SuperAdmin),
    route("POST", "/api/media/videos", Access::SuperAdmin),
    route("GET", "/api/media/videos/{id}", Access::SuperAdmin),
    route("PUT", "/api/media/videos/{id}", Access::SuperAdmin),
    route("DELETE", "/api/media/videos/{id}", Access::SuperAdmin),
    route("POST", "/api/media/videos/{id}/restore", Access::SuperAdmin),
    route("POST", "/api/media/videos/{id}/validate", Access::SuperAdmin),
    route("POST", "/api/media/videos/{id}/publish", Access::SuperAdmin),
    route("PUT", "/api/media/videos/{id}/category", Access::SuperAdmin),
    route("POST", "/api/media/videos/{id}/unpublish", Access::SuperAdmin),
    route("POST", "/api/media/videos/{id}/lock", Access::SuperAdmin),
    route("POST", "/api/media/videos/{id}/unlock", Access::SuperAdmin),
    route("POST", "/api/media/videos/bulk", Access::SuperAdmin),
    route("POST", "/api/media/videos/scan", Access::SuperAdmin),
    route("GET", "/api/media/videos/scans/{id}", Access::SuperAdmin),
    route("GET", "/api/media/videos/duplicates", Access::SuperAdmin),
    route("GET", "/api/media/videos/suggestions", Access::SuperAdmin),
    route("GET", "/api/media/videos/storage", Access::SuperAdmin),
    route("GET", "/api/videos", Access::Admin),
    route("GET", "/api/videos/{id}", Access::Admin),
    route("GET", "/api/media/settings", Access::SuperAdmin),
    route("PUT", "/api/media/settings", Access::SuperAdmin),
    route("GET", "/stream/hls/{id}/{playlist}", Access::Viewer),
    route("GET", "/metrics", Access::Anyone),
    route("GET", "/api/media/public", Access::Anyone),
    route("GET", "/api/media/public/categories", Access::Anyone),
    route("GET", "/api/media/public/{id}", Access::Viewer),
    route("GET", "/api/media/public/{id}/related", Access::Anyone),
    route("GET", "/api/media/public/{id}/thumbnail", Access::Anyone),
    route("POST", "/api/media/public/{id}/upvote", Access::Anyone),
    route("DELETE", "/api/media/public/{id}/upvote", Access::Anyone),
    route("POST", "/api/media/public/{id}/finish", Access::Viewer),
    route("POST", "/api/media/public/{id}/watch-time", Access::Viewer),
    route("POST", "/api/reactions", Access::Signed),
    route("GET", "/api/reactions", Access::Viewer),
    route("GET", "/api/reactions/config", Access::Anyone),
    route("GET", "/api/reactions/heatmap", Access::Anyone),
    route("DELETE", "/api/reactions/{id}", Access::Signed),
    route("POST", "/api/media/comments", Access::Viewer),
    route("GET", "/api/media/comments", Access::Viewer),
    route("PUT", "/api/media/comments/{id}", Access::Viewer),
    route("DELETE", "/api/media/comments/{id}", Access::Viewer),
    route("POST", "/api/media/comments/{id}/hide", Access::Admin),
    route("POST", "/api/media/comments/{id}/restore", Access::Admin),
    route("POST", "/track/view", Access::Viewer),
    route("POST", "/api/track/view", Access::Viewer),
    route("POST", "/track/event", Access::Viewer),
    route("POST", "/api/track/event", Access::Viewer),
    route("POST", "/track/heartbeat", Access::Viewer),
    route("POST", "/api/track/heartbeat", Access::Viewer),
    route("GET", "/api/videos/{id}/analytics", Access::Admin),
    route("GET", "/api/videos/{id}/analytics/viewers", Access::Admin),
    route("GET", "/api/videos/analytics/top", Access::Admin),
    route("GET", "/api/videos/analytics/overview", Access::Admin),
    route("POST", "/api/videos/{id}/analytics/aggregate", Access::Admin),
    route("POST", "/api/videos/{id}/reset-analytics", Access::Admin),
    route("GET", "/api/media/viewers/{userId}/data", Access::SuperAdmin),
    route("DELETE", "/api/media/viewers/{userId}/data", Access::SuperAdmin),
];

/// The OpenAPI document, made from the routers.
pub fn openapi_document() -> OpenApi {
    framehouse_api::document([
        framehouse_system::openapi(),
        framehouse_uploads::openapi(),
        framehouse_media_files::openapi(),
        framehouse_library_routes::openapi(),
        framehouse_stream::openapi(),
        framehouse_gallery::openapi(),
        framehouse_reactions::openapi(),
        framehouse_comments::openapi(),
        framehouse_tracking::openapi(),
        framehouse_analytics::openapi(),
    ])
}
