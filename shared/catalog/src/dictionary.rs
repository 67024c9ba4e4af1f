//! The index of a column with few distinct values: its folded values and the rows of each.

use crate::bitmap::Bitmap;
use crate::columns::Values;
use crate::fold::fold_into;
use crate::postings::Postings;
use crate::rows::{Overlap, RowSet};
use crate::vocabulary::{Anchors, Vocabulary};
use hashbrown::HashMap;
use std::borrow::Cow;

/// When more than one row in this many matches, reading the column is faster than uniting posting lists.
const SCAN_SHARE: usize = 12;

/// In a column with several values in each row, one that a row in this many has is kept as a bitmap.
const DENSE_SHARE: usize = 24;

/// Folded values, and for each the rows that have it.
#[derive(Debug)]
pub(crate) struct Dictionary {
    rows: usize,
    folded: Vocabulary,
    postings: Postings,
    /// Values without a posting list: their rows, and how many those are.
    dense: HashMap<u32, (Bitmap, usize)>,
}

impl Dictionary {
    /// `pairs` are (value, row), ascending by row. Rows without a value (number 0) are never asked for.
    pub(crate) fn build(rows: usize, values: &Values, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        Self::with_dense(rows, values, pairs, HashMap::new())
    }

    /// The same for a column that can have several values in each row.
    pub(crate) fn of_many(rows: usize, values: &Values, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut counts = vec![0; values.len()];
        pairs.clone().for_each(|(id, _)| counts[id as usize] += 1);
        let common = counts.iter().zip(0..).filter(|&(&count, id)| id != 0 && count * DENSE_SHARE > rows);
        let mut dense: HashMap<u32, _> = common.map(|(&count, id)| (id, (Bitmap::new(rows), count))).collect();
        for (id, row) in pairs.clone() {
            if let Some((bits, _)) = dense.get_mut(&id) {
                bits.set(row);
            }
        }
        Self::with_dense(rows, values, pairs, dense)
    }

    fn with_dense(
        rows: usize,
        values: &Values,
        pairs: impl Iterator<Item = (u32, u32)> + Clone,
        dense: HashMap<u32, (Bitmap, usize)>,
    ) -> Self {
        let mut folded = Vocabulary::default();
        let mut scratch = String::new();
        for id in 0..values.len() as u32 {
            scratch.clear();
            fold_into(values.get(id), &mut scratch);
            folded.push(scratch.as_bytes());
        }
        folded.shrink();
        let listed = pairs.filter(|(id, _)| *id != 0 && !dense.contains_key(id));
        Self { rows, folded, postings: Postings::build(values.len(), listed), dense }
    }

    /// The rows with a value that holds the folded, not empty `needle`. `codes` are the values' numbers by row, for a
    /// column that has one value in each row.
    pub(crate) fn search(&self, needle: &str, anchors: Anchors, codes: Option<&[u32]>) -> RowSet<'_> {
        let mut ids = Vec::new();
        let mut count = 0;
        self.folded.matches(needle, anchors, |id| {
            count += self.rows_with(id);
            ids.push(id);
        });
        if let &[id] = ids.as_slice()
            && let Some((bits, _)) = self.dense.get(&id)
        {
            return RowSet::borrowed(bits);
        }
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
            let mut wanted = vec![false; self.folded.len()];
            for &id in &ids {
                wanted[id as usize] = true;
            }
            return RowSet::owned(Bitmap::from_codes(codes, &wanted));
        }
        let mut bits = Bitmap::new(self.rows);
        for &id in &ids {
            self.postings.for_each(id, |row| bits.set(row));
            self.dense.get(&id).into_iter().for_each(|(dense, _)| bits.or(dense));
        }
        RowSet::owned(bits)
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

    /// The numbers of the values that are the folded, not empty `needle`.
    pub(crate) fn values_of(&self, needle: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.folded.matches(needle, Anchors { start: true, end: true }, |id| ids.push(id));
        ids
    }

    /// How many rows that are not `dead` have a value.
    pub(crate) fn count(&self, id: u32, dead: Option<&Bitmap>) -> usize {
        let Some(dead) = dead else { return self.rows_with(id) };
        if let Some((bits, _)) = self.dense.get(&id) {
            let mut live = Overlap::of(Cow::Borrowed(bits));
            live.leave_out(dead);
            return live.count();
        }
        let mut live = 0;
        self.postings.for_each(id, |row| live += usize::from(!dead.get(row)));
        live
    }

    fn rows_with(&self, id: u32) -> usize {
        self.dense.get(&id).map_or_else(|| self.postings.count(id), |&(_, count)| count)
    }

    pub(crate) fn bytes(&self) -> usize {
        let dense: usize = self.dense.values().map(|(bits, _)| bits.bytes()).sum();
        self.folded.bytes() + self.postings.bytes() + dense
    }
}
