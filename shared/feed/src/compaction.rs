use framehouse_catalog::{Catalog, snapshot::Snapshot};
use framehouse_domain::Timestamp;
use framehouse_objects::{ObjectKey, Objects};
use framehouse_store::Store;
use tokio::task::spawn_blocking;

use crate::{
    FeedError, changes,
    entry::millis,
    feed::{REMEMBERED_SECONDS, now},
    snapshot::{Packed, Unusable},
};

/// A snapshot is written anew before it becomes too old to go on from, even if nothing changes.
const RENEWED_AFTER_SECONDS: i64 = 3 * 24 * 60 * 60;

/// What became of a compaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compaction {
    /// The snapshot is whole, and nothing changed since it was made.
    Unchanged,
    /// A new one is written.
    Written {
        /// Videos in it.
        videos: usize,
        /// Its length.
        bytes: usize,
    },
}

/// Writes the snapshot anew if anything changed since, or if it is missing, damaged, of another format or old.
pub async fn compact(store: &Store, objects: &Objects) -> Result<Compaction, FeedError> {
    let now = now();
    let catalog = match continued(store, objects, now).await? {
        Ok(Some(catalog)) => catalog,
        Ok(None) => return Ok(Compaction::Unchanged),
        Err(why) => {
            tracing::warn!(%why, "catalog snapshot is of no use, making one of the whole table");
            changes::everything(store).await?
        }
    };
    let videos = catalog.len();
    let bytes = spawn_blocking(move || {
        let catalog = catalog.forget_removals_before(millis(now.plus_seconds(-REMEMBERED_SECONDS)));
        Snapshot { catalog: catalog.compact_fully(), watermark: millis(now) }.encode()
    });
    let bytes = bytes.await??;
    let length = bytes.len();
    objects.put(&ObjectKey::Catalog, "application/octet-stream", bytes).await?;
    Ok(Compaction::Written { videos, bytes: length })
}

/// The snapshot's catalog with what changed since; `None` when a new one would say the same. The snapshot is only taken
/// apart when it must be.
async fn continued(
    store: &Store,
    objects: &Objects,
    now: Timestamp,
) -> Result<Result<Option<Catalog>, Unusable>, FeedError> {
    let packed = match Packed::read(objects, now).await {
        Ok(packed) => packed,
        Err(why) => return Ok(Err(why)),
    };
    let young = packed.watermark.looked.plus_seconds(RENEWED_AFTER_SECONDS) > now;
    let changes = changes::since(store, packed.watermark.far_back(), &Catalog::default()).await?;
    if young && changes.is_empty() {
        return Ok(Ok(None));
    }
    let catalog = match packed.unpack().await {
        Ok(catalog) => catalog,
        Err(why) => return Ok(Err(why)),
    };
    if young && !changes.iter().any(|change| catalog.is_news(change)) {
        return Ok(Ok(None));
    }
    Ok(Ok(Some(spawn_blocking(move || catalog.apply(changes)).await?)))
}
