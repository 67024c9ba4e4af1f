//! What the routes share: configuration, clients that are made when first used, authentication, the one error shape, and
//! the frame in which an area's router runs as a Lambda function.

mod access_token;
mod app;
mod auth;
mod clock;
mod config;
mod error;
mod extract;
mod jwks;
mod openapi;
mod page;
mod playback_token;
mod public_videos;
mod rate_limit;
mod serve;
mod switches;
mod views;
mod visit;

pub use access_token::check_subject;
pub use app::{App, AppError, CallPace};
pub use auth::{Admin, MaybeSession, Signed, SuperAdmin};
pub use clock::now;
pub use config::Config;
pub use error::{ApiError, ErrorBody};
pub use extract::{Beacon, Json, Path, Query};
#[doc(hidden)]
pub use openapi::described_at;
pub use openapi::document;
pub use page::page_of;
pub use playback_token::PlaybackToken;
pub use public_videos::{LOCKED_MEDIA, NO_MEDIA, thumbnail_path};
pub use rate_limit::Limit;
pub use serve::{init_logging, router, serve};
pub use views::NO_VIEW;
pub use visit::{ClientIp, Visit};
