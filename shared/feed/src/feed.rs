use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use framehouse_catalog::{Catalog, LiveCatalog};
use framehouse_domain::Timestamp;
use framehouse_objects::Objects;
use framehouse_store::Store;
use tokio::{
    sync::Mutex,
    task::{JoinHandle, spawn_blocking},
    time::{Instant, timeout},
};

use crate::{
    FeedError, changes,
    entry::millis,
    snapshot::{LONGEST_GAP_SECONDS, Packed, Unusable},
    watermark::Watermark,
};

/// Removals are remembered as long as the table keeps its tombstones.
pub(crate) const REMEMBERED_SECONDS: i64 = 7 * 24 * 60 * 60;

/// How long a call waits for the whole table to be read: the HTTP API gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// A reading of the whole table, begun at a moment.
type Rebuild = (Timestamp, JoinHandle<Result<Catalog, FeedError>>);

/// A process's catalog and where it comes from.
#[derive(Debug)]
pub struct Feed {
    store: Store,
    objects: Objects,
    current: RwLock<Option<Current>>,
    /// Held by the one who refreshes; a reading of the whole table that has outlasted its callers.
    refreshing: Mutex<Option<Rebuild>>,
    patience: Duration,
}

/// The catalog as far as it was read.
#[derive(Debug, Clone)]
struct Current {
    live: Arc<LiveCatalog>,
    watermark: Watermark,
    /// When the last refresh began; nothing if there was none since the snapshot was read.
    begun: Option<Instant>,
}

impl Feed {
    /// A feed that has read nothing yet. Makes no call.
    pub fn new(store: Store, objects: Objects) -> Self {
        Self::with_patience(store, objects, PATIENCE)
    }

    /// A feed whose calls wait so long for the whole table to be read.
    pub fn with_patience(store: Store, objects: Objects, patience: Duration) -> Self {
        Self { store, objects, current: RwLock::default(), refreshing: Mutex::default(), patience }
    }

    /// The catalog with every change that was made before this call. Calls at the same time share a refresh, unless it
    /// began before the call.
    pub async fn fresh(&self) -> Result<Arc<Catalog>, FeedError> {
        let arrived = Instant::now();
        self.meeting(|current| current.begun.is_some_and(|begun| begun >= arrived)).await
    }

    /// The catalog with every change that is older than `max_age`.
    pub async fn recent(&self, max_age: Duration) -> Result<Arc<Catalog>, FeedError> {
        self.meeting(|current| current.is_recent(max_age)).await
    }

    /// The catalog as it is if that is good enough, or else refreshed.
    async fn meeting(&self, is_good: impl Fn(&Current) -> bool) -> Result<Arc<Catalog>, FeedError> {
        if let Some(current) = self.current().filter(&is_good) {
            return Ok(current.live.load());
        }
        let mut refreshing = self.refreshing.lock().await;
        // While this call waited, another may have refreshed.
        match self.current().filter(is_good) {
            Some(current) => Ok(current.live.load()),
            None => self.refresh(&mut refreshing).await,
        }
    }

    async fn refresh(&self, rebuild: &mut Option<Rebuild>) -> Result<Arc<Catalog>, FeedError> {
        let (begun, now) = (Instant::now(), now());
        let known = self.current().filter(|current| current.watermark.looked.plus_seconds(LONGEST_GAP_SECONDS) >= now);
        let Current { live, watermark, .. } = match known {
            Some(current) => current,
            None if rebuild.is_some() => self.rebuild(rebuild, now).await?,
            None => match self.read_snapshot(now).await {
                Some(current) => current,
                None => self.rebuild(rebuild, now).await?,
            },
        };
        let (since, watermark) = watermark.advance(now);
        let changes = changes::since(&self.store, since, &live.load()).await?;
        if !changes.is_empty() {
            let live = live.clone();
            spawn_blocking(move || live.apply(changes)).await?;
        }
        self.keep(Current { live: live.clone(), watermark, begun: Some(begun) });
        let catalog = live.load();
        if catalog.is_fragmented() {
            // Nobody waits for this: lists are answered from the fragments meanwhile.
            let forgotten = millis(now.plus_seconds(-REMEMBERED_SECONDS));
            spawn_blocking(move || live.compact().then(|| live.forget_removals_before(forgotten)));
        }
        Ok(catalog)
    }

    /// The whole table. A reading that takes longer than a caller can wait goes on, and the next caller gets what it came to.
    async fn rebuild(&self, rebuild: &mut Option<Rebuild>, now: Timestamp) -> Result<Current, FeedError> {
        let (read_from, reading) = rebuild.get_or_insert_with(|| {
            let store = self.store.clone();
            (now, tokio::spawn(async move { changes::everything(&store).await }))
        });
        let read = timeout(self.patience, &mut *reading).await.map_err(|_| FeedError::Rebuilding)?;
        let watermark = Watermark::at(*read_from);
        *rebuild = None;
        Ok(Current { live: Arc::new(LiveCatalog::new(read??)), watermark, begun: None })
    }

    /// What the snapshot has, kept even if the changes since cannot be read now.
    async fn read_snapshot(&self, now: Timestamp) -> Option<Current> {
        let read = async || {
            let packed = Packed::read(&self.objects, now).await?;
            let watermark = packed.watermark;
            Ok::<_, Unusable>((packed.unpack().await?, watermark))
        };
        match read().await {
            Ok((catalog, watermark)) => {
                let current = Current { live: Arc::new(LiveCatalog::new(catalog)), watermark, begun: None };
                self.keep(current.clone());
                Some(current)
            }
            Err(why) => {
                tracing::warn!(%why, "catalog snapshot is of no use, reading the whole table; the compactor writes one");
                None
            }
        }
    }

    fn current(&self) -> Option<Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, current: Current) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(current);
    }
}

impl Current {
    /// Whether it has every change that is older than `max_age`. While Lambda holds a process, its monotonic clock may
    /// stand still, so the wall clock must agree.
    fn is_recent(&self, max_age: Duration) -> bool {
        let since = now().as_millis() - self.watermark.looked.as_millis();
        self.begun.is_some_and(|begun| begun.elapsed() <= max_age)
            && u128::try_from(since).is_ok_and(|since| since <= max_age.as_millis())
    }
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
