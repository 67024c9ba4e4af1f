//! Contract tests of every route, on the deployed stack; the modules mirror the URLs.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod analytics;
mod api;
mod authorization;
mod events;
mod health;
mod media_files;
mod metrics;
mod storage;
mod stream;
mod switch;
mod track;
