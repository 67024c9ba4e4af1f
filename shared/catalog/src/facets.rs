//! What the library holds: values to suggest, and sums by directory type.

use crate::catalog::{Catalog, Part};
use crate::columns::{VALID, Values, directory_type};
use crate::dictionary::Dictionary;
use crate::entry::DirectoryType;
use crate::fold::fold;
use std::collections::HashMap;

/// A field whose values can be suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// Tags.
    Tag,
    /// Producers.
    Producer,
    /// Creators.
    Creator,
}

/// The sums of one directory type, valid videos only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// Videos.
    pub count: u64,
    /// Bytes of those whose size is known.
    pub bytes: u64,
    /// Seconds of those whose duration is known.
    pub seconds: u64,
}

impl Facet {
    fn of(self, part: &Part) -> (&Dictionary, &Values) {
        let segment = &part.segment;
        match self {
            Self::Tag => (&segment.tags, &segment.columns.tags),
            Self::Producer => (&segment.producers, &segment.columns.producer.values),
            Self::Creator => (&segment.creators, &segment.columns.creator.values),
        }
    }
}

impl Catalog {
    /// The commonest values that hold `text` (without regard to case and accents), each with its number of videos.
    pub fn suggest(&self, facet: Facet, text: &str, limit: usize) -> Vec<(String, usize)> {
        let needle = fold(text);
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for part in &self.parts {
            let (dictionary, values) = facet.of(part);
            for id in dictionary.values_with(&needle) {
                let count = dictionary.count(id, part.dead.as_deref());
                if count > 0 {
                    *counts.entry(values.get(id)).or_default() += count;
                }
            }
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts.into_iter().take(limit).map(|(value, count)| (value.to_owned(), count)).collect()
    }

    /// The sums of each directory type, in the order of [`DirectoryType::ALL`].
    pub fn storage(&self) -> Vec<(DirectoryType, Storage)> {
        let mut sums: Vec<_> = DirectoryType::ALL.iter().map(|&kind| (kind, Storage::default())).collect();
        for part in &self.parts {
            let columns = &part.segment.columns;
            for row in part.rows() {
                let flags = columns.flags[row as usize];
                if let Some(kind) = directory_type(flags).filter(|_| flags & VALID != 0) {
                    let sum = &mut sums[kind as usize].1;
                    sum.count += 1;
                    sum.bytes += columns.size.get(row).saturating_sub(1);
                    sum.seconds += u64::from(columns.duration[row as usize].saturating_sub(1));
                }
            }
        }
        sums
    }
}
