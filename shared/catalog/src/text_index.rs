//! The index of a text column: exact substring search by words and their order.
//!
//! A text is cut into words (runs of letters and digits) and separators (the rest). Each word of each row is an
//! *occurrence*; occurrences are numbered through all rows, and each row ends with one without a word, which carries
//! what follows the last word. A needle without separator lies inside words: the vocabulary is searched and the
//! posting lists of the words found are united. In a phrase the first word must end with the needle's first word, the
//! last begin with its last, and so on: bitmaps over occurrences, shifted by one and intersected, with bitmaps that
//! say which separator precedes an occurrence. Words that occur once need no posting list: they lie in a second
//! vocabulary in the order of their occurrences. One- and two-letter needles that most rows hold have their rows
//! ready. Only rows with rare separators, or few candidates, are looked at as text.

mod build;
mod grams;
mod runs;

use self::grams::Grams;
use self::runs::{Runs, is_word};
use crate::bitmap::{Bitmap, RankBitmap, RowSet};
use crate::postings::Postings;
use crate::vocabulary::{Anchors, Vocabulary};

/// The index of one text column.
#[derive(Debug)]
pub(crate) struct TextIndex {
    rows: usize,
    /// The first occurrence of each row.
    first: RankBitmap,
    /// Occurrences of words that occur nowhere else.
    once: RankBitmap,
    head: Vocabulary,
    postings: Postings,
    tail: Vocabulary,
    /// The commonest separators, each with the occurrences it precedes.
    separators: Vec<(String, Bitmap)>,
    grams: Grams,
}

/// The words that match a piece of the needle.
struct Hits {
    head: Vec<u32>,
    tail: Vec<u32>,
    occurrences: usize,
}

