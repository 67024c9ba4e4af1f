//! What the tests share: the deployed stack that `cargo xtask test` names in the environment, access tokens of every kind,
//! and the table of routes that the authorization matrix and `tidy.rs` hold everything else to.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod gallery;
mod library;
mod routes;
mod stack;
mod token;
mod upload;

pub use api::{Answer, Api, api};
pub use gallery::{
    DURATION, GALLERY, act_on, own_address, published_video, published_with, seconds_ago, store, user, visitor,
};
pub use library::{VIDEOS, create_video, ids, list, put_in_library, short_clip, unique, wait_for_look, wait_for_scan};
pub use routes::{Access, ROUTES, Route, openapi_document};
pub use stack::{Stack, clip, stack, until};
pub use token::{TokenFault, token, token_of};
pub use upload::{Upload, UploadRequest, wait_for_status};
