//! DynamoDB: one table, one file per entity, each headed by its access patterns.
//!
//! This is the only crate that knows a key or an attribute name; `tests/tidy.rs` holds everyone else to that.

mod acts;
mod attribute;
mod audience_read;
mod comment;
mod counts;
mod counts_fold;
mod error;
mod forget;
mod health;
mod key;
mod library_changes;
mod media_file;
mod media_file_item;
mod newest;
mod player_event;
mod rate_window;
mod reaction;
mod reconcile;
mod recount_views;
mod reset;
mod scan;
mod settings;
mod transcode_job;
mod upload_claim;
mod video;
mod video_change;
mod video_item;
mod view;
mod view_change;
mod view_item;
mod viewer_data;
mod vote;

use aws_sdk_dynamodb::Client;

pub use acts::ActCounts;
pub use audience_read::{AudienceCounts, AudienceDay, AudienceItem, AudiencePartition, forgetting_day};
pub use counts::Counts;
pub use error::StoreError;
pub use key::CHANGE_SHARDS;
pub use library_changes::LibraryChange;
pub use media_file::{Abandoned, Arrival, Created};
pub use newest::{Cursor, CursorError, Page};
pub use reaction::Heat;
pub use reconcile::{Drift, Recounted};
pub use reset::Forgotten;
pub use scan::{ScanPage, ScanProbe, ScanProgress};
pub use transcode_job::{Begun, Finished, Heartbeat, Lease, TaskRef, TranscodeJob};
pub use upload_claim::UploadClaim;
pub use video::{PathClaim, VideoCreated};
pub use video_change::Modified;
pub use view::Told;
pub use view_change::{AudienceChange, MalformedRecord, StreamRecord, ViewChange, ViewPartition, audience_change};

/// The table, as the operations that the entities' files add to this type.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
}

impl Store {
    /// A store on `table`. Makes no call.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}
