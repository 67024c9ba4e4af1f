//! The library's catalog in a process, kept fresh.
//!
//! It begins with the snapshot that the compactor writes, or with the whole table when there is none that is any good,
//! and goes on with what changed since: four queries, which read 0.5 units each when nothing did. Lists are answered
//! from it; single videos come from the table.

mod changes;
mod compaction;
mod entry;
mod feed;
mod snapshot;
mod watermark;

use framehouse_objects::ObjectsError;
use framehouse_store::StoreError;
use tokio::task::JoinError;

pub use compaction::{Compaction, compact};
pub use entry::entry;
pub use feed::Feed;
pub use framehouse_catalog as catalog;

/// The catalog could not be made fresh, or its snapshot not written.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no good snapshot, and reading the whole table takes longer than a caller can wait. It goes on.
    #[error("read the whole table: it is large, and being read; try again in a moment")]
    Rebuilding,
    /// The snapshot could not be written.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// The snapshot could not be made.
    #[error("encode snapshot: {0}")]
    Encode(#[from] std::io::Error),
    /// Work on the catalog ended early: the process stops, or the catalog has a defect.
    #[error("work on catalog: {0}")]
    Stopped(#[from] JoinError),
}