impl TextIndex {
    /// The rows whose text holds `needle` (folded, not empty), or begins with it if `anchored`. `verify` answers the
    /// same for one row from its text.
    pub(crate) fn search(&self, needle: &str, anchored: bool, verify: impl Fn(u32) -> bool) -> RowSet {
        if !anchored && let Some(rows) = self.grams.get(needle) {
            return rows;
        }
        let runs: Vec<(&str, &str)> = Runs::new(needle).collect();
        let (trail, words) = match runs.split_last() {
            Some((&(trail, _), words)) if !words.is_empty() => (trail, words),
            _ => return self.search_separators(needle, verify),
        };
        let lead = words[0].0;
        let last = words.len() - 1;
        let hits: Vec<Hits> = words
            .iter()
            .enumerate()
            .map(|(i, (_, word))| {
                let start = i > 0 || anchored || !lead.is_empty();
                self.find(word, Anchors { start, end: i < last || !trail.is_empty() })
            })
            .collect();
        if last == 0 && !anchored && lead.is_empty() && trail.is_empty() {
            return self.rows_of(&hits[0]);
        }
        match hits.iter().min_by_key(|h| h.occurrences) {
            Some(rarest) if RowSet::is_sparse(rarest.occurrences, self.rows) => {
                let mut rows = self.rows_of(rarest);
                if let RowSet::Rows(rows) = &mut rows {
                    rows.retain(|&row| verify(row));
                }
                rows
            }
            _ => self.search_phrase(words, trail, anchored, &hits, verify),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let separators: usize = self.separators.iter().map(|(_, bits)| bits.bytes()).sum();
        self.first.bytes()
            + self.once.bytes()
            + self.head.bytes()
            + self.postings.bytes()
            + self.tail.bytes()
            + separators
            + self.grams.bytes()
    }

    fn search_separators(&self, needle: &str, verify: impl Fn(u32) -> bool) -> RowSet {
        let mut rows: Option<RowSet> = None;
        for c in needle.chars() {
            let with_c = self.grams.get(c.encode_utf8(&mut [0; 4])).unwrap_or_else(RowSet::empty);
            rows = Some(match rows {
                Some(rows) => rows.intersect(with_c),
                None => with_c,
            });
        }
        match rows.unwrap_or_else(RowSet::empty) {
            RowSet::Bits(mut bits) => {
                let misses: Vec<u32> = bits.iter().filter(|&row| !verify(row)).collect();
                misses.into_iter().for_each(|row| bits.clear(row));
                RowSet::Bits(bits)
            }
            RowSet::Rows(mut rows) => {
                rows.retain(|&row| verify(row));
                RowSet::Rows(rows)
            }
        }
    }

    fn search_phrase(
        &self,
        words: &[(&str, &str)],
        trail: &str,
        anchored: bool,
        hits: &[Hits],
        verify: impl Fn(u32) -> bool,
    ) -> RowSet {
        let lead = words[0].0;
        let mut phrase = Phrase { index: self, exact: self.bitmap_of(&hits[0]), open: None };
        if anchored {
            phrase.narrow(|bits| bits.and(self.first.bits()));
            phrase.after_separator(|s| s == lead, !self.is_common(lead));
        } else if !lead.is_empty() {
            phrase.after_separator(|s| s.ends_with(lead), true);
        }
        for (&(separator, _), hits) in words.iter().zip(hits).skip(1) {
            phrase.advance();
            let bits = self.bitmap_of(hits);
            phrase.narrow(|acc| acc.and(&bits));
            phrase.after_separator(|s| s == separator, !self.is_common(separator));
        }
        if !trail.is_empty() {
            phrase.advance();
            phrase.after_separator(|s| s.starts_with(trail), true);
        }
        let mut rows = Bitmap::new(self.rows);
        phrase.exact.iter().for_each(|g| rows.set(self.row(g)));
        if let Some(open) = phrase.open {
            let mut looked_at = u32::MAX;
            for row in open.iter().map(|g| self.row(g)) {
                if row != looked_at && !rows.get(row) && verify(row) {
                    rows.set(row);
                }
                looked_at = row;
            }
        }
        RowSet::Bits(rows)
    }

    fn is_common(&self, separator: &str) -> bool {
        self.separators.iter().any(|(s, _)| s == separator)
    }

    fn find(&self, word: &str, anchors: Anchors) -> Hits {
        let mut hits = Hits { head: Vec::new(), tail: Vec::new(), occurrences: 0 };
        self.head.matches(word, anchors, |id| {
            hits.occurrences += self.postings.count(id);
            hits.head.push(id);
        });
        self.tail.matches(word, anchors, |id| hits.tail.push(id));
        hits.occurrences += hits.tail.len();
        hits
    }

    fn for_each_occurrence(&self, hits: &Hits, mut each: impl FnMut(u32)) {
        hits.head.iter().for_each(|&id| self.postings.for_each(id, &mut each));
        let mut hint = 0;
        for &id in &hits.tail {
            let occurrence = self.once.select(id, hint);
            hint = occurrence as usize / 64;
            each(occurrence);
        }
    }

    fn rows_of(&self, hits: &Hits) -> RowSet {
        if RowSet::is_sparse(hits.occurrences, self.rows) {
            let mut rows = Vec::with_capacity(hits.occurrences);
            self.for_each_occurrence(hits, |g| rows.push(self.row(g)));
            rows.sort_unstable();
            rows.dedup();
            return RowSet::Rows(rows);
        }
        let mut rows = Bitmap::new(self.rows);
        self.for_each_occurrence(hits, |g| rows.set(self.row(g)));
        RowSet::Bits(rows)
    }

    fn bitmap_of(&self, hits: &Hits) -> Bitmap {
        let mut bits = Bitmap::new(self.first.bits().len());
        self.for_each_occurrence(hits, |g| bits.set(g));
        bits
    }

    #[inline]
    fn row(&self, occurrence: u32) -> u32 {
        self.first.rank_through(occurrence) - 1
    }
}

/// Occurrences at which a phrase may stand, as far as it was read.
struct Phrase<'a> {
    index: &'a TextIndex,
    /// Certain so far.
    exact: Bitmap,
    /// Not certain: a rare separator must be looked at. Holds the certain ones too.
    open: Option<Bitmap>,
}

impl Phrase<'_> {
    fn narrow(&mut self, narrow: impl Fn(&mut Bitmap)) {
        narrow(&mut self.exact);
        self.open.iter_mut().for_each(narrow);
    }

    /// Goes to the next occurrence of the same row.
    fn advance(&mut self) {
        self.narrow(|bits| {
            bits.shift_up();
            bits.and_not(self.index.first.bits());
        });
    }

    /// Keeps occurrences behind a separator that `fits`; with `rare`, those behind a rare one stay open.
    fn after_separator(&mut self, fits: impl Fn(&str) -> bool, rare: bool) {
        let mut fitting = Bitmap::new(self.exact.len());
        let mut others = Bitmap::new(self.exact.len());
        for (separator, bits) in &self.index.separators {
            if fits(separator) { fitting.or(bits) } else { others.or(bits) }
        }
        if rare {
            let mut open = self.open.take().unwrap_or_else(|| self.exact.clone());
            open.and_not(&others);
            self.open = Some(open);
        } else if let Some(open) = &mut self.open {
            open.and(&fitting);
        }
        self.exact.and(&fitting);
    }
}

#[cfg(test)]
mod tests;
