//! The catalog from outside: against a naive filter, and through snapshots.

mod against_naive;
mod naive;
mod snapshot;
