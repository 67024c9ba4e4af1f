//! Reading the table's change feed.

use std::sync::{Mutex, PoisonError};

use framehouse_catalog::{Catalog, CatalogBuilder, Change};
use framehouse_domain::{Timestamp, VideoId};
use framehouse_store::{CHANGE_SHARDS, LibraryChange, Store};
use futures::future::try_join_all;
use tokio::task::spawn_blocking;

use crate::{
    FeedError,
    entry::{entry, millis},
};

/// Every change at `since` or later that `known` has not: what is read again only because looks overlap is not taken
/// apart. A video's moments only grow, so of the same moment there is one state.
pub(crate) async fn since(store: &Store, since: Timestamp, known: &Catalog) -> Result<Vec<Change>, FeedError> {
    let changes = Mutex::new(Vec::new());
    let is_known = |id: VideoId, at| known.changed_at(id.as_uuid()).is_some_and(|changed| changed >= millis(at));
    read(store, since, is_known, |change| locked(&changes).push(change)).await?;
    Ok(changes.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The catalog of the whole table.
pub(crate) async fn everything(store: &Store) -> Result<Catalog, FeedError> {
    let builder = Mutex::new(CatalogBuilder::default());
    read(store, Timestamp::from_millis(0), |_, _| false, |change| locked(&builder).push(change)).await?;
    let builder = builder.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(spawn_blocking(|| builder.finish()).await?)
}

/// Reads all shards at once, page by page.
async fn read(
    store: &Store,
    since: Timestamp,
    is_known: impl Fn(VideoId, Timestamp) -> bool,
    each: impl Fn(Change),
) -> Result<(), FeedError> {
    let (is_known, each) = (&is_known, &each);
    let shard = |shard| store.changes(shard, since, is_known, move |change| each(of(change)));
    try_join_all((0..CHANGE_SHARDS).map(shard)).await?;
    Ok(())
}

fn of(change: LibraryChange) -> Change {
    match change {
        LibraryChange::Is(video) => Change::Upsert(entry(*video)),
        LibraryChange::Removed { id, at } => Change::Delete { id: id.as_uuid(), changed_at: millis(at) },
    }
}

fn locked<T>(shared: &Mutex<T>) -> impl std::ops::DerefMut<Target = T> + '_ {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
