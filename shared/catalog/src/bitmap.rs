//! Bitmaps, bitmaps with rank, and sets of rows.

/// A fixed number of bits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    pub(crate) fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    pub(crate) fn full(len: usize) -> Self {
        let mut bits = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        if let Some(last) = bits.words.last_mut()
            && !len.is_multiple_of(64)
        {
            *last = (1 << (len % 64)) - 1;
        }
        bits
    }

    /// What is in all of `with` and none of `without`, block by block, so that each is read once.
    pub(crate) fn conjunction(len: usize, with: &[&Self], without: &[&Self]) -> Self {
        const BLOCK: usize = 512;
        let Some((first, others)) = with.split_first() else {
            let mut bits = Self::full(len);
            for set in without {
                bits.and_not(set);
            }
            return bits;
        };
        let mut words = Vec::with_capacity(first.words.len());
        for start in (0..first.words.len()).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(first.words.len());
            words.extend_from_slice(&first.words[block.clone()]);
            for other in others {
                words[start..].iter_mut().zip(&other.words[block.clone()]).for_each(|(a, b)| *a &= b);
            }
            for other in without {
                words[start..].iter_mut().zip(&other.words[block.clone()]).for_each(|(a, b)| *a &= !b);
            }
        }
        Self { words, len }
    }

    /// One bit for each 0 or 1.
    pub(crate) fn from_flags(flags: impl ExactSizeIterator<Item = u8>) -> Self {
        let mut bits = Self::new(flags.len());
        let mut flags = flags;
        for word in &mut bits.words {
            for (flag, place) in flags.by_ref().take(64).zip(0..) {
                *word |= u64::from(flag) << place;
            }
        }
        bits
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn get(&self, i: u32) -> bool {
        self.words[i as usize / 64] >> (i % 64) & 1 == 1
    }

    #[inline]
    pub(crate) fn set(&mut self, i: u32) {
        self.words[i as usize / 64] |= 1 << (i % 64);
    }

    /// Sets the whole word that the bit lies in.
    pub(crate) fn set_word(&mut self, i: u32, word: u64) {
        self.words[i as usize / 64] = word;
    }

    #[inline]
    pub(crate) fn clear(&mut self, i: u32) {
        self.words[i as usize / 64] &= !(1 << (i % 64));
    }

    /// Clears every bit outside `from..to`.
    pub(crate) fn keep_range(&mut self, from: u32, to: u32) {
        for (w, word) in self.words.iter_mut().enumerate() {
            let start = w as u64 * 64;
            let low = u64::from(from).saturating_sub(start).min(64);
            let high = u64::from(to).saturating_sub(start).min(64);
            let below = |n: u64| if n == 64 { u64::MAX } else { (1 << n) - 1 };
            *word &= below(high) & !below(low);
        }
    }

    pub(crate) fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
    }

    pub(crate) fn and_not(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= !b);
    }

    pub(crate) fn or(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    /// Moves every bit one place up; the last falls off.
    pub(crate) fn shift_up(&mut self) {
        let mut carry = 0;
        for word in &mut self.words {
            let next = *word >> 63;
            *word = *word << 1 | carry;
            carry = next;
        }
        if let Some(last) = self.words.last_mut()
            && !self.len.is_multiple_of(64)
        {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(w, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    w as u32 * 64 + bit
                })
            })
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.words.capacity() * 8
    }
}

/// A bitmap that knows how many ones precede each word.
#[derive(Debug, Default)]
pub(crate) struct RankBitmap {
    bits: Bitmap,
    ranks: Vec<u32>,
}

impl RankBitmap {
    pub(crate) fn new(bits: Bitmap) -> Self {
        let mut ones = 0;
        let ranks = bits
            .words
            .iter()
            .map(|word| {
                let before = ones;
                ones += word.count_ones();
                before
            })
            .collect();
        Self { bits, ranks }
    }

    pub(crate) fn bits(&self) -> &Bitmap {
        &self.bits
    }

    /// The number of ones at or before `i`.
    #[inline]
    pub(crate) fn rank_through(&self, i: u32) -> u32 {
        let word = i as usize / 64;
        self.ranks[word] + (self.bits.words[word] << (63 - i % 64)).count_ones()
    }

    /// The position of the `nth` one (from 0), given that there are so many. `hint` is a word at or before it.
    pub(crate) fn select(&self, nth: u32, hint: usize) -> u32 {
        let mut word = hint;
        if self.ranks.get(word + 8).is_some_and(|&r| r <= nth) {
            word += self.ranks[word..].partition_point(|&r| r <= nth) - 1;
        }
        while self.ranks.get(word + 1).is_some_and(|&r| r <= nth) {
            word += 1;
        }
        let mut rest = self.bits.words[word];
        for _ in 0..nth - self.ranks[word] {
            rest &= rest - 1;
        }
        word as u32 * 64 + rest.trailing_zeros()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bits.bytes() + self.ranks.capacity() * 4
    }
}

/// Rows of a segment: a bitmap when they are many, ascending numbers when they are few.
#[derive(Clone, Debug)]
pub(crate) enum RowSet {
    Bits(Bitmap),
    Rows(Vec<u32>),
}

impl RowSet {
    pub(crate) fn empty() -> Self {
        Self::Rows(Vec::new())
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

    /// The same rows as a list if they are few, and their number.
    pub(crate) fn compacted(self, rows: usize) -> (Self, usize) {
        let count = self.count();
        match self {
            Self::Bits(bits) if Self::is_sparse(count, rows) => (Self::Rows(bits.iter().collect()), count),
            other => (other, count),
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
            (Self::Bits(mut a), Self::Bits(b)) => {
                a.or(&b);
                Self::Bits(a)
            }
            (Self::Bits(mut a), Self::Rows(b)) | (Self::Rows(b), Self::Bits(mut a)) => {
                for row in b {
                    a.set(row);
                }
                Self::Bits(a)
            }
            (Self::Rows(a), Self::Rows(b)) => {
                let mut bits = Bitmap::new(rows);
                a.into_iter().chain(b).for_each(|row| bits.set(row));
                Self::Bits(bits)
            }
        }
    }

    pub(crate) fn intersect(self, other: Self) -> Self {
        match (self, other) {
            (Self::Bits(mut a), Self::Bits(b)) => {
                a.and(&b);
                Self::Bits(a)
            }
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
    fn rank_and_select_agree() {
        let mut bits = Bitmap::new(10_000);
        let ones: Vec<u32> = (0..10_000).filter(|i| i % 7 == 3 || (4_000..4_100).contains(i)).collect();
        for &i in &ones {
            bits.set(i);
        }
        let ranked = RankBitmap::new(bits);
        for (nth, &i) in ones.iter().enumerate() {
            assert_eq!(ranked.rank_through(i), nth as u32 + 1);
            assert_eq!(ranked.select(nth as u32, 0), i);
            assert_eq!(ranked.select(nth as u32, i as usize / 64), i);
        }
    }

    #[test]
    fn shifting_and_ranges() {
        let mut bits = Bitmap::full(130);
        bits.keep_range(62, 130);
        assert_eq!(bits.iter().collect::<Vec<_>>(), (62..130).collect::<Vec<_>>());
        bits.shift_up();
        assert_eq!(bits.iter().collect::<Vec<_>>(), (63..130).collect::<Vec<_>>());
        bits.keep_range(64, 64);
        assert_eq!(bits.count(), 0);
    }
}
