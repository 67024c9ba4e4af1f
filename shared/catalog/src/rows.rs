//! Sets of rows of a segment.

use crate::bitmap::Bitmap;
use std::borrow::Cow;
use std::ops::Range;

/// Words counted at once; they stay in the nearest cache.
const BLOCK: usize = 256;

/// The rows of a range that are in all of some bitmaps and in none of others. Nothing is combined before it is asked
/// for, so a page near the beginning of an order reads a few words.
#[derive(Clone, Debug)]
pub(crate) struct Overlap<'a> {
    len: usize,
    range: Range<u32>,
    with: Vec<Cow<'a, Bitmap>>,
    without: Vec<&'a Bitmap>,
}

impl<'a> Overlap<'a> {
    /// Every row of a segment.
    pub(crate) fn all(len: usize) -> Self {
        Self { len, range: 0..len as u32, with: Vec::new(), without: Vec::new() }
    }

    /// The rows of one bitmap.
    pub(crate) fn of(bits: Cow<'a, Bitmap>) -> Self {
        let len = bits.len();
        Self { with: vec![bits], ..Self::all(len) }
    }

    /// Only rows in `bits` remain.
    pub(crate) fn keep(&mut self, bits: Cow<'a, Bitmap>) {
        self.with.push(bits);
    }

    /// No row in `bits` remains.
    pub(crate) fn leave_out(&mut self, bits: &'a Bitmap) {
        self.without.push(bits);
    }

    /// Only rows within `range` remain.
    pub(crate) fn keep_range(&mut self, range: &Range<u32>) {
        let (start, end) = (self.range.start.max(range.start), self.range.end.min(range.end));
        self.range = start..end.max(start);
    }

    /// The rows within `range` of this.
    pub(crate) fn within(&self, range: &Range<u32>) -> Overlap<'_> {
        let mut part = Overlap {
            len: self.len,
            range: self.range.clone(),
            with: self.with.iter().map(|bits| Cow::Borrowed(bits.as_ref())).collect(),
            without: self.without.clone(),
        };
        part.keep_range(range);
        part
    }

    /// Whether it is every row.
    pub(crate) fn is_all(&self) -> bool {
        self.with.is_empty() && self.is_plain()
    }

    pub(crate) fn get(&self, row: u32) -> bool {
        self.range.contains(&row)
            && self.with.iter().all(|bits| bits.get(row))
            && !self.without.iter().any(|bits| bits.get(row))
    }

    pub(crate) fn count(&self) -> usize {
        let mut block = [0; BLOCK];
        let words = self.words();
        words.clone().step_by(BLOCK).map(|start| count_ones(self.fill(start, words.end, &mut block))).sum()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = u32> {
        self.words().flat_map(|w| Ones(w as u32 * 64, self.word(w)))
    }

    /// The places in ascending order from the `skip`th on, or in descending order from the `skip`th last.
    pub(crate) fn nth(&self, descending: bool, mut skip: usize, limit: usize) -> Vec<u32> {
        let words = self.words();
        let mut rows = Vec::with_capacity(limit.min(1_024));
        for i in 0..words.len() {
            if rows.len() == limit {
                break;
            }
            let w = if descending { words.end - 1 - i } else { words.start + i };
            let word = self.word(w);
            let ones = word.count_ones() as usize;
            if skip >= ones {
                skip -= ones;
                continue;
            }
            let ones = Ones(w as u32 * 64, word);
            let left = limit - rows.len();
            if descending {
                rows.extend(ones.rev().skip(skip).take(left));
            } else {
                rows.extend(ones.skip(skip).take(left));
            }
            skip = 0;
        }
        rows
    }

    /// As one bitmap, which is quick to ask again and again.
    pub(crate) fn combined(&self) -> Cow<'_, Bitmap> {
        match self.with.as_slice() {
            [bits] if self.is_plain() => Cow::Borrowed(bits),
            _ => Cow::Owned(self.combine()),
        }
    }

    pub(crate) fn into_bitmap(mut self) -> Bitmap {
        if self.with.len() == 1 && self.is_plain() {
            self.with.pop().map_or_else(Bitmap::default, Cow::into_owned)
        } else {
            self.combine()
        }
    }

    /// Both together; each must be of the same segment.
    fn and(mut self, other: Self) -> Self {
        self.keep_range(&other.range);
        self.with.extend(other.with);
        self.without.extend(other.without);
        self
    }

    fn is_plain(&self) -> bool {
        self.without.is_empty() && self.range == (0..self.len as u32)
    }

    fn combine(&self) -> Bitmap {
        let mut words = vec![0; self.len.div_ceil(64)];
        let range = self.words();
        for start in range.clone().step_by(BLOCK) {
            let end = range.end.min(start + BLOCK);
            self.fill(start, end, &mut words[start..end]);
        }
        Bitmap::from_words(words, self.len)
    }

    /// The words that the range touches.
    fn words(&self) -> Range<usize> {
        let start = self.range.start as usize / 64;
        start..(self.range.end as usize).div_ceil(64).max(start)
    }

    fn word(&self, w: usize) -> u64 {
        let with = self.with.iter().fold(self.mask(w), |word, bits| word & bits.words()[w]);
        self.without.iter().fold(with, |word, bits| word & !bits.words()[w])
    }

    /// The bits of a word that lie within the range.
    fn mask(&self, w: usize) -> u64 {
        let below = |row: u32| match u64::from(row).saturating_sub(w as u64 * 64) {
            64.. => u64::MAX,
            bits => (1 << bits) - 1,
        };
        below(self.range.end) & !below(self.range.start)
    }

    /// The words from `start` up to `end`, as many as the block takes.
    fn fill<'b>(&self, start: usize, end: usize, block: &'b mut [u64]) -> &'b [u64] {
        let len = block.len().min(end - start);
        let block = &mut block[..len];
        let words = start..start + len;
        block.fill(u64::MAX);
        for bits in &self.with {
            block.iter_mut().zip(&bits.words()[words.clone()]).for_each(|(a, b)| *a &= b);
        }
        for bits in &self.without {
            block.iter_mut().zip(&bits.words()[words.clone()]).for_each(|(a, b)| *a &= !b);
        }
        // Only the outermost words can lie across the range's ends.
        if let Some(first) = block.first_mut() {
            *first &= self.mask(start);
        }
        if let Some(last) = block.last_mut() {
            *last &= self.mask(start + len - 1);
        }
        block
    }
}

