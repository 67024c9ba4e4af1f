//! The closed sets and yes-no fields: a bitmap for every value, and how often each combination occurs.

use crate::bitmap::Bitmap;
use crate::columns::{AUDIO, LOCKED, PUBLISHED, VALID, directory_type, orientation, quality};
use crate::entry::{DirectoryType, Orientation, Quality};
use crate::query::Filter;
use crate::rows::Overlap;
use std::borrow::Cow;

/// A bitmap for every value of the closed sets and every yes-no field.
#[derive(Debug)]
pub(crate) struct FlagSets {
    directory_types: Vec<Bitmap>,
    orientations: Vec<Bitmap>,
    qualities: Vec<Bitmap>,
    audio: Bitmap,
    valid: Bitmap,
    published: Bitmap,
    locked: Bitmap,
}

/// How many rows have each combination of flags: few combinations occur, so a filter of flags alone is counted
/// without looking at the rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct FlagCounts(Vec<(u16, u32)>);

impl FlagCounts {
    pub(crate) fn new(flags: &[u16]) -> Self {
        let mut counts = vec![0_u32; 1 << 16];
        for &flags in flags {
            counts[usize::from(flags)] += 1;
        }
        Self((0..=u16::MAX).zip(counts).filter(|&(_, count)| count > 0).collect())
    }

    /// A row with these flags is gone.
    pub(crate) fn remove(&mut self, flags: u16) {
        if let Ok(place) = self.0.binary_search_by_key(&flags, |&(flags, _)| flags) {
            self.0[place].1 -= 1;
        }
    }

    /// How many rows meet what the filter says of flags.
    pub(crate) fn count(&self, filter: &Filter) -> usize {
        let wanted = Wanted::new(filter);
        self.0.iter().filter(|(flags, _)| wanted.accepts(*flags)).map(|&(_, count)| count as usize).sum()
    }
}

/// What a filter says of flags, ready to be compared.
struct Wanted {
    directory_types: u32,
    orientations: u32,
    qualities: u32,
    mask: u16,
    bits: u16,
}

impl Wanted {
    fn new(filter: &Filter) -> Self {
        let any_of = |numbers: &mut dyn Iterator<Item = usize>| {
            let set = numbers.fold(0, |set, number| set | 1 << number);
            if set == 0 { u32::MAX } else { set }
        };
        let mut wanted = Self {
            directory_types: any_of(&mut filter.directory_types.iter().map(|&v| v as usize)),
            orientations: any_of(&mut filter.orientations.iter().map(|&v| v as usize + 1)),
            qualities: any_of(&mut filter.qualities.iter().map(|&v| v as usize + 1)),
            mask: 0,
            bits: 0,
        };
        for (value, bit) in [
            (filter.has_audio, AUDIO),
            (filter.is_valid, VALID),
            (filter.published, PUBLISHED),
            (filter.locked, LOCKED),
        ] {
            if let Some(value) = value {
                wanted.mask |= bit;
                wanted.bits |= if value { bit } else { 0 };
            }
        }
        wanted
    }

    fn accepts(&self, flags: u16) -> bool {
        flags & self.mask == self.bits
            && self.directory_types >> (flags & 0xf) & 1 == 1
            && self.orientations >> (flags >> 4 & 3) & 1 == 1
            && self.qualities >> (flags >> 6 & 7) & 1 == 1
    }
}

impl FlagSets {
    pub(crate) fn build(flags: &[u16]) -> Self {
        let sets = |count: usize| vec![Bitmap::new(flags.len()); count];
        let mut built = Self {
            directory_types: sets(DirectoryType::ALL.len()),
            orientations: sets(Orientation::ALL.len()),
            qualities: sets(Quality::ALL.len()),
            audio: Bitmap::new(flags.len()),
            valid: Bitmap::new(flags.len()),
            published: Bitmap::new(flags.len()),
            locked: Bitmap::new(flags.len()),
        };
        for (&flags, row) in flags.iter().zip(0..) {
            if let Some(v) = directory_type(flags) {
                built.directory_types[v as usize].set(row);
            }
            if let Some(v) = orientation(flags) {
                built.orientations[v as usize].set(row);
            }
            if let Some(v) = quality(flags) {
                built.qualities[v as usize].set(row);
            }
            for (bit, set) in [
                (AUDIO, &mut built.audio),
                (VALID, &mut built.valid),
                (PUBLISHED, &mut built.published),
                (LOCKED, &mut built.locked),
            ] {
                if flags & bit != 0 {
                    set.set(row);
                }
            }
        }
        built
    }

    /// Leaves only the rows that meet what the filter says of flags.
    pub(crate) fn narrow<'a>(&'a self, set: &mut Overlap<'a>, filter: &Filter) {
        let any_of = [
            one_of(filter.directory_types.iter().map(|&v| &self.directory_types[v as usize])),
            one_of(filter.orientations.iter().map(|&v| &self.orientations[v as usize])),
            one_of(filter.qualities.iter().map(|&v| &self.qualities[v as usize])),
        ];
        any_of.into_iter().flatten().for_each(|bits| set.keep(bits));
        let yes_no = [
            (filter.has_audio, &self.audio),
            (filter.is_valid, &self.valid),
            (filter.published, &self.published),
            (filter.locked, &self.locked),
        ];
        for (wanted, bits) in yes_no {
            match wanted {
                Some(true) => set.keep(Cow::Borrowed(bits)),
                Some(false) => set.leave_out(bits),
                None => {}
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let lists = self.directory_types.iter().chain(&self.orientations).chain(&self.qualities);
        lists.chain([&self.audio, &self.valid, &self.published, &self.locked]).map(Bitmap::bytes).sum()
    }
}

/// The union of the sets, or nothing if there is none.
fn one_of<'a>(mut sets: impl Iterator<Item = &'a Bitmap>) -> Option<Cow<'a, Bitmap>> {
    let mut any = Cow::Borrowed(sets.next()?);
    for set in sets {
        any.to_mut().or(set);
    }
    Some(any)
}
