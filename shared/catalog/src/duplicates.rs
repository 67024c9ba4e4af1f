//! Candidates for duplicates: valid videos that agree in duration, size and dimensions.

use crate::catalog::{Catalog, Part};
use crate::columns::VALID;
use crate::entry::Entry;
use uuid::Uuid;

/// Bits of the tables that tell fingerprints seen once from those seen again: 2 MB each.
const TABLE_BITS: u32 = 24;

/// Videos with the same fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateGroup {
    /// The oldest of them, oldest first.
    pub entries: Vec<Entry>,
    /// How many they are.
    pub count: usize,
}

/// Some groups of candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicates {
    /// The groups asked for; the one with the newest video first.
    pub groups: Vec<DuplicateGroup>,
    /// How many groups there are.
    pub total: usize,
}

/// Duration, size, width and height as they are stored, packed.
type Fingerprint = u128;

/// A row by its fingerprint, then its place in the order of creation.
type Candidate = (Fingerprint, u64, Uuid, u32, u32);

impl Catalog {
    /// Groups of at least two valid videos with the same duration, size, width and height, all of them known: the
    /// group with the newest video first, `offset` groups left out, `limit` at most, and of each at most `members`.
    pub fn duplicates(&self, offset: usize, limit: usize, members: usize) -> Duplicates {
        let mut candidates = self.candidates();
        candidates.sort_unstable();
        let mut groups: Vec<&[Candidate]> =
            candidates.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1).collect();
        groups.sort_unstable_by_key(|group| std::cmp::Reverse(group.last().map(|&(_, created, id, ..)| (created, id))));
        let group = |group: &&[Candidate]| DuplicateGroup {
            entries: group.iter().take(members).map(|&(.., part, row)| self.entry(part as usize, row)).collect(),
            count: group.len(),
        };
        Duplicates { groups: groups.iter().skip(offset).take(limit).map(group).collect(), total: groups.len() }
    }

    /// The rows whose fingerprint another one may share. A first look notes in tables which fingerprints' hashes come
    /// once and which again, a second takes the latter's rows, so that nothing is sorted but a few.
    fn candidates(&self) -> Vec<Candidate> {
        let (mut once, mut again) = (vec![0_u64; 1 << (TABLE_BITS - 6)], vec![0_u64; 1 << (TABLE_BITS - 6)]);
        for (_, _, fingerprint) in self.fingerprints() {
            let (word, bit) = place(fingerprint);
            again[word] |= once[word] & bit;
            once[word] |= bit;
        }
        drop(once);
        let shared = self.fingerprints().filter(|&(_, _, fingerprint)| {
            let (word, bit) = place(fingerprint);
            again[word] & bit != 0
        });
        let candidate = |(part, row, fingerprint): (u32, u32, Fingerprint)| {
            let columns = &self.parts[part as usize].segment.columns;
            (fingerprint, columns.created.get(row), columns.id(row), part, row)
        };
        shared.map(candidate).collect()
    }

    /// Every valid row of which all is known.
    fn fingerprints(&self) -> impl Iterator<Item = (u32, u32, Fingerprint)> + '_ {
        self.parts.iter().zip(0..).flat_map(|(part, number)| {
            part.rows().filter_map(move |row| fingerprint(part, row).map(|fingerprint| (number, row, fingerprint)))
        })
    }
}

fn fingerprint(part: &Part, row: u32) -> Option<Fingerprint> {
    let columns = &part.segment.columns;
    let i = row as usize;
    let (duration, width, height, size) =
        (columns.duration[i], columns.width[i], columns.height[i], columns.size.get(row));
    let known = duration != 0 && width != 0 && height != 0 && size != 0 && columns.flags[i] & VALID != 0;
    known.then(|| u128::from(size) << 64 | u128::from(duration) << 32 | u128::from(width) << 16 | u128::from(height))
}

/// Where a fingerprint is noted.
fn place(fingerprint: Fingerprint) -> (usize, u64) {
    let mixed = (fingerprint as u64 ^ (fingerprint >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> (64 - TABLE_BITS);
    (mixed as usize / 64, 1 << (mixed % 64))
}
