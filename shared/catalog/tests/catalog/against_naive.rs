//! The catalog against a naive filter over the same table.

use crate::audience;
use crate::naive::{self, Random, Table};
use framehouse_catalog::snapshot::Snapshot;
use framehouse_catalog::*;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

/// Asks random questions and compares totals, pages and the way through them by cursor.
fn compare(catalog: &Catalog, table: &Table, random: &mut Random, questions: usize) {
    let entries = table.entries();
    assert_eq!(catalog.len(), entries.len());
    for _ in 0..questions {
        let mut query = naive::query(random, &entries);
        let expected = naive::answer(&entries, &query);
        let Start::Offset(offset) = query.start else { unreachable!() };
        let page = catalog.list(&query).unwrap();
        assert_eq!(page.total, expected.len(), "total of {query:?}");
        let expected_page: Vec<&Entry> = expected.iter().skip(offset).take(query.limit).copied().collect();
        assert_eq!(page.entries.iter().collect::<Vec<_>>(), expected_page, "page of {query:?}");
        assert_eq!(page.next.is_some(), offset + query.limit < expected.len(), "more of {query:?}");
        if let Some(next) = page.next {
            query.start = Start::After(Cursor::decode(&next.encode()).unwrap());
            let second = catalog.list(&query).unwrap();
            let expected: Vec<&Entry> = expected.iter().skip(offset + query.limit).take(query.limit).copied().collect();
            assert_eq!(second.total, page.total);
            assert_eq!(second.entries.iter().collect::<Vec<_>>(), expected, "next page of {query:?}");
        }
    }
}

/// Compares suggestions and sums.
fn compare_facets(catalog: &Catalog, table: &Table, random: &mut Random) {
    let entries = table.entries();
    let text = random.of(&["", "a", "É", "%", "studio", "tion"]);
    for facet in [Facet::Tag, Facet::Producer, Facet::Creator] {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for entry in &entries {
            let values: HashSet<&str> = match facet {
                Facet::Tag => entry.tags.iter().map(String::as_str).collect(),
                Facet::Producer => HashSet::from([entry.producer.as_str()]),
                Facet::Creator => HashSet::from([entry.creator.as_str()]),
            };
            for value in values.into_iter().filter(|value| !value.is_empty() && fold(value).contains(&fold(text))) {
                *counts.entry(value).or_default() += 1;
            }
        }
        let mut expected: Vec<(String, usize)> =
            counts.into_iter().map(|(value, count)| (value.to_owned(), count)).collect();
        expected.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        expected.truncate(5);
        assert_eq!(catalog.suggest(facet, text, 5), expected, "{facet:?} {text}");
    }
    for (kind, sum) in catalog.storage() {
        let of_kind: Vec<_> = entries.iter().filter(|e| e.is_valid && e.directory_type == kind).collect();
        let expected = Storage {
            count: of_kind.len() as u64,
            bytes: of_kind.iter().filter_map(|e| e.file_size).sum(),
            seconds: of_kind.iter().filter_map(|e| e.duration_seconds).map(u64::from).sum(),
        };
        assert_eq!(sum, expected, "{kind:?}");
    }
}

/// Compares the candidates for duplicates.
fn compare_duplicates(catalog: &Catalog, table: &Table, random: &mut Random) {
    let mut groups: HashMap<_, Vec<&Entry>> = HashMap::new();
    for entry in table.entries().into_iter().filter(|e| e.is_valid) {
        let known = (entry.duration_seconds, entry.file_size, entry.width, entry.height);
        if let (Some(duration), Some(size), Some(width), Some(height)) = known {
            groups.entry((duration, size, width, height)).or_default().push(entry);
        }
    }
    let mut groups: Vec<Vec<&Entry>> = groups.into_values().filter(|group| group.len() > 1).collect();
    for group in &mut groups {
        group.sort_by_key(|e| (e.created_at, e.id));
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.last().map(|e| (e.created_at, e.id))));
    let (offset, members) = (random.below(3), 1 + random.below(4));
    let duplicates = catalog.duplicates(offset, 5, members);
    assert_eq!(duplicates.total, groups.len());
    let expected: Vec<(Vec<&Entry>, usize)> = groups
        .iter()
        .skip(offset)
        .take(5)
        .map(|group| (group.iter().take(members).copied().collect(), group.len()))
        .collect();
    let found: Vec<(Vec<&Entry>, usize)> =
        duplicates.groups.iter().map(|group| (group.entries.iter().collect(), group.count)).collect();
    assert_eq!(found, expected);
}

fn changes(random: &mut Random, count: usize, ids: usize, time: u64) -> Vec<Change> {
    (0..count)
        .map(|_| {
            let id = random.below(ids) as u64;
            let changed_at = time + random.below(50) as u64;
            let entry = naive::entry(random, id, changed_at);
            if random.below(6) == 0 { Change::Delete { id: entry.id, changed_at } } else { Change::Upsert(entry) }
        })
        .collect()
}

