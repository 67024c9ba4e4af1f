//! The index of a text column: exact substring search by words and their order.
//!
//! A text is cut into words (runs of letters and digits) and separators (the rest). Each word of each row is an
//! *occurrence*; occurrences are numbered through all rows, and each row ends with one without a word, which carries
//! what follows the last word. A needle without separator lies inside words: the vocabulary is searched and the
//! posting lists of the words found are united. In a phrase the first word must end with the needle's first word, the
//! last begin with its last, and so on: bitmaps over occurrences, shifted by one and intersected, with bitmaps that
//! say which separator precedes an occurrence. Words that occur once need no posting list: they lie in a second
//! vocabulary in the order of their occurrences. One- and two-letter needles that most rows hold have their rows
//! ready. Only few candidates are looked at as text.

mod build;
mod grams;
mod runs;
mod separators;

use self::grams::Grams;
use self::runs::{Runs, is_word};
use self::separators::Separators;
use crate::bitmap::{Bitmap, RankBitmap};
use crate::postings::Postings;
use crate::rows::RowSet;
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
    separators: Separators,
    grams: Grams,
}

/// The words that match a piece of the needle.
struct Hits {
    head: Vec<u32>,
    tail: Vec<u32>,
    /// About so many.
    occurrences: usize,
}

impl TextIndex {
    /// The rows whose text holds `needle` (folded, not empty), or begins with it if `anchored`. `verify` answers the
    /// same for one row from its text.
    pub(crate) fn search(&self, needle: &str, anchored: bool, verify: impl Fn(u32) -> bool) -> RowSet<'_> {
        if !anchored && let Some(rows) = self.grams.get(needle) {
            return rows;
        }
        let runs: Vec<(&str, &str)> = Runs::new(needle).collect();
        let (trail, words) = match runs.split_last() {
            Some((&(trail, _), words)) if !words.is_empty() => (trail, words),
            _ => return self.search_separators(needle, anchored),
        };
        let lead = words[0].0;
        let last = words.len() - 1;
        let inner = words.iter().skip(1).map(|(separator, _)| separator);
        if inner.into_iter().any(|&separator| !self.separators.any(|s| s == separator)) {
            return RowSet::empty();
        }
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
            _ => self.search_phrase(words, trail, anchored, &hits),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.first.bytes()
            + self.once.bytes()
            + self.head.bytes()
            + self.postings.bytes()
            + self.tail.bytes()
            + self.separators.bytes()
            + self.grams.bytes()
    }

    /// The needle lies within one separator.
    fn search_separators(&self, needle: &str, anchored: bool) -> RowSet<'_> {
        let mut phrase = Bitmap::full(self.first.bits().len());
        if anchored {
            phrase.and(self.first.bits());
            self.separators.narrow(&mut phrase, |s| s.starts_with(needle));
        } else {
            self.separators.narrow(&mut phrase, |s| s.contains(needle));
        }
        self.rows_at(&phrase)
    }

    fn search_phrase(&self, words: &[(&str, &str)], trail: &str, anchored: bool, hits: &[Hits]) -> RowSet<'_> {
        let lead = words[0].0;
        let mut phrase = self.bitmap_of(&hits[0]);
        if anchored {
            phrase.and(self.first.bits());
            self.separators.narrow(&mut phrase, |s| s == lead);
        } else if !lead.is_empty() {
            self.separators.narrow(&mut phrase, |s| s.ends_with(lead));
        }
        for (&(separator, _), hits) in words.iter().zip(hits).skip(1) {
            self.advance(&mut phrase);
            phrase.and(&self.bitmap_of(hits));
            self.separators.narrow(&mut phrase, |s| s == separator);
        }
        if !trail.is_empty() {
            self.advance(&mut phrase);
            self.separators.narrow(&mut phrase, |s| s.starts_with(trail));
        }
        self.rows_at(&phrase)
    }

    /// Goes to the next occurrences of the same rows.
    fn advance(&self, occurrences: &mut Bitmap) {
        occurrences.shift_up();
        occurrences.and_not(self.first.bits());
    }

    fn rows_at(&self, occurrences: &Bitmap) -> RowSet<'_> {
        let mut rows = Bitmap::new(self.rows);
        occurrences.iter().for_each(|g| rows.set(self.row(g)));
        RowSet::owned(rows)
    }

    fn find(&self, word: &str, anchors: Anchors) -> Hits {
        let mut hits = Hits { head: Vec::new(), tail: Vec::new(), occurrences: 0 };
        self.head.matches(word, anchors, |id| {
            hits.occurrences += self.postings.estimate(id);
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

    fn rows_of(&self, hits: &Hits) -> RowSet<'_> {
        if RowSet::is_sparse(hits.occurrences, self.rows) {
            let mut rows = Vec::with_capacity(hits.occurrences);
            self.for_each_occurrence(hits, |g| rows.push(self.row(g)));
            rows.sort_unstable();
            rows.dedup();
            return RowSet::Rows(rows);
        }
        let mut rows = Bitmap::new(self.rows);
        self.for_each_occurrence(hits, |g| rows.set(self.row(g)));
        RowSet::owned(rows)
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

#[cfg(test)]
mod tests;
