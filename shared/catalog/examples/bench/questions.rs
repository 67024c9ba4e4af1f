//! The kinds of queries that are measured, each with several variants.

use framehouse_catalog::{Bounds, DirectoryType, Field, Filter, Orientation, Quality, Query, Sort, SortBy, Start};

/// Queries of one kind.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// CPU milliseconds that the 99th percentile may take at a million.
    pub(crate) goal: f64,
    pub(crate) queries: Vec<Query>,
}

const ADMIN: &[Field] = &[Field::Title, Field::Producer, Field::Creator];
const SORTS: [SortBy; 8] = [
    SortBy::Created,
    SortBy::Title,
    SortBy::Duration,
    SortBy::Size,
    SortBy::Views,
    SortBy::Upvotes,
    SortBy::WatchTime,
    SortBy::Published,
];
const GALLERY: &[Field] = &[Field::Title, Field::File, Field::Producer, Field::Creator];
/// The public gallery's orders: recent, popular, most viewed.
const GALLERY_SORTS: [SortBy; 3] = [SortBy::Published, SortBy::Upvotes, SortBy::Views];

fn list(filter: Filter) -> Query {
    Query { filter, limit: 20, ..Query::default() }
}

fn search(needles: &[&str], fields: &[Field], filter: &Filter) -> Vec<Query> {
    let query =
        |needle: &&str| list(Filter { search: (*needle).to_owned(), search_in: fields.to_vec(), ..filter.clone() });
    needles.iter().map(query).collect()
}

fn sorted(by: SortBy, descending: bool, offset: usize, filter: Filter) -> Query {
    Query { sort: Sort { by, descending }, start: Start::Offset(offset), ..list(filter) }
}

fn every_sort(offset: usize, filter: &Filter) -> Vec<Query> {
    SORTS
        .iter()
        .flat_map(|&by| [true, false].map(|descending| sorted(by, descending, offset, filter.clone())))
        .collect()
}

fn three_filters(i: usize) -> Filter {
    Filter {
        directory_types: vec![DirectoryType::ALL[i % DirectoryType::ALL.len()]],
        orientations: vec![Orientation::ALL[i % 3]],
        is_valid: Some(true),
        ..Filter::default()
    }
}

fn named<const N: usize>(filters: [Filter; N]) -> Vec<Query> {
    filters.map(list).to_vec()
}

fn producer(text: &str) -> Filter {
    Filter { producer: text.to_owned(), ..Filter::default() }
}

fn tagged(tags: &[&str]) -> Filter {
    Filter { tags: tags.iter().map(|&tag| tag.to_owned()).collect(), ..Filter::default() }
}

fn between(min: u64, max: u64) -> Bounds {
    Bounds { min: Some(min), max: Some(max) }
}

/// What the public gallery shows.
pub(crate) fn gallery() -> Filter {
    Filter { published: Some(true), is_valid: Some(true), locked: Some(false), ..Filter::default() }
}

/// The gallery's lists: its orders from the first page on and deep, within a category, with a search.
fn gallery_kinds(rows: usize) -> Vec<Kind> {
    let category = |name: &str| Filter { category: name.to_owned(), ..gallery() };
    let pages = |offset: usize, filter: &Filter| GALLERY_SORTS.map(|by| sorted(by, true, offset, filter.clone()));
    let categories = ["highlights", "curated", "news", "sports"].map(category);
    let searches = |filter: Filter| {
        let asked = search(&["the", "night", "studio", "of the", "img_2021", "e"], GALLERY, &filter);
        asked.into_iter().zip(GALLERY_SORTS.into_iter().cycle())
    };
    let by = |(query, by): (Query, SortBy)| Query { sort: Sort { by, descending: true }, ..query };
    let kind = |name, goal, queries| Kind { name, goal, queries };
    vec![
        kind("gallery: recent, popular, most viewed", 2.0, pages(0, &gallery()).to_vec()),
        kind("gallery, deep page", 2.0, pages(rows / 20, &gallery()).to_vec()),
        kind("gallery, category", 2.0, categories.iter().flat_map(|filter| pages(0, filter)).collect()),
        kind("gallery, search", 10.0, searches(gallery()).map(by).collect()),
        kind("gallery, category + search", 10.0, searches(category("news")).map(by).collect()),
    ]
}

