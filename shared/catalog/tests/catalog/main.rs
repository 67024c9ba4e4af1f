//! The catalog from outside: against a naive filter, and through snapshots.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

mod against_naive;
mod audience;
mod naive;
mod snapshot;
