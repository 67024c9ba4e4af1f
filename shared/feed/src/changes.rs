//! Reading the table's change feed.

use std::sync::{Mutex, PoisonError};

use framehouse_catalog::{Catalog, CatalogBuilder, Change};
use framehouse_domain::Timestamp;
use framehouse_store::{CHANGE_SHARDS, LibraryChange, Store};
use futures::future::try_join_all;
use tokio::task::spawn_blocking;

use crate::{
    FeedError,
    entry::{entry, millis},
};

/// Every change at `since` or later.
pub(crate) async fn since(store: &Store, since: Timestamp) -> Result<Vec<Change>, FeedError> {
    let changes = Mutex::new(Vec::new());
    read(store, since, |change| locked(&changes).push(change)).await?;
    Ok(changes.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The catalog of the whole table.
pub(crate) async fn everything(store: &Store) -> Result<Catalog, FeedError> {
    let builder = Mutex::new(CatalogBuilder::default());
    read(store, Timestamp::from_millis(0), |change| locked(&builder).push(change)).await?;
    let builder = builder.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(spawn_blocking(|| builder.finish()).await?)
}

/// Reads all shards at once, page by page.
async fn read(store: &Store, since: Timestamp, each: impl Fn(Change)) -> Result<(), FeedError> {
    let each = &each;
    let shard = |shard| store.changes(shard, since, move |change| each(of(change)));
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
