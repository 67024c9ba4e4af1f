//! The texts of a column in a small segment: too few for an index, so they lie folded in a row and are read.

use crate::rows::RowSet;
use crate::text_index::TextIndex;
use memchr::memmem::Finder;

/// A searchable text column.
#[derive(Debug)]
pub(crate) enum Texts {
    Indexed(Box<TextIndex>),
    Folded(Folded),
}

/// Folded texts, each with a NUL behind it, which no needle has.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    arena: String,
    starts: Vec<u32>,
}

impl Texts {
    pub(crate) fn indexed(index: TextIndex) -> Self {
        Self::Indexed(Box::new(index))
    }

    /// The rows whose text holds the folded `needle`, or begins with it if `anchored`. `verify` answers the same for
    /// one row.
    pub(crate) fn search(&self, needle: &str, anchored: bool, verify: impl Fn(u32) -> bool) -> RowSet<'_> {
        match self {
            Self::Indexed(index) => index.search(needle, anchored, verify),
            Self::Folded(texts) => RowSet::Rows(texts.search(needle, anchored)),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Indexed(index) => index.bytes(),
            Self::Folded(texts) => texts.arena.capacity() + texts.starts.capacity() * 4,
        }
    }
}

impl Folded {
    /// The folded texts that `text` appends for each of `rows` rows.
    pub(crate) fn new(rows: usize, text: impl Fn(u32, &mut String)) -> Self {
        let mut folded = Self::default();
        for row in 0..rows as u32 {
            folded.starts.push(folded.arena.len() as u32);
            text(row, &mut folded.arena);
            folded.arena.push('\0');
        }
        folded.arena.shrink_to_fit();
        folded.starts.shrink_to_fit();
        folded
    }

    fn search(&self, needle: &str, anchored: bool) -> Vec<u32> {
        let rows = 0..self.starts.len() as u32;
        if anchored {
            let begins = |row: &u32| self.arena[self.starts[*row as usize] as usize..].starts_with(needle);
            return rows.filter(begins).collect();
        }
        let finder = Finder::new(needle);
        let (mut found, mut row, mut at) = (Vec::new(), 0, 0);
        while let Some(place) = finder.find(&self.arena.as_bytes()[at..]) {
            row += self.starts[row..].partition_point(|&start| start as usize <= at + place);
            found.push(row as u32 - 1);
            let Some(&next) = self.starts.get(row) else { break };
            at = next as usize;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_row_once_and_nothing_across_rows() {
        let texts = ["one two two", "", "two", "three\0tworow", "o", "ne"];
        let folded = Folded::new(texts.len(), |row, out| out.push_str(texts[row as usize]));
        let cases: [(&str, bool, &[u32]); 7] = [
            ("two", false, &[0, 2, 3]),
            ("two", true, &[2]),
            ("o", false, &[0, 2, 3, 4]),
            ("one", false, &[0]),
            ("ne", false, &[0, 5]),
            ("n", true, &[5]),
            ("zz", false, &[]),
        ];
        for (needle, anchored, rows) in cases {
            assert_eq!(folded.search(needle, anchored), rows, "{needle}");
        }
    }
}
