//! The rows of the commonest one- and two-letter needles, and of every character that separates words.

use super::is_word;
use crate::bitmap::Bitmap;
use crate::rows::RowSet;
use hashbrown::HashMap;

/// Rows looked at to learn which grams are common.
const SAMPLED_ROWS: usize = 8_192;
/// A character has a bitmap when one row in this many holds it.
const CHARACTER_SHARE: usize = 32;
/// A pair has a bitmap when one row in this many holds it.
const PAIR_SHARE: usize = 5;

/// One character, or two; a single one has NUL as its second.
type Gram = (char, char);

#[derive(Debug)]
pub(super) struct Grams {
    common: HashMap<Gram, Bitmap>,
    /// Rows of rare separator characters.
    rare: HashMap<char, Vec<u32>>,
}

impl Grams {
    /// The rows that hold `needle`, if they are ready.
    pub(super) fn get(&self, needle: &str) -> Option<RowSet<'_>> {
        let mut chars = needle.chars();
        let (first, second) = (chars.next()?, chars.next());
        if chars.next().is_some() {
            return None;
        }
        if let Some(bits) = self.common.get(&(first, second.unwrap_or('\0'))) {
            return Some(RowSet::borrowed(bits));
        }
        match second {
            None if !is_word(first) => Some(RowSet::Rows(self.rare.get(&first).cloned().unwrap_or_default())),
            _ => None,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.common.values().map(Bitmap::bytes).sum::<usize>()
            + self.rare.values().map(|r| r.capacity() * 4).sum::<usize>()
    }
}

/// Collects grams row by row. Slot 0 takes what is not common.
pub(super) struct GramBuilder {
    slots: HashMap<Gram, u16>,
    ascii: Vec<u16>,
    ascii_pairs: Vec<u16>,
    bitmaps: Vec<Bitmap>,
    /// For each slot the bits of the 64 rows at work.
    block: Vec<u64>,
    rare: HashMap<char, Vec<u32>>,
}

impl GramBuilder {
    /// Learns from a sample which grams are common.
    pub(super) fn sample(rows: usize, text: &impl Fn(u32, &mut String)) -> Self {
        let step = (rows / SAMPLED_ROWS).max(1);
        let mut counts: HashMap<Gram, (u32, u32)> = HashMap::new();
        let mut scratch = String::new();
        for row in (0..rows as u32).step_by(step) {
            scratch.clear();
            text(row, &mut scratch);
            let mut previous = None;
            for c in scratch.chars() {
                for gram in [Some((c, '\0')), previous.map(|p| (p, c))].into_iter().flatten() {
                    let (last, count) = counts.entry(gram).or_insert((u32::MAX, 0));
                    *count += u32::from(*last != row);
                    *last = row;
                }
                previous = Some(c);
            }
        }
        let sampled = rows.div_ceil(step);
        let mut builder = Self {
            slots: HashMap::new(),
            ascii: vec![0; 128],
            ascii_pairs: vec![0; 128 * 128],
            bitmaps: vec![Bitmap::new(rows)],
            block: Vec::new(),
            rare: HashMap::new(),
        };
        for (gram, (_, count)) in counts {
            let share = if gram.1 == '\0' { CHARACTER_SHARE } else { PAIR_SHARE };
            if gram.0 != '\0' && count as usize * share >= sampled {
                builder.add(gram, rows);
            }
        }
        builder.block = vec![0; builder.bitmaps.len()];
        builder
    }

    fn add(&mut self, gram: Gram, rows: usize) {
        let slot = self.bitmaps.len() as u16;
        self.bitmaps.push(Bitmap::new(rows));
        self.slots.insert(gram, slot);
        let (a, b) = (gram.0 as usize, gram.1 as usize);
        if b == 0 && a < 128 {
            self.ascii[a] = slot;
        } else if a < 128 && b < 128 {
            self.ascii_pairs[a * 128 + b] = slot;
        }
    }

    pub(super) fn row(&mut self, row: u32, text: &str) {
        let bit = 1 << (row % 64);
        let mut previous = '\0';
        for c in text.chars() {
            let (one, two) = if c.is_ascii() && previous.is_ascii() {
                (self.ascii[c as usize], self.ascii_pairs[previous as usize * 128 + c as usize])
            } else {
                (self.slot((c, '\0')), self.slot((previous, c)))
            };
            self.block[one as usize] |= bit;
            self.block[two as usize] |= bit;
            if one == 0 && !is_word(c) && c != '\0' {
                let rows = self.rare.entry(c).or_default();
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
            previous = c;
        }
        if row % 64 == 63 {
            self.flush(row);
        }
    }

    fn flush(&mut self, row: u32) {
        for (bitmap, bits) in self.bitmaps.iter_mut().zip(&mut self.block) {
            bitmap.set_word(row, std::mem::take(bits));
        }
    }

    /// `rows` is the number of rows given.
    pub(super) fn finish(mut self, rows: usize) -> Grams {
        if !rows.is_multiple_of(64) {
            self.flush(rows as u32 - 1);
        }
        let common = self
            .slots
            .into_iter()
            .map(|(gram, slot)| (gram, std::mem::take(&mut self.bitmaps[slot as usize])))
            .collect();
        self.rare.values_mut().for_each(Vec::shrink_to_fit);
        Grams { common, rare: self.rare }
    }

    fn slot(&self, gram: Gram) -> u16 {
        self.slots.get(&gram).copied().unwrap_or(0)
    }
}
