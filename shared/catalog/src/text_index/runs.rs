//! Cutting a folded text into separators and words.

/// Whether a character belongs to a word.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// The words of a text, each with the separator before it; at last the empty word with what follows.
pub(super) struct Runs<'a> {
    rest: &'a str,
    ended: bool,
}

impl<'a> Runs<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, ended: false }
    }

    fn take(&mut self, of_words: bool) -> &'a str {
        let bytes = self.rest.as_bytes();
        let mut end = 0;
        while let Some(&byte) = bytes.get(end) {
            if byte.is_ascii() {
                if byte.is_ascii_alphanumeric() != of_words {
                    break;
                }
                end += 1;
            } else {
                match self.rest[end..].chars().next() {
                    Some(c) if is_word(c) == of_words => end += c.len_utf8(),
                    _ => break,
                }
            }
        }
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }
}

impl<'a> Iterator for Runs<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let separator = self.take(false);
        let word = self.take(true);
        self.ended = word.is_empty();
        Some((separator, word))
    }
}
