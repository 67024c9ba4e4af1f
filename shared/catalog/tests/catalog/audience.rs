//! What the gallery and the analytics ask, against the same worked out row by row.

use crate::naive::{self, Random, Table};
use framehouse_catalog::*;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Compares sums, categories and related videos.
pub(crate) fn compare(catalog: &Catalog, table: &Table, random: &mut Random) {
    let entries = table.entries();
    let gallery = Filter { published: Some(true), is_valid: Some(true), locked: Some(false), ..Filter::default() };
    for filter in [Filter::default(), gallery, naive::query(random, &entries).filter] {
        let matching: Vec<&Entry> = entries.iter().copied().filter(|entry| naive::meets(entry, &filter)).collect();
        let sum = |of: fn(&Entry) -> u64| matching.iter().map(|entry| of(entry)).sum::<u64>();
        let totals = Totals {
            videos: matching.len() as u64,
            views: sum(|entry| entry.views.into()),
            watch_time: sum(|entry| entry.watch_time),
            upvotes: sum(|entry| entry.upvotes.into()),
            comments: sum(|entry| entry.comments.into()),
            completions: sum(|entry| entry.completions.into()),
        };
        assert_eq!(catalog.totals(&filter), totals, "{filter:?}");
        compare_categories(catalog, &matching, &filter);
        let Some(video) = entries.get(random.below(entries.len().max(1))) else { continue };
        for limit in [1, 4, 12] {
            let found = catalog.related(video.id, &filter, limit);
            assert_eq!(found.iter().collect::<Vec<_>>(), related(video, &matching, limit), "{filter:?} {video:?}");
        }
    }
}

fn compare_categories(catalog: &Catalog, matching: &[&Entry], filter: &Filter) {
    let categories = catalog.categories(filter);
    let named = |entry: &&&Entry| !entry.category.is_empty();
    let distinct: HashSet<String> = matching.iter().filter(named).map(|entry| fold(&entry.category)).collect();
    assert_eq!(categories.len(), distinct.len());
    assert!(categories.is_sorted_by_key(|(value, count)| (Reverse(*count), value.clone())));
    let mut spellings: HashMap<&str, usize> = HashMap::new();
    for entry in matching {
        *spellings.entry(&entry.category).or_default() += 1;
    }
    for (value, count) in &categories {
        let same = |entry: &&&Entry| fold(&entry.category) == fold(value);
        assert_eq!(matching.iter().filter(same).count(), *count, "{value} of {filter:?}");
        let others = spellings.iter().filter(|(other, _)| fold(other) == fold(value));
        assert!(others.into_iter().all(|(_, count)| *count <= spellings[value.as_str()]));
        if filter.category.is_empty() {
            assert_eq!(catalog.count(&Filter { category: value.clone(), ..filter.clone() }), *count);
        }
    }
}

fn related<'a>(video: &Entry, matching: &[&'a Entry], limit: usize) -> Vec<&'a Entry> {
    let tags = |entry: &Entry| entry.tags.iter().map(|tag| fold(tag)).collect::<HashSet<_>>();
    let rank = |entry: &&Entry| {
        let same = |of: fn(&Entry) -> &String| !of(video).is_empty() && fold(of(video)) == fold(of(entry));
        let same = [same(|entry| &entry.producer), same(|entry| &entry.creator), same(|entry| &entry.category)];
        let shared = tags(video).intersection(&tags(entry)).count();
        (shared, same.into_iter().filter(|same| *same).count())
    };
    let mut others: Vec<&Entry> = matching.iter().copied().filter(|entry| entry.id != video.id).collect();
    others.sort_by_cached_key(|entry| Reverse((rank(entry), entry.views, entry.created_at, entry.id)));
    others.truncate(limit);
    others
}

#[test]
fn what_most_share_with_a_video_comes_first_and_the_most_viewed_follow() {
    let entry = |id: u64, tags: &[&str], producer: &str, views| Entry {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        producer: producer.to_owned(),
        creator: String::new(),
        category: String::new(),
        is_valid: true,
        published: id != 6,
        locked: false,
        views,
        ..naive::entry(&mut Random(id), id, 1)
    };
    let entries = vec![
        entry(1, &["Sea", "été"], "Studio A", 1),
        entry(2, &["sea"], "", 5),
        entry(3, &["SEA", "ete"], "", 0),
        entry(4, &[], "studio á", 9),
        entry(5, &["hills"], "", 900),
        entry(6, &["sea", "été"], "Studio A", 1_000),
        entry(7, &["sea"], "Studio A", 2),
        entry(8, &[], "", 1_000),
    ];
    let catalog = Catalog::new(entries.clone());
    let gallery = Filter { published: Some(true), is_valid: Some(true), locked: Some(false), ..Filter::default() };
    let ids = |entries: Vec<Entry>| entries.into_iter().map(|entry| entry.id).collect::<Vec<_>>();
    let expected = [3, 7, 2, 4, 8, 5].map(|place: usize| entries[place - 1].id);
    assert_eq!(ids(catalog.related(entries[0].id, &gallery, 10)), expected);
    assert_eq!(ids(catalog.related(entries[0].id, &gallery, 2)), expected[..2]);
    let stranger = naive::entry(&mut Random(1), 99, 1).id;
    assert_eq!(ids(catalog.related(stranger, &gallery, 2)), [8, 5].map(|place: usize| entries[place - 1].id));
}