fn count_ones(words: &[u64]) -> usize {
    words.iter().map(|word| u64::from(word.count_ones())).sum::<u64>() as usize
}

/// The numbers of a word's ones, its first bit having the number that comes first.
struct Ones(u32, u64);

impl Iterator for Ones {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let bit = self.1.checked_ilog2().map(|_| self.1.trailing_zeros())?;
        self.1 &= self.1 - 1;
        Some(self.0 + bit)
    }
}

impl DoubleEndedIterator for Ones {
    fn next_back(&mut self) -> Option<u32> {
        let bit = self.1.checked_ilog2()?;
        self.1 &= !(1 << bit);
        Some(self.0 + bit)
    }
}

/// Rows of a segment: bitmaps when they are many, ascending numbers when they are few.
#[derive(Clone, Debug)]
pub(crate) enum RowSet<'a> {
    Bits(Overlap<'a>),
    Rows(Vec<u32>),
}

impl<'a> RowSet<'a> {
    pub(crate) fn empty() -> Self {
        Self::Rows(Vec::new())
    }

    pub(crate) fn borrowed(bits: &'a Bitmap) -> Self {
        Self::Bits(Overlap::of(Cow::Borrowed(bits)))
    }

    pub(crate) fn owned(bits: Bitmap) -> Self {
        Self::Bits(Overlap::of(Cow::Owned(bits)))
    }