/// The kinds, for a library of `rows`, with some of its rare words.
pub(crate) fn kinds(rows: usize, rare: &[String]) -> Vec<Kind> {
    let rare: Vec<&str> = rare.iter().map(String::as_str).collect();
    let valid = Filter { is_valid: Some(true), ..Filter::default() };
    let any = Filter::default();
    let ranges = |i: u64| Filter {
        duration: between(i * 20, i * 400 + 30),
        size: Bounds { min: Some(i * 1_000_000), max: None },
        qualities: vec![Quality::Hd, Quality::Fhd],
        ..Filter::default()
    };
    let created = |i: u64| Filter {
        created: between(1_700_000_000_000 + i * 30_000 * 1_000, 1_700_000_000_000 + i * 30_000 * rows as u64 / 12),
        ..valid.clone()
    };
    let by_views = |mut query: Query| {
        query.sort = Sort { by: SortBy::Views, descending: true };
        query.filter = Filter { search: query.filter.search, search_in: query.filter.search_in, ..three_filters(0) };
        query
    };
    let kind = |name, goal, queries| Kind { name, goal, queries };
    let mut kinds = vec![
        kind("newest", 2.0, vec![list(any.clone()), list(valid.clone())]),
        kind("three filters", 2.0, (0..9).map(|i| list(three_filters(i))).collect()),
        kind("duration, size, qualities", 2.0, (1..9).map(|i| list(ranges(i))).collect()),
        kind("creation range", 2.0, (1..9).map(|i| list(created(i))).collect()),
        kind("producer filter", 2.0, named(["studio", "ba", "é", "the studio", "xq"].map(producer))),
        kind(
            "tags",
            2.0,
            named([tagged(&["with"]), tagged(&["Night"]), tagged(&["night", "live"]), tagged(&["élan"])]),
        ),
        kind("every sort, page 1", 2.0, every_sort(0, &valid)),
        kind("every sort, middle page", 2.0, every_sort(rows / 2, &any)),
        kind("middle page, filters", 2.0, every_sort(rows / 30, &three_filters(7))),
        kind(
            "range sorted by itself",
            2.0,
            (1..9).map(|i| sorted(SortBy::Duration, i % 2 == 0, 40, ranges(i))).collect(),
        ),
        kind("rare word", 10.0, search(&rare, ADMIN, &any)),
        kind("three letters", 10.0, search(&["the", "ing", "and", "ght", "str", "our", "est", "ter"], ADMIN, &any)),
        kind("two letters", 10.0, search(&["er", "in", "th", "st", "ou", "zz", "qu", "20", "ai", "ra"], ADMIN, &any)),
        kind("one letter", 10.0, search(&["e", "a", "t", "z", "q", "7", "s", "j"], ADMIN, &any)),
        kind(
            "phrase",
            10.0,
            search(
                &["of the", "in the", "e t", "the s", "live new", " - the", "night: ", "s o", "the of a", "(live)"],
                ADMIN,
                &any,
            ),
        ),
        kind("producer + search", 10.0, search(&["the", "night", "e", "of the"], ADMIN, &producer("ba"))),
        kind("tag + search", 10.0, search(&["the", "night", "in", "of the"], ADMIN, &tagged(&["night"]))),
        kind("accents", 10.0, search(&["cafe", "ÉLAN", "naive", "senor", "média", "pinata", "öst"], ADMIN, &any)),
        kind(
            "other scripts",
            10.0,
            search(&["МО", "ева", "東京", "の", "火", "καλη", "о", "ст", "ガ", "вый м"], ADMIN, &any),
        ),
        kind(
            "percent, quotes …",
            10.0,
            search(&["%", "_", "'", "\"", "100%", "it's", "\\", "&", " & ", ": "], ADMIN, &any),
        ),
        kind(
            "path",
            10.0,
            search(
                &[
                    ".mp4",
                    "videos/",
                    "img_2021",
                    "0113",
                    "videos/2020/0",
                    "s/t",
                    "the-",
                    "_",
                    "e",
                    "1",
                    "studios/b",
                    "20",
                    "a.m",
                ],
                &[Field::File],
                &any,
            ),
        ),
        kind(
            "search, filters, by views",
            10.0,
            search(&["the", "e", "er", "night", "of the"], ADMIN, &any).into_iter().map(by_views).collect(),
        ),
    ];
    kinds.extend(gallery_kinds(rows));
    kinds
}
