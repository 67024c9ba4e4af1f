//! Which separator precedes each occurrence.

use crate::bitmap::{Bitmap, RankBitmap};
use crate::interner::Interner;

/// At most this many separators have a bitmap of their own.
const COMMON: usize = 6;
/// … and only those before one occurrence in this many.
const COMMON_SHARE: usize = 128;

/// Common separators as a bitmap each, rare ones by number.
#[derive(Debug)]
pub(super) struct Separators {
    common: Vec<(Box<str>, Bitmap)>,
    rare: Vec<Box<str>>,
    /// The occurrences behind a rare separator, and its number for each.
    behind_rare: RankBitmap,
    rare_of: Vec<u32>,
}

impl Separators {
    /// `of` are the numbers in `all` of the separators before each occurrence.
    pub(super) fn build(all: &Interner, of: &[u32]) -> Self {
        let text = |id: u32| String::from_utf8_lossy(all.get(id)).into_owned().into_boxed_str();
        let mut counts: Vec<(usize, u32)> = (0..all.len() as u32).map(|id| (0, id)).collect();
        for &id in of {
            counts[id as usize].0 += 1;
        }
        counts.sort_unstable_by_key(|&(count, _)| std::cmp::Reverse(count));
        counts.truncate(COMMON);
        counts.retain(|&(count, _)| count * COMMON_SHARE >= of.len().max(1));
        let mut place = vec![u32::MAX; all.len()];
        counts.iter().zip(0..).for_each(|(&(_, id), i)| place[id as usize] = i);
        let mut common: Vec<_> = counts.iter().map(|&(_, id)| (text(id), Bitmap::new(of.len()))).collect();
        let mut rare = Vec::new();
        for (place, id) in place.iter_mut().zip(0..) {
            if *place == u32::MAX {
                *place = (common.len() + rare.len()) as u32;
                rare.push(text(id));
            }
        }
        let mut behind_rare = Bitmap::new(of.len());
        let mut rare_of = Vec::new();
        for (&id, occurrence) in of.iter().zip(0..) {
            let place = place[id as usize] as usize;
            if let Some((_, bits)) = common.get_mut(place) {
                bits.set(occurrence);
            } else {
                behind_rare.set(occurrence);
                rare_of.push((place - counts.len()) as u32);
            }
        }
        rare_of.shrink_to_fit();
        Self { common, rare, behind_rare: RankBitmap::new(behind_rare), rare_of }
    }

    /// Whether any separator fits.
    pub(super) fn any(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.common.iter().map(|(separator, _)| separator).chain(&self.rare).any(|separator| fits(separator))
    }

    /// Clears the occurrences whose separator does not fit.
    pub(super) fn narrow(&self, occurrences: &mut Bitmap, fits: impl Fn(&str) -> bool) {
        let mut fitting = Bitmap::new(occurrences.len());
        for (separator, bits) in &self.common {
            if fits(separator) {
                fitting.or(bits);
            }
        }
        let rare: Vec<bool> = self.rare.iter().map(|separator| fits(separator)).collect();
        if rare.contains(&true) {
            let mut behind = occurrences.clone();
            behind.and(self.behind_rare.bits());
            for occurrence in behind.iter() {
                let nth = self.behind_rare.rank_through(occurrence) - 1;
                if rare[self.rare_of[nth as usize] as usize] {
                    fitting.set(occurrence);
                }
            }
        }
        occurrences.and(&fitting);
    }

    pub(super) fn bytes(&self) -> usize {
        self.common.iter().map(|(_, bits)| bits.bytes()).sum::<usize>()
            + self.rare.iter().map(|separator| separator.len() + size_of::<Box<str>>()).sum::<usize>()
            + self.behind_rare.bytes()
            + self.rare_of.capacity() * 4
    }
}