    /// Whether `count` of `rows` is few enough for a list.
    pub(crate) fn is_sparse(count: usize, rows: usize) -> bool {
        count <= rows / 128
    }

    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Bits(bits) => bits.count(),
            Self::Rows(rows) => rows.len(),
        }
    }

    /// Calls `each` with every row, ascending.
    pub(crate) fn for_each(&self, each: impl FnMut(u32)) {
        match self {
            Self::Bits(bits) => bits.iter().for_each(each),
            Self::Rows(rows) => rows.iter().copied().for_each(each),
        }
    }

    /// What is in another set as well, which stays what it is.
    pub(crate) fn intersect_with<'b>(self, other: &'b RowSet<'_>) -> RowSet<'b>
    where
        'a: 'b,
    {
        match (self, other) {
            (Self::Bits(a), RowSet::Bits(b)) => RowSet::Bits(a.and(b.within(&(0..u32::MAX)))),
            (Self::Bits(bits), RowSet::Rows(rows)) => {
                RowSet::Rows(rows.iter().copied().filter(|&row| bits.get(row)).collect())
            }
            (Self::Rows(mut rows), RowSet::Bits(bits)) => {
                rows.retain(|&row| bits.get(row));
                RowSet::Rows(rows)
            }
            (Self::Rows(mut rows), RowSet::Rows(others)) => {
                rows.retain(|row| others.binary_search(row).is_ok());
                RowSet::Rows(rows)
            }
        }
    }

    pub(crate) fn union(self, other: Self, rows: usize) -> Self {
        match (self, other) {
            (Self::Rows(mut a), Self::Rows(b)) if Self::is_sparse(a.len() + b.len(), rows) => {
                a.extend(b);
                a.sort_unstable();
                a.dedup();
                Self::Rows(a)
            }
            (Self::Bits(a), Self::Bits(b)) => {
                let mut bits = a.into_bitmap();
                bits.or(&b.combined());
                Self::owned(bits)
            }
            (Self::Bits(bits), Self::Rows(rows)) | (Self::Rows(rows), Self::Bits(bits)) if rows.is_empty() => {
                Self::Bits(bits)
            }
            (Self::Bits(bits), Self::Rows(rows)) | (Self::Rows(rows), Self::Bits(bits)) => {
                let mut bits = bits.into_bitmap();
                for row in rows {
                    bits.set(row);
                }
                Self::owned(bits)
            }
            (Self::Rows(a), Self::Rows(b)) => {
                let mut bits = Bitmap::new(rows);
                a.into_iter().chain(b).for_each(|row| bits.set(row));
                Self::owned(bits)
            }
        }
    }

    pub(crate) fn intersect(self, other: Self) -> Self {
        match (self, other) {
            (Self::Bits(a), Self::Bits(b)) => Self::Bits(a.and(b)),
            (Self::Bits(bits), Self::Rows(mut rows)) | (Self::Rows(mut rows), Self::Bits(bits)) => {
                rows.retain(|&row| bits.get(row));
                Self::Rows(rows)
            }
            (Self::Rows(mut a), Self::Rows(b)) => {
                a.retain(|row| b.binary_search(row).is_ok());
                Self::Rows(a)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_is_what_its_bitmaps_and_its_range_say() {
        let every = |n: u32| {
            let mut bits = Bitmap::new(40_000);
            (0..40_000).step_by(n as usize).for_each(|i| bits.set(i));
            bits
        };
        let (twos, threes, fives) = (every(2), every(3), every(5));
        for range in [0..40_000, 63..65, 64..128, 1_000..1_000, 39_999..40_000, 16_384..32_768] {
            let mut set = Overlap::all(40_000);
            set.keep(Cow::Borrowed(&twos));
            set.keep(Cow::Owned(threes.clone()));
            set.leave_out(&fives);
            set.keep_range(&range);
            let expected: Vec<u32> = range.filter(|i| i % 6 == 0 && i % 5 != 0).collect();
            assert_eq!(set.iter().collect::<Vec<_>>(), expected);
            assert_eq!(set.combined().iter().collect::<Vec<_>>(), expected);
            assert_eq!(set.count(), expected.len());
            assert!((0..40_000).filter(|&i| set.get(i)).eq(expected.iter().copied()));
            for (skip, limit) in [(0, 7), (50, 20), (9_000, 3)] {
                let page: Vec<u32> = expected.iter().skip(skip).take(limit).copied().collect();
                assert_eq!(set.nth(false, skip, limit), page);
                let page: Vec<u32> = expected.iter().rev().skip(skip).take(limit).copied().collect();
                assert_eq!(set.nth(true, skip, limit), page);
            }
        }
        assert_eq!(Overlap::all(130).count(), 130);
        assert_eq!(Overlap::all(0).nth(true, 0, 5), [0; 0]);
    }
}
