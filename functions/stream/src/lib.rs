//! The area `stream`: playlists for those who may watch, with segment URLs signed for a bounded time.

mod playlist;
mod rewrite;

use framehouse_api::App;
use tower_http::compression::CompressionLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The area's routes. Playlists of presigned URLs shrink to a tenth under gzip, which keeps those of long films far below
/// Lambda's 6 MB answer.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(playlist::get_playlist)).layer(CompressionLayer::new())
}
