//! Making a catalog of a whole table, as it is read.

use crate::catalog::{Catalog, Change, Part};
use crate::columns::ColumnsBuilder;
use crate::segment::Segment;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Takes changes in any order, several of a video among them, and keeps them as compactly as the catalog will.
pub struct CatalogBuilder {
    rows: ColumnsBuilder,
    removed: HashMap<Uuid, u64>,
}

impl Default for CatalogBuilder {
    fn default() -> Self {
        Self { rows: ColumnsBuilder::new(0), removed: HashMap::new() }
    }
}

impl CatalogBuilder {
    /// Notes a change; see [`Catalog::apply`] for which of several counts.
    pub fn push(&mut self, change: Change) {
        match change {
            Change::Upsert(entry) => self.rows.push(&entry.borrowed()),
            Change::Delete { id, changed_at } => {
                let known = self.removed.entry(id).or_default();
                *known = changed_at.max(*known);
            }
        }
    }

    /// The catalog of all that was noted.
    pub fn finish(self) -> Catalog {
        let columns = self.rows.finish();
        let mut rows: Vec<u32> = (0..columns.len() as u32).collect();
        // Of the rows of one id the last in this order counts.
        rows.sort_unstable_by_key(|&row| (columns.ids[row as usize], columns.changed.get(row), row));
        let same = |a: &u32, b: &u32| columns.ids[*a as usize] == columns.ids[*b as usize];
        let gone = |row: u32| self.removed.get(&columns.id(row)).is_some_and(|&at| at >= columns.changed.get(row));
        let latest = rows.chunk_by(same).filter_map(|versions| versions.last().copied());
        let mut rows: Vec<u32> = latest.filter(|&row| !gone(row)).collect();
        rows.sort_unstable_by_key(|&row| (columns.created.get(row), columns.ids[row as usize]));
        let mut builder = ColumnsBuilder::new(rows.len());
        let mut path = String::new();
        for row in rows {
            builder.push(&columns.entry(row, &mut path));
        }
        drop(columns);
        let built = builder.finish();
        let parts = if built.len() == 0 { Vec::new() } else { vec![Part::new(Segment::build(built))] };
        Catalog { parts, removed: Arc::new(self.removed) }
    }
}
