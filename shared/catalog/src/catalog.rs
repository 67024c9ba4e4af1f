//! A state of the library: a large segment and a few small ones with what changed since.

use crate::bitmap::Bitmap;
use crate::columns::ColumnsBuilder;
use crate::entry::Entry;
use crate::flags::FlagCounts;
use crate::order::key;
use crate::query::SortBy;
use crate::segment::{MemoryUse, SCANNED_ROWS, Segment};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Overlays are merged when there are more segments.
const SEGMENTS: usize = 3;
/// All segments become one when one row in this many lies in an overlay or was replaced.
const STALE_SHARE: usize = 8;

/// What happened to a video.
#[expect(clippy::large_enum_variant, reason = "most changes are upserts")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was created or edited; this is what it is now.
    Upsert(Entry),
    /// Its record was removed. (A soft deletion is an edit.)
    Delete {
        /// Which video.
        id: Uuid,
        /// Milliseconds since 1970 of the removal.
        changed_at: u64,
    },
}

impl Change {
    fn id(&self) -> Uuid {
        match self {
            Self::Upsert(entry) => entry.id,
            Self::Delete { id, .. } => *id,
        }
    }

    /// What decides between two changes of a video: the time, and at the same time the removal.
    fn version(&self) -> (u64, bool) {
        match self {
            Self::Upsert(entry) => (entry.changed_at, false),
            Self::Delete { changed_at, .. } => (*changed_at, true),
        }
    }
}

/// An immutable state of the library. Changes make a new state that shares what did not change.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    pub(crate) parts: Vec<Part>,
    /// When videos were removed, so that an older version that arrives late does not bring them back.
    pub(crate) removed: Arc<HashMap<Uuid, u64>>,
}

/// A segment and which of its rows no longer count.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) segment: Arc<Segment>,
    pub(crate) dead: Option<Arc<Bitmap>>,
    pub(crate) live: usize,
    /// Of the rows that count.
    pub(crate) counts: Arc<FlagCounts>,
}

impl Part {
    pub(crate) fn new(segment: Segment) -> Self {
        let counts = Arc::new(FlagCounts::new(&segment.columns.flags));
        Self { live: segment.len(), segment: Arc::new(segment), dead: None, counts }
    }

    fn row_of(&self, id: Uuid) -> Option<u32> {
        self.segment.row_of(id).filter(|&row| self.is_live(row))
    }

    fn is_live(&self, row: u32) -> bool {
        self.dead.as_ref().is_none_or(|dead| !dead.get(row))
    }

    fn remove(&mut self, row: u32) {
        let rows = self.segment.len();
        Arc::make_mut(self.dead.get_or_insert_with(|| Arc::new(Bitmap::new(rows)))).set(row);
        Arc::make_mut(&mut self.counts).remove(self.segment.columns.flags[row as usize]);
        self.live -= 1;
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.segment.len() as u32).filter(|&row| self.is_live(row))
    }
}

