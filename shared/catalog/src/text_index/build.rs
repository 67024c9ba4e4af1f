//! Building the index of a text column.

use super::TextIndex;
use super::grams::GramBuilder;
use super::runs::Runs;
use super::separators::Separators;
use crate::bitmap::{Bitmap, RankBitmap};
use crate::interner::Interner;
use crate::postings::Postings;
use crate::vocabulary::Vocabulary;

/// The word of a row's last occurrence.
const NO_WORD: u32 = u32::MAX;
/// Marks a word that occurs once.
const ONCE: u32 = NO_WORD - 1;

impl TextIndex {
    /// Indexes the folded texts that `text` appends for each of `rows` rows.
    pub(crate) fn build(rows: usize, text: impl Fn(u32, &mut String)) -> Self {
        let mut grams = GramBuilder::sample(rows, &text);
        let mut words = Interner::default();
        let mut separators = Interner::default();
        let empty = separators.intern(b"");
        let space = separators.intern(b" ");
        let (mut word_of, mut separator_of, mut starts) = (Vec::new(), Vec::new(), Vec::with_capacity(rows));
        let mut scratch = String::new();
        for row in 0..rows as u32 {
            scratch.clear();
            text(row, &mut scratch);
            grams.row(row, &scratch);
            starts.push(word_of.len() as u32);
            for (separator, word) in Runs::new(&scratch) {
                separator_of.push(match separator {
                    "" => empty,
                    " " => space,
                    other => separators.intern(other.as_bytes()),
                });
                word_of.push(if word.is_empty() { NO_WORD } else { words.intern(word.as_bytes()) });
            }
        }
        let occurrences = word_of.len();
        let mut first = Bitmap::new(occurrences);
        for start in starts {
            first.set(start);
        }
        let separators = Separators::build(&separators, &separator_of);
        drop(separator_of);
        let (head, tail, once, postings) = vocabularies(&words, word_of);
        Self {
            rows,
            first: RankBitmap::new(first),
            once: RankBitmap::new(once),
            head,
            postings,
            tail,
            separators,
            grams: grams.finish(rows),
        }
    }
}

/// Parts words that occur often (with posting lists) from those that occur once (in order of occurrence).
fn vocabularies(words: &Interner, word_of: Vec<u32>) -> (Vocabulary, Vocabulary, Bitmap, Postings) {
    let mut counts = vec![0_u32; words.len()];
    word_of.iter().filter(|&&word| word != NO_WORD).for_each(|&word| counts[word as usize] += 1);
    let (mut head, mut tail) = (Vocabulary::default(), Vocabulary::default());
    // Words that begin alike get numbers in a row, and posting lists side by side.
    let mut often: Vec<u32> = (0..words.len() as u32).filter(|&word| counts[word as usize] != 1).collect();
    often.sort_unstable_by_key(|&word| words.get(word));
    // From here on a word's count is replaced by its number in the head, or by the mark of occurring once.
    let mut number = counts;
    number.fill(ONCE);
    for word in often {
        number[word as usize] = head.len() as u32;
        head.push(words.get(word));
    }
    let mut once = Bitmap::new(word_of.len());
    let mut numbers = word_of;
    for (occurrence, word) in numbers.iter_mut().enumerate() {
        if *word == NO_WORD {
            continue;
        }
        let id = *word;
        *word = number[id as usize];
        if *word == ONCE {
            tail.push(words.get(id));
            once.set(occurrence as u32);
        }
    }
    let postings = Postings::build(head.len(), numbers.iter().zip(0..).map(|(&word, occurrence)| (word, occurrence)));
    head.shrink();
    tail.shrink();
    (head, tail, once, postings)
}