/// A library of `size`, then batches of changes (some of them late or repeated) and compactions.
fn live_through(seed: u64, size: usize, batches: usize, questions: usize) {
    let mut random = Random(seed);
    let mut table = Table::default();
    let first: Vec<Change> = (0..size as u64).map(|id| Change::Upsert(naive::entry(&mut random, id, 10))).collect();
    table.apply(&first);
    let mut catalog = Catalog::default().apply(first.clone());
    let mut told = first;
    compare(&catalog, &table, &mut random, questions);
    for batch in 0..batches {
        let time = 10 + random.below(batch * 30 + 30) as u64;
        let count = random.below(size / 4 + 20);
        let batch = changes(&mut random, count, size + 30, time);
        table.apply(&batch);
        told.extend(batch.clone());
        catalog = catalog.apply(batch.clone());
        let again = catalog.apply(batch);
        assert_eq!(again.len(), catalog.len());
        compare(&again, &table, &mut random, questions);
        compare_facets(&again, &table, &mut random);
        compare_duplicates(&again, &table, &mut random);
        audience::compare(&again, &table, &mut random);
        match random.below(4) {
            0 => catalog = catalog.compact(),
            1 => catalog = catalog.compact_fully(),
            2 => catalog = Snapshot::decode(&Snapshot { catalog, watermark: time }.encode().unwrap()).unwrap().catalog,
            _ => {}
        }
        compare(&catalog, &table, &mut random, questions);
    }
    let mut builder = CatalogBuilder::default();
    for change in told {
        builder.push(change);
    }
    compare(&builder.finish(), &table, &mut random, questions);
    for entry in table.entries() {
        assert_eq!(catalog.get(entry.id).as_ref(), Some(entry));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn small_libraries(seed: u64, size in 0_usize..120) {
        live_through(seed, size, 6, 12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, max_shrink_iters: 0, ..ProptestConfig::default() })]

    /// Large enough for every index, and for overlays of every kind.
    #[test]
    fn larger_libraries(seed: u64, size in 4_200_usize..4_600) {
        live_through(seed, size, 2, 40);
    }
}

#[test]
fn an_older_version_never_wins() {
    let mut random = Random(7);
    let entry = |random: &mut Random, at| naive::entry(random, 1, at);
    let (old, new) = (entry(&mut random, 10), entry(&mut random, 20));
    let catalog = Catalog::new(vec![new.clone()]).apply(vec![Change::Upsert(old.clone())]);
    assert_eq!(catalog.get(new.id), Some(new.clone()));
    let catalog = catalog.apply(vec![Change::Delete { id: new.id, changed_at: 30 }]);
    assert_eq!(catalog.get(new.id), None);
    let catalog = catalog.apply(vec![Change::Upsert(new.clone())]);
    assert_eq!(catalog.get(new.id), None);
    let catalog = catalog.forget_removals_before(31).apply(vec![Change::Upsert(new.clone())]);
    assert_eq!(catalog.get(new.id), Some(new));
}

#[test]
fn a_later_state_of_the_same_moment_replaces() {
    let mut random = Random(8);
    let (first, second) = (naive::entry(&mut random, 1, 10), naive::entry(&mut random, 1, 10));
    assert_ne!(first, second);
    let catalog = Catalog::new(vec![first.clone()]).apply(vec![Change::Upsert(second.clone())]);
    assert_eq!(catalog.get(first.id), Some(second.clone()));
    let catalog = Catalog::new(vec![first.clone(), second.clone()]);
    assert_eq!(catalog.get(first.id), Some(second));
}

#[test]
fn cursors_of_another_order_and_damaged_ones_are_refused() {
    let mut random = Random(3);
    let catalog = Catalog::new((0..30).map(|id| naive::entry(&mut random, id, 1)).collect());
    let page = catalog.list(&Query { limit: 10, ..Query::default() }).unwrap();
    let cursor = page.next.unwrap();
    let other = Query {
        sort: Sort { by: SortBy::Views, descending: true },
        start: Start::After(cursor),
        limit: 10,
        ..Query::default()
    };
    assert_eq!(catalog.list(&other).unwrap_err(), CursorError);
    for damaged in ["", "!", "AAAA", "é", "AQID"] {
        assert_eq!(Cursor::decode(damaged).unwrap_err(), CursorError);
    }
}

#[test]
fn readers_go_on_while_changes_and_compactions_come() {
    let mut random = Random(11);
    let live = LiveCatalog::new(Catalog::new((0..5_000).map(|id| naive::entry(&mut random, id, 1)).collect()));
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(std::sync::atomic::Ordering::Acquire) {
                let state = live.load();
                let page = state.list(&Query { limit: 5, ..Query::default() }).unwrap();
                assert_eq!(page.total, state.len());
                reads += 1;
            }
            reads
        });
        let compactor = scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Acquire) {
                live.compact();
            }
        });
        for id in 0..60 {
            live.apply(vec![Change::Upsert(naive::entry(&mut random, 10_000 + id, 2))]);
            assert_eq!(live.load().len(), 5_001 + id as usize);
        }
        done.store(true, std::sync::atomic::Ordering::Release);
        assert!(reader.join().unwrap() > 0);
        compactor.join().unwrap();
    });
    assert_eq!(live.load().len(), 5_060);
}
