//! Bitmaps, and bitmaps with rank.

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

    /// A bitmap of `len` bits from its words; bits behind the last are clear.
    pub(crate) fn from_words(words: Vec<u64>, len: usize) -> Self {
        Self { words, len }
    }

    /// A bit for each code, set if the code is wanted.
    pub(crate) fn from_codes(codes: &[u32], wanted: &[bool]) -> Self {
        let word =
            |codes: &[u32]| codes.iter().rev().fold(0, |word, &code| word << 1 | u64::from(wanted[code as usize]));
        Self { words: codes.chunks(64).map(word).collect(), len: codes.len() }
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

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + Clone + '_ {
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
    fn shifting_drops_the_last() {
        let mut bits = Bitmap::new(130);
        (62..130).for_each(|i| bits.set(i));
        bits.shift_up();
        assert_eq!(bits.iter().collect::<Vec<_>>(), (63..130).collect::<Vec<_>>());
    }

    #[test]
    fn codes_that_are_wanted_are_set() {
        let codes: Vec<u32> = (0..150).map(|i| i % 5).collect();
        let bits = Bitmap::from_codes(&codes, &[false, true, false, false, true]);
        assert_eq!(bits.iter().collect::<Vec<_>>(), (0..150).filter(|i| i % 5 % 3 == 1).collect::<Vec<_>>());
    }
}
