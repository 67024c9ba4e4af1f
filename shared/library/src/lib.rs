//! How files become videos of the library: a scan's pages and arrived uploads. Routes and the worker share it.
//!
//! What is done here bears repetition: a message comes at least once, and whoever handles it may die anywhere.

mod scan;
mod upload;

use framehouse_objects::ObjectsError;
use framehouse_store::StoreError;

pub use scan::{Files, PAGE_KEYS, list_files, scan_page, take_in_files};
pub use upload::take_in_upload;

/// The table, the bucket or the queue did not do what it was asked; trying again can help.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bucket or the queue.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
}
