//! The area `media-files`: a media file's state, transcoding it again, deleting it.

mod delete;
mod get;
mod retry;
mod view;

use framehouse_api::{App, alias};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The area's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get::get_media_file, delete::delete_media_file))
        .routes(alias("/api/media-files/{id}", routes!(get::get_media_file, delete::delete_media_file)))
        .routes(routes!(retry::retry_media_file))
        .routes(alias("/api/media-files/{id}/retry", routes!(retry::retry_media_file)))
}
