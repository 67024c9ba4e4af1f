//! The index of a column with few distinct values: its folded values and the rows of each.

use crate::bitmap::{Bitmap, RowSet};
use crate::columns::Values;
use crate::fold::fold_into;
use crate::postings::Postings;
use crate::vocabulary::{Anchors, Vocabulary};

/// When more than one row in this many matches, reading the column is faster than uniting posting lists.
const SCAN_SHARE: usize = 12;

/// Folded values, and for each the rows that have it.
#[derive(Debug)]
pub(crate) struct Dictionary {
    rows: usize,
    folded: Vocabulary,
    postings: Postings,
}

impl Dictionary {
    /// `pairs` are (value, row), ascending by row. Rows without a value (number 0) are never asked for.
    pub(crate) fn build(rows: usize, values: &Values, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut folded = Vocabulary::default();
        let mut scratch = String::new();
        for id in 0..values.len() as u32 {
            scratch.clear();
            fold_into(values.get(id), &mut scratch);
            folded.push(scratch.as_bytes());
        }
        folded.shrink();
        Self { rows, folded, postings: Postings::build(values.len(), pairs.filter(|&(id, _)| id != 0)) }
    }

    /// The rows with a value that holds the folded, not empty `needle`. `codes` are the values' numbers by row, for a
    /// column that has one value in each row.
    pub(crate) fn search(&self, needle: &str, anchors: Anchors, codes: Option<&[u32]>) -> RowSet {
        let mut ids = Vec::new();
        let mut count = 0;
        self.folded.matches(needle, anchors, |id| {
            count += self.postings.count(id);
            ids.push(id);
        });
        if RowSet::is_sparse(count, self.rows) {
            let mut rows = Vec::with_capacity(count);
            for &id in &ids {
                self.postings.for_each(id, |row| rows.push(row));
            }
            rows.sort_unstable();
            rows.dedup();
            return RowSet::Rows(rows);
        }
        if let Some(codes) = codes.filter(|codes| count * SCAN_SHARE > codes.len()) {
            let mut wanted = vec![0_u8; self.folded.len()];
            for &id in &ids {
                wanted[id as usize] = 1;
            }
            return RowSet::Bits(Bitmap::from_flags(codes.iter().map(|&code| wanted[code as usize])));
        }
        let mut bits = Bitmap::new(self.rows);
        for &id in &ids {
            self.postings.for_each(id, |row| bits.set(row));
        }
        RowSet::Bits(bits)
    }

    /// The numbers of the values that hold the folded `needle`, of all values if it is empty.
    pub(crate) fn values_with(&self, needle: &str) -> Vec<u32> {
        if needle.is_empty() {
            return (1..self.folded.len() as u32).collect();
        }
        let mut ids = Vec::new();
        self.folded.matches(needle, Anchors::default(), |id| ids.push(id));
        ids
    }

    /// How many rows that are not `dead` have a value.
    pub(crate) fn count(&self, id: u32, dead: Option<&Bitmap>) -> usize {
        let Some(dead) = dead else { return self.postings.count(id) };
        let mut live = 0;
        self.postings.for_each(id, |row| live += usize::from(!dead.get(row)));
        live
    }

    pub(crate) fn bytes(&self) -> usize {
        self.folded.bytes() + self.postings.bytes()
    }
}