impl Catalog {
    /// A catalog of these entries.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self::default().apply(entries.into_iter().map(Change::Upsert).collect())
    }

    /// How many videos there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.live).sum()
    }

    /// Whether there is no video.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry of an id.
    pub fn get(&self, id: Uuid) -> Option<Entry> {
        self.find(id).map(|(part, row)| self.entry(part, row))
    }

    /// When a video last changed, or was removed, as far as is known: milliseconds since 1970.
    pub fn changed_at(&self, id: Uuid) -> Option<u64> {
        let changed = self.find(id).map(|(part, row)| self.parts[part].segment.columns.changed.get(row));
        changed.max(self.removed.get(&id).copied())
    }

    /// The state after `changes`. Of two versions of a video the later `changed_at` counts (at the same time the
    /// removal, otherwise the one that comes later), so changes may come in any order and several times.
    #[must_use]
    pub fn apply(&self, changes: Vec<Change>) -> Self {
        let mut latest: HashMap<Uuid, Change> = HashMap::with_capacity(changes.len());
        for change in changes {
            let known = latest.get(&change.id()).map(Change::version);
            if known.is_none_or(|known| known <= change.version()) {
                latest.insert(change.id(), change);
            }
        }
        let mut next = self.clone();
        let mut added: Vec<Entry> = Vec::with_capacity(latest.len());
        for (id, change) in latest {
            let known = self.find(id);
            if !self.changes_it(known, &change) {
                continue;
            }
            if let Some((part, row)) = known {
                next.parts[part].remove(row);
            }
            match change {
                Change::Upsert(entry) => added.push(entry),
                Change::Delete { id, changed_at } => {
                    Arc::make_mut(&mut next.removed).insert(id, changed_at);
                }
            }
        }
        if !added.is_empty() {
            let smaller = |part: &Part| part.live + added.len() <= SCANNED_ROWS;
            let base = next.parts.pop_if(|part| smaller(part));
            next.parts.push(Part::new(merge(base.as_slice(), &added)));
        }
        next.parts.retain(|part| part.live > 0);
        next
    }

    /// Whether applying a change would make a difference.
    pub fn is_news(&self, change: &Change) -> bool {
        self.changes_it(self.find(change.id()), change)
    }

    /// Whether [`Catalog::compact`] is worth its time.
    pub fn is_fragmented(&self) -> bool {
        self.parts.len() > SEGMENTS || self.is_stale()
    }

    /// The same state in fewer segments: overlays merged into one, or everything when much has changed.
    #[must_use]
    pub fn compact(&self) -> Self {
        if self.is_stale() { self.compact_fully() } else { self.merged_from(1) }
    }

    /// The same state in one segment.
    #[must_use]
    pub fn compact_fully(&self) -> Self {
        self.merged_from(0)
    }

    /// Forgets removals before a time (milliseconds since 1970) from which on no older version can arrive any more.
    #[must_use]
    pub fn forget_removals_before(&self, time: u64) -> Self {
        let removed = self.removed.iter().filter(|&(_, &at)| at >= time).map(|(&id, &at)| (id, at)).collect();
        Self { parts: self.parts.clone(), removed: Arc::new(removed) }
    }

    /// Bytes in memory, by part.
    pub fn memory(&self) -> MemoryUse {
        let mut sum = MemoryUse::default();
        for part in &self.parts {
            sum.add(&part.segment.memory());
            sum.bitmaps += part.dead.as_ref().map_or(0, |dead| dead.bytes());
        }
        sum
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.parts.len() <= 1 && self.parts.iter().all(|part| part.dead.is_none())
    }

    pub(crate) fn entry(&self, part: usize, row: u32) -> Entry {
        self.parts[part].segment.columns.entry(row, &mut String::new()).to_owned()
    }

    fn find(&self, id: Uuid) -> Option<(usize, u32)> {
        self.parts.iter().enumerate().rev().find_map(|(i, part)| part.row_of(id).map(|row| (i, row)))
    }

    /// Whether a change makes a difference to a video that lies at `known`.
    fn changes_it(&self, known: Option<(usize, u32)>, change: &Change) -> bool {
        let removed = self.removed.get(&change.id()).is_some_and(|&at| (at, true) >= change.version());
        let newer = known.is_none_or(|(part, row)| {
            let changed = self.parts[part].segment.columns.changed.get(row);
            (changed, false) <= change.version()
                && !matches!(change, Change::Upsert(entry) if *entry == self.entry(part, row))
        });
        !removed && newer
    }

    fn is_stale(&self) -> bool {
        let Some(base) = self.parts.first() else { return false };
        let replaced = base.segment.len() - base.live;
        let overlaid: usize = self.parts.iter().skip(1).map(|part| part.live).sum();
        (replaced.max(overlaid)) * STALE_SHARE > base.segment.len().max(SCANNED_ROWS)
    }

    fn merged_from(&self, first: usize) -> Self {
        let mut next = self.clone();
        if next.parts.len() > first + 1 || next.parts.iter().skip(first).any(|part| part.dead.is_some()) {
            let merged = merge(&next.parts.split_off(first), &[]);
            next.parts.push(Part::new(merged));
        }
        next
    }
}

/// The rows of `parts` that count, and `added`, as one segment.
fn merge(parts: &[Part], added: &[Entry]) -> Segment {
    let mut rows: Vec<(u64, Uuid, usize, u32)> = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let columns = &part.segment.columns;
        rows.extend(part.rows().map(|row| {
            let key = key(columns, row, SortBy::Created);
            (key.created, key.id, i, row)
        }));
    }
    rows.extend(added.iter().zip(0..).map(|(entry, i)| (entry.created_at.min((1 << 48) - 1), entry.id, usize::MAX, i)));
    rows.sort_unstable();
    let mut builder = ColumnsBuilder::new(rows.len());
    let mut path = String::new();
    for (_, _, part, row) in rows {
        match parts.get(part) {
            Some(part) => builder.push(&part.segment.columns.entry(row, &mut path)),
            None => builder.push(&added[row as usize].borrowed()),
        }
    }
    Segment::build(builder.finish())
}
