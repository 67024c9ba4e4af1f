//! A vocabulary: many words in one arena, searched as one string.

use memchr::memmem;

/// One word in this many has its place noted.
const SAMPLE: usize = 64;

/// Which of a word's ends a needle must touch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Anchors {
    pub(crate) start: bool,
    pub(crate) end: bool,
}

/// Words without NUL, numbered from 0, each between two NULs: `\0one\0two\0`.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    arena: Vec<u8>,
    samples: Vec<u32>,
    len: usize,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self { arena: vec![0], samples: Vec::new(), len: 0 }
    }
}

impl Vocabulary {
    pub(crate) fn push(&mut self, word: &[u8]) {
        if self.len.is_multiple_of(SAMPLE) {
            self.samples.push(self.arena.len() as u32 - 1);
        }
        self.arena.extend_from_slice(word);
        self.arena.push(0);
        self.len += 1;
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn shrink(&mut self) {
        self.arena.shrink_to_fit();
        self.samples.shrink_to_fit();
    }

    /// Calls `each` with the number of every word that holds `needle`, ascending.
    pub(crate) fn matches(&self, needle: &str, anchors: Anchors, mut each: impl FnMut(u32)) {
        let mut pattern = Vec::with_capacity(needle.len() + 2);
        pattern.extend(anchors.start.then_some(0));
        pattern.extend_from_slice(needle.as_bytes());
        pattern.extend(anchors.end.then_some(0));
        let finder = memmem::Finder::new(&pattern);
        // `word` delimiters lie before `counted`.
        let (mut at, mut counted, mut word) = (0, 0, 0);
        while let Some(found) = finder.find(&self.arena[at..]) {
            let hit = at + found;
            if hit - counted > SAMPLE * 32 {
                let sample = self.samples.partition_point(|&s| s as usize <= hit) - 1;
                (counted, word) = (self.samples[sample] as usize, sample * SAMPLE);
            }
            word += count_delimiters(&self.arena[counted..=hit]);
            counted = hit + 1;
            each(word as u32 - 1);
            let Some(end) = memchr::memchr(0, &self.arena[hit + 1..]) else { break };
            at = hit + 1 + end;
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.arena.capacity() + self.samples.capacity() * 4
    }
}

/// How many NULs there are, eight bytes at a time: the slices are short.
fn count_delimiters(bytes: &[u8]) -> usize {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let (words, rest) = bytes.as_chunks();
    let mut count = rest.iter().map(|&byte| usize::from(byte == 0)).sum();
    // A byte of `lanes` counts to 255 at most.
    for words in words.chunks(255) {
        let mut lanes = 0;
        for word in words {
            let word = u64::from_le_bytes(*word);
            lanes += !(((word & LOW) + LOW) | word | LOW) >> 7;
        }
        count += lanes.to_le_bytes().iter().map(|&lane| usize::from(lane)).sum::<usize>();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_counted() {
        let bytes: Vec<u8> = (0..5_000_u32).map(|i| [0, 1, 0x7f, 0x80, 0xff, 0, 0x81][(i * i % 7) as usize]).collect();
        for len in [0, 1, 7, 8, 9, 100, 2_039, 2_040, 2_041, 5_000] {
            assert_eq!(count_delimiters(&bytes[..len]), bytes[..len].split(|&b| b == 0).count() - 1);
        }
        assert_eq!(count_delimiters(&[0; 5_000]), 5_000);
    }

    #[test]
    fn every_word_is_found_once() {
        let words: Vec<String> =
            (0..5_000_u32).map(|i| format!("{:x}", i.wrapping_mul(2_654_435_761) % 70_000)).collect();
        let mut vocabulary = Vocabulary::default();
        for w in &words {
            vocabulary.push(w.as_bytes());
        }
        for needle in ["a", "ff", "1", "e5", words[4_999].as_str(), "fff", "zz"] {
            for (start, end) in [(false, false), (true, false), (false, true), (true, true)] {
                let mut found = Vec::new();
                vocabulary.matches(needle, Anchors { start, end }, |i| found.push(i as usize));
                let expected: Vec<usize> = (0..words.len())
                    .filter(|&i| {
                        let w = &words[i];
                        match (start, end) {
                            (false, false) => w.contains(needle),
                            (true, false) => w.starts_with(needle),
                            (false, true) => w.ends_with(needle),
                            (true, true) => w == needle,
                        }
                    })
                    .collect();
                assert_eq!(found, expected, "{needle} {start} {end}");
            }
        }
    }
}
