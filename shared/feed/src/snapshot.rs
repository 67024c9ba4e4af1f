//! The snapshot object.

use bytes::Bytes;
use framehouse_catalog::{
    Catalog,
    snapshot::{Snapshot, SnapshotError},
};
use framehouse_domain::Timestamp;
use framehouse_objects::{ObjectKey, Objects, ObjectsError};
use tokio::task::{JoinError, spawn_blocking};

use crate::watermark::Watermark;

/// A catalog that stands so long behind the table may have missed removals, whose tombstones live seven days.
pub(crate) const LONGEST_GAP_SECONDS: i64 = 6 * 24 * 60 * 60;

/// Why a snapshot is no good. Whatever the reason, the table has everything.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error(transparent)]
    Unread(#[from] ObjectsError),
    #[error(transparent)]
    Damaged(#[from] SnapshotError),
    #[error("it ends at {0}, too long ago to go on from")]
    Old(Timestamp),
    #[error("read snapshot: {0}")]
    Stopped(#[from] JoinError),
}

/// A snapshot that is whole and recent, not taken apart yet.
pub(crate) struct Packed {
    bytes: Bytes,
    pub(crate) watermark: Watermark,
}

impl Packed {
    /// Reads the object and checks that it can be gone on from at `now`.
    pub(crate) async fn read(objects: &Objects, now: Timestamp) -> Result<Self, Unusable> {
        let bytes = objects.get(&ObjectKey::Catalog).await?;
        let watermark = i64::try_from(Snapshot::watermark(&bytes)?).unwrap_or(i64::MAX);
        let watermark = Timestamp::from_millis(watermark);
        if watermark.plus_seconds(LONGEST_GAP_SECONDS) < now {
            return Err(Unusable::Old(watermark));
        }
        // A clock ahead of ours wrote it: what changed by our clock counts.
        Ok(Self { bytes, watermark: Watermark::at(watermark.min(now)) })
    }

    /// The catalog in it.
    pub(crate) async fn unpack(self) -> Result<Catalog, Unusable> {
        Ok(spawn_blocking(move || Snapshot::decode(&self.bytes)).await??.catalog)
    }
}
