//! Sums and counts over the videos that meet a filter.

use crate::catalog::Catalog;
use crate::fold::fold;
use crate::query::Filter;
use crate::rows::RowSet;
use std::borrow::Cow;
use std::collections::HashMap;

/// What viewers did with some videos altogether.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many videos these are.
    pub videos: u64,
    /// Views.
    pub views: u64,
    /// Seconds watched.
    pub watch_time: u64,
    /// Upvotes.
    pub upvotes: u64,
    /// Comments.
    pub comments: u64,
    /// Times watched to the end.
    pub completions: u64,
}

impl Catalog {
    /// The sums over all videos that meet a filter.
    pub fn totals(&self, filter: &Filter) -> Totals {
        let mut totals = Totals::default();
        for matched in self.matched(filter) {
            totals.videos += matched.count as u64;
            let engagement = &self.parts[matched.part].segment.columns.engagement;
            let mut add = |row: u32| {
                if let Some(place) = engagement.place(row) {
                    let engaged = engagement.at(place);
                    totals.views += u64::from(engaged.views);
                    totals.watch_time += engaged.watch_time;
                    totals.upvotes += u64::from(engaged.upvotes);
                    totals.comments += u64::from(engaged.comments);
                    totals.completions += u64::from(engaged.completions);
                }
            };
            match matched.set {
                RowSet::Rows(rows) => rows.into_iter().for_each(&mut add),
                RowSet::Bits(mut bits) => {
                    bits.keep(Cow::Borrowed(engagement.rows()));
                    bits.iter().for_each(&mut add);
                }
            }
        }
        totals
    }

    /// The categories of the videos that meet a filter, the commonest first, each with as many videos as a list
    /// filtered by it as well has: spellings that differ in case and accents are one, shown as most have it.
    pub fn categories(&self, filter: &Filter) -> Vec<(String, usize)> {
        let mut spellings: HashMap<&str, usize> = HashMap::new();
        for matched in self.matched(filter) {
            let column = &self.parts[matched.part].segment.columns.category;
            let mut counts = vec![0_usize; column.values.len()];
            matched.set.for_each(|row| counts[column.ids[row as usize] as usize] += 1);
            for (&count, id) in counts.iter().zip(0..).filter(|&(&count, id)| count > 0 && id != 0) {
                *spellings.entry(column.values.get(id)).or_default() += count;
            }
        }
        let mut spellings: Vec<(&str, usize)> = spellings.into_iter().collect();
        let common_first = |a: &(&str, usize), b: &(&str, usize)| b.1.cmp(&a.1).then(a.0.cmp(b.0));
        spellings.sort_unstable_by(common_first);
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut categories: Vec<(&str, usize)> = Vec::new();
        for (value, count) in spellings {
            let place = *places.entry(fold(value)).or_insert(categories.len());
            match categories.get_mut(place) {
                Some(category) => category.1 += count,
                None => categories.push((value, count)),
            }
        }
        categories.sort_unstable_by(common_first);
        categories.into_iter().map(|(value, count)| (value.to_owned(), count)).collect()
    }
}
