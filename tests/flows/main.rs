//! Whole journeys over the deployed stack.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod cors;
mod counting;
mod dead_letters;
mod library_clips;
mod library_dead_letters;
mod library_lists;
mod library_scan;
mod library_uploads;
mod playback;
