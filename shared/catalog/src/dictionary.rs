//! The index of a column with few distinct values: its folded values and the rows of each.

use crate::bitmap::{Bitmap, RowSet};
use crate::columns::Values;
use crate::fold::fold_into;
use crate::postings::Postings;
use crate::vocabulary::{Anchors, Vocabulary};

/// Folded values, and for each the rows that have it.
#[derive(Debug)]
pub(crate) struct Dictionary {
    rows: usize,
    folded: Vocabulary,
    postings: Postings,
}

impl Dictionary {
    /// `pairs` are (value, row), ascending by row.
    pub(crate) fn build(rows: usize, values: &Values, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut folded = Vocabulary::default();
        let mut scratch = String::new();
        for id in 0..values.len() as u32 {
            scratch.clear();
            fold_into(values.get(id), &mut scratch);
            folded.push(scratch.as_bytes());
        }
        folded.shrink();
        Self { rows, folded, postings: Postings::build(values.len(), pairs) }
    }

    /// The rows with a value that holds the folded, not empty `needle`.
    pub(crate) fn search(&self, needle: &str, anchors: Anchors) -> RowSet {
        let mut ids = Vec::new();
        let mut count = 0;
        self.folded.matches(needle, anchors, |id| {
            count += self.postings.count(id);
            ids.push(id);
        });
        if RowSet::is_sparse(count, self.rows) {
            let mut rows = Vec::with_capacity(count);
            ids.iter().for_each(|&id| self.postings.for_each(id, |row| rows.push(row)));
            rows.sort_unstable();
            rows.dedup();
            return RowSet::Rows(rows);
        }
        let mut bits = Bitmap::new(self.rows);
        ids.iter().for_each(|&id| self.postings.for_each(id, |row| bits.set(row)));
        RowSet::Bits(bits)
    }

    /// How many rows, deleted ones included, have the value.
    pub(crate) fn count(&self, id: u32) -> usize {
        self.postings.count(id)
    }

    /// The numbers of the values that hold the folded `needle`.
    pub(crate) fn values_with(&self, needle: &str) -> Vec<u32> {
        if needle.is_empty() {
            return (1..self.folded.len() as u32).collect();
        }
        let mut ids = Vec::new();
        self.folded.matches(needle, Anchors::default(), |id| ids.push(id));
        ids
    }

    pub(crate) fn bytes(&self) -> usize {
        self.folded.bytes() + self.postings.bytes()
    }
}
