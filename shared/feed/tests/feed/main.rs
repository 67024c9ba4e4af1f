//! The feed over a table and a bucket of the emulator.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

mod against_table;
mod freshness;
mod healing;
mod library;
