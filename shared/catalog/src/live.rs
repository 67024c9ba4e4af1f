//! The catalog that a process shares: readers take the current state, writers put the next in its place.

use crate::catalog::{Catalog, Change};
use arc_swap::ArcSwap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A catalog that changes while it is read. Readers never wait; one writer at a time.
#[derive(Debug, Default)]
pub struct LiveCatalog {
    current: ArcSwap<Catalog>,
    writer: Mutex<Writer>,
}

/// While a compaction runs, what is applied meanwhile.
#[derive(Debug, Default)]
struct Writer {
    meanwhile: Option<Vec<Change>>,
}

impl LiveCatalog {
    /// Begins with a state.
    pub fn new(catalog: Catalog) -> Self {
        Self { current: ArcSwap::from_pointee(catalog), writer: Mutex::default() }
    }

    /// The current state; it stays what it is while held.
    pub fn load(&self) -> Arc<Catalog> {
        self.current.load_full()
    }

    /// Applies changes (see [`Catalog::apply`]).
    pub fn apply(&self, changes: Vec<Change>) {
        let mut writer = self.lock();
        if let Some(meanwhile) = &mut writer.meanwhile {
            meanwhile.extend(changes.iter().cloned());
        }
        self.current.store(Arc::new(self.current.load().apply(changes)));
    }

    /// Compacts (see [`Catalog::compact`]), while others read and apply. Answers false, and does nothing, if another
    /// compaction is running.
    pub fn compact(&self) -> bool {
        let before = {
            let mut writer = self.lock();
            if writer.meanwhile.is_some() {
                return false;
            }
            writer.meanwhile = Some(Vec::new());
            self.load()
        };
        let compacted = before.compact();
        let mut writer = self.lock();
        let meanwhile = writer.meanwhile.take().unwrap_or_default();
        self.current.store(Arc::new(compacted.apply(meanwhile)));
        true
    }

    /// Forgets removals (see [`Catalog::forget_removals_before`]).
    pub fn forget_removals_before(&self, time: u64) {
        let _writer = self.lock();
        self.current.store(Arc::new(self.current.load().forget_removals_before(time)));
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
