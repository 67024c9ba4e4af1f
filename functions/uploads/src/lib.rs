//! The area `uploads`: everything between "I have a file" and "its bytes are in S3". What arrives there is another story:
//! the S3 event tells the transcoder.

mod abort;
mod complete;
mod create;
mod idempotency;
mod instructions;
mod multipart;
mod part_urls;
mod parts;

use framehouse_api::{App, alias};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The area's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_upload))
        .routes(alias("/api/media/upload/single", routes!(create::create_upload)))
        .routes(alias("/media/upload", routes!(create::create_upload)))
        .routes(routes!(abort::abort_upload))
        .routes(routes!(part_urls::create_part_urls, parts::list_parts))
        .routes(routes!(complete::complete_upload))
}
