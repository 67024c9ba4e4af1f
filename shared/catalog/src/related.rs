//! Videos that go with a video.

use crate::catalog::Catalog;
use crate::columns::Coded;
use crate::dictionary::Dictionary;
use crate::entry::Entry;
use crate::fold::fold;
use crate::list::Matched;
use crate::query::{Filter, Query, Sort, SortBy};
use crate::rows::RowSet;
use crate::segment::Segment;
use crate::vocabulary::Anchors;
use std::collections::HashSet;
use uuid::Uuid;

const WHOLE: Anchors = Anchors { start: true, end: true };

/// How much a video goes with another; the greatest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// How many tags they share.
    tags: u32,
    /// How many of producer, creator and category they share.
    same: u32,
    views: u64,
    created: u64,
    id: Uuid,
}

/// What is compared of a video, folded.
struct Wanted {
    id: Uuid,
    tags: Vec<String>,
    producer: String,
    creator: String,
    category: String,
}

impl Catalog {
    /// Videos that meet the filter and go with a video, at most `limit`: those that share most tags first, of these the
    /// ones that share most of producer, creator and category (all compared without regard to case and accents), then
    /// the most viewed ones, then the newest. When there are too few, the most viewed others that meet the filter
    /// follow. The video itself is never among them.
    pub fn related(&self, id: Uuid, filter: &Filter, limit: usize) -> Vec<Entry> {
        let matched = self.matched(filter);
        let mut ranked: Vec<(Rank, usize, u32)> = Vec::new();
        if let Some(wanted) = self.get(id).as_ref().map(Wanted::new) {
            for part in &matched {
                let best = wanted.best_of(&self.parts[part.part].segment, part, limit);
                ranked.extend(best.into_iter().map(|(rank, row)| (rank, part.part, row)));
            }
        }
        ranked.sort_unstable_by_key(|&(rank, ..)| std::cmp::Reverse(rank));
        ranked.truncate(limit);
        let mut entries: Vec<Entry> = ranked.into_iter().map(|(_, part, row)| self.entry(part, row)).collect();
        if entries.len() < limit {
            let taken: HashSet<Uuid> = entries.iter().map(|entry| entry.id).chain([id]).collect();
            // One more than are missing, and as many as may be taken already.
            let query = Query {
                filter: filter.clone(),
                sort: Sort { by: SortBy::Views, descending: true },
                limit: limit.saturating_add(1),
                ..Query::default()
            };
            let others = self.list(&query).map_or_else(|_| Vec::new(), |page| page.entries);
            let missing = limit - entries.len();
            entries.extend(others.into_iter().filter(|entry| !taken.contains(&entry.id)).take(missing));
        }
        entries
    }
}

impl Wanted {
    fn new(entry: &Entry) -> Self {
        let mut tags: Vec<String> = entry.tags.iter().map(|tag| fold(tag)).filter(|tag| !tag.is_empty()).collect();
        tags.sort_unstable();
        tags.dedup();
        Self {
            id: entry.id,
            tags,
            producer: fold(&entry.producer),
            creator: fold(&entry.creator),
            category: fold(&entry.category),
        }
    }

    /// The rows of a segment that rank highest, of those that share anything.
    fn best_of(&self, segment: &Segment, matched: &Matched<'_>, limit: usize) -> Vec<(Rank, u32)> {
        let columns = &segment.columns;
        let itself = segment.row_of(self.id);
        let fields = self.fields(segment);
        let by_tags = tally(self.tags.iter().map(|tag| segment.tags.search(tag, WHOLE, None)), matched, itself);
        let mut best = choose(by_tags.iter().copied(), limit);
        if best.len() < limit {
            let same =
                fields.iter().map(|(dictionary, column, text)| dictionary.search(text, WHOLE, Some(&column.ids)));
            let same = tally(same, matched, itself);
            let others =
                same.into_iter().filter(|(row, _)| by_tags.binary_search_by_key(row, |&(row, _)| row).is_err());
            best.extend(choose(others, limit).into_iter().map(|(row, _)| (row, 0)));
        }
        let codes: Vec<(&Coded, Vec<u32>)> =
            fields.iter().map(|&(dictionary, column, text)| (column, dictionary.values_of(text))).collect();
        let rank = |(row, tags): (u32, u32)| {
            let shares = |(column, codes): &&(&Coded, Vec<u32>)| codes.contains(&column.ids[row as usize]);
            let rank = Rank {
                tags,
                same: codes.iter().filter(shares).count() as u32,
                views: columns.engagement.number(row, SortBy::Views),
                created: columns.created.get(row),
                id: columns.id(row),
            };
            (rank, row)
        };
        let mut ranked: Vec<(Rank, u32)> = best.into_iter().map(rank).collect();
        if limit < ranked.len() {
            ranked.select_nth_unstable_by_key(limit, |&(rank, _)| std::cmp::Reverse(rank));
            ranked.truncate(limit);
        }
        ranked
    }

    /// What the video has of producer, creator and category, with where to look for it.
    fn fields<'a>(&'a self, segment: &'a Segment) -> Vec<(&'a Dictionary, &'a Coded, &'a str)> {
        let columns = &segment.columns;
        let all = [
            (&segment.producers, &columns.producer, self.producer.as_str()),
            (&segment.creators, &columns.creator, self.creator.as_str()),
            (&segment.categories, &columns.category, self.category.as_str()),
        ];
        all.into_iter().filter(|(.., text)| !text.is_empty()).collect()
    }
}

/// In how many of the sets each matching row is, ascending by row; `but` left out.
fn tally<'a>(sets: impl Iterator<Item = RowSet<'a>>, matched: &Matched<'_>, but: Option<u32>) -> Vec<(u32, u32)> {
    let mut rows: Vec<u32> = Vec::new();
    for set in sets {
        set.intersect_with(&matched.set).for_each(|row| rows.push(row));
    }
    rows.sort_unstable();
    let same = rows.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32));
    same.filter(|&(row, _)| Some(row) != but).collect()
}

/// Those with the greatest numbers: at least `limit` if there are so many, and all that are equal to the last of them.
fn choose(numbered: impl Iterator<Item = (u32, u32)> + Clone, limit: usize) -> Vec<(u32, u32)> {
    let mut counts: Vec<usize> = Vec::new();
    for (_, number) in numbered.clone() {
        let number = number as usize;
        if counts.len() <= number {
            counts.resize(number + 1, 0);
        }
        counts[number] += 1;
    }
    let mut chosen = 0;
    let least = counts.iter().rposition(|count| {
        chosen += count;
        chosen >= limit
    });
    numbered.filter(|&(_, number)| number as usize >= least.unwrap_or(0)).collect()
}
