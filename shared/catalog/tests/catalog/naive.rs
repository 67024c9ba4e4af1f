//! A small library made from a seed, and the catalog's answers worked out row by row.

use framehouse_catalog::*;
use std::cmp::Ordering;
use std::collections::HashMap;
use uuid::Uuid;

/// `SplitMix64`.
pub(crate) struct Random(pub u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn maybe<T>(&mut self, value: T) -> Option<T> {
        (self.below(8) > 0).then_some(value)
    }
}

const WORDS: &[&str] = &[
    "the",
    "of",
    "Of",
    "theatre",
    "Café",
    "cafe",
    "Straße",
    "Ёлка",
    "Москва",
    "東京",
    "ガール",
    "100%",
    "under_score",
    "it's",
    "\"quoted\"",
    "a",
    "e",
    "1",
    "2024",
    "s01e02",
    "naïve",
    "ﬁlm",
    "हिन्दी",
    "한국어",
    "O'Brien",
    "back\\slash",
    "x",
    "the",
    "of",
    "night",
    "knight",
    "é",
    "ñandú",
    "🎬",
    "(live)",
    "a.b",
];
const SEPARATORS: &[&str] = &[" ", " ", " ", " ", " - ", ": ", "_", "-", "  ", "", ", "];
const NAMES: &[&str] =
    &["", "Studio A", "Studio Á", "Nordlicht Film", "東映", "100% Pure", "A_B", "Müller & Söhne", "O'Neil"];
const DIRECTORIES: &[&str] = &["videos/", "studios/studio-a/", "studios/Été/", "", "a/b/c/", "gifs/"];
const SORTS: &[SortBy] = &[
    SortBy::Created,
    SortBy::Title,
    SortBy::Duration,
    SortBy::Size,
    SortBy::Views,
    SortBy::Upvotes,
    SortBy::WatchTime,
    SortBy::Published,
];
const TAGS: &[&str] = &["action", "Action", "sports", "été", "a b", "%", "京都"];

fn text(random: &mut Random, words: usize) -> String {
    let mut text = String::new();
    for i in 0..random.below(words + 1) {
        if i > 0 || random.below(12) == 0 {
            text.push_str(random.of(SEPARATORS));
        }
        if random.below(6) == 0 {
            text.push_str(&random.below(3_000).to_string());
        } else {
            text.push_str(random.of(WORDS));
        }
    }
    if random.below(12) == 0 {
        text.push_str(random.of(&["!", "?", "...", " ", "%"]));
    }
    text
}

fn pick<T: Copy>(random: &mut Random, all: &[T]) -> T {
    all[random.below(all.len())]
}

pub(crate) fn entry(random: &mut Random, id: u64, changed_at: u64) -> Entry {
    let created_at = 1_700_000_000_000 + id / 3;
    let mut bytes = [0; 16];
    // Some ids are not in the order of creation.
    let head = if id % 50 == 7 { created_at ^ 0xff } else { created_at };
    bytes[..6].copy_from_slice(&head.to_be_bytes()[2..]);
    bytes[8..].copy_from_slice(&id.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let basename = format!("{}{}", text(random, 3).replace('/', "-"), random.of(&[".mp4", ".MOV", ".webm", ""]));
    let filename = if random.below(10) == 0 { text(random, 2) } else { basename.clone() };
    let engaged = random.below(3) == 0;
    // Many videos have the same few counts, and many none.
    let count = |random: &mut Random| if engaged { (random.next() >> (33 + random.below(31))) as u32 } else { 0 };
    let (views, upvotes, comments, completions) = (count(random), count(random), count(random), count(random));
    let watch_time = u64::from(count(random)) * [1, 1, 60_000][random.below(3)];
    let published = random.below(3) == 0;
    Entry {
        id: Uuid::from_bytes(bytes),
        title: text(random, 6),
        producer: random.of(NAMES).to_owned(),
        creator: random.of(NAMES).to_owned(),
        filename,
        path: format!("{}{basename}", random.of(DIRECTORIES)),
        tags: (0..random.below(4)).map(|_| random.of(TAGS).to_owned()).collect(),
        directory_type: pick(random, DirectoryType::ALL),
        orientation: random.maybe(()).map(|()| pick(random, Orientation::ALL)),
        quality: random.maybe(()).map(|()| pick(random, Quality::ALL)),
        has_audio: random.below(3) > 0,
        is_valid: random.below(10) > 0,
        published: random.below(2) > 0,
        locked: random.below(5) == 0,
        category: random.of(&["", "highlights", "Highlights", "Best Of"]).to_owned(),
        duration_seconds: random.maybe(()).map(|()| (random.below(4) * random.below(50)) as u32),
        file_size: random
            .maybe(())
            .map(|()| if random.below(3) == 0 { 77 } else { random.next() >> (17 + random.below(40)) }),
        width: random.maybe(1_920),
        height: random.maybe(1_080),
        created_at,
        changed_at,
        views,
        upvotes,
        comments,
        completions,
        watch_time,
        published_at: published.then(|| created_at + random.below(4) as u64 * random.below(500) as u64),
    }
}

fn bounds(random: &mut Random, end: u64, base: u64) -> Bounds {
    let bound = |random: &mut Random| (random.below(2) == 0).then(|| base + random.next() % end);
    if random.below(4) > 0 { Bounds::default() } else { Bounds { min: bound(random), max: bound(random) } }
}

pub(crate) fn needle(random: &mut Random, entries: &[&Entry]) -> String {
    if entries.is_empty() || random.below(10) == 0 {
        return random
            .of(&["%", "_", "'", "\"", "\\", " ", ".", "zz", "of the", "\0", "videos/", "a/b", "mp4", ".mp4"])
            .to_owned();
    }
    let from = entries[random.below(entries.len())];
    let text = match random.below(5) {
        0 => &from.producer,
        1 => &from.path,
        2 => &from.filename,
        _ => &from.title,
    };
    let chars: Vec<char> = text.chars().collect();
    let start = random.below(chars.len().max(1));
    let len = [1, 2, 3, 5, 9, 40][random.below(6)];
    let part: String = chars.iter().skip(start).take(len).collect();
    if random.below(2) == 0 { part.to_uppercase() } else { part }
}

pub(crate) fn query(random: &mut Random, entries: &[&Entry]) -> Query {
    let some = |random: &mut Random, one_in: usize| random.below(one_in) == 0;
    let mut filter = Filter::default();
    for _ in 0..random.below(3) {
        match random.below(6) {
            0 => filter.directory_types = (0..=random.below(2)).map(|_| pick(random, DirectoryType::ALL)).collect(),
            1 => filter.orientations = vec![pick(random, Orientation::ALL)],
            2 => filter.qualities = (0..=random.below(3)).map(|_| pick(random, Quality::ALL)).collect(),
            3 => filter.has_audio = Some(random.below(2) == 0),
            4 => filter.is_valid = Some(random.below(4) > 0),
            _ => (filter.published, filter.locked) = (Some(random.below(2) == 0), Some(false)),
        }
    }
    if some(random, 8) {
        filter.producer = random.of(&["studio", "á", "%", "FILM", "東", "_"]).into();
    }
    if some(random, 8) {
        filter.creator = random.of(&["o'n", "muller", "a"]).into();
    }
    if some(random, 8) {
        filter.category = "best of".into();
    }
    if some(random, 6) {
        filter.tags = (0..=random.below(2)).map(|_| random.of(TAGS).to_owned()).collect();
    }
    filter.duration = bounds(random, 220, 0);
    filter.size = bounds(random, 1 << 40, 0);
    filter.created = bounds(random, 2_000, 1_700_000_000_000);
    if !some(random, 4) {
        filter.search = needle(random, entries);
        filter.search_in = match random.below(4) {
            0 => vec![Field::Title],
            1 => vec![Field::File],
            2 => vec![Field::Title, Field::Producer, Field::Creator],
            _ => vec![Field::Title, Field::Producer, Field::Creator, Field::File],
        };
    }
    let by = SORTS[random.below(SORTS.len())];
    let offset = if random.below(2) == 0 { 0 } else { random.below(entries.len() + 3) };
    Query {
        filter,
        sort: Sort { by, descending: random.below(2) == 0 },
        start: Start::Offset(offset),
        limit: 1 + random.below(12),
    }
}

fn within(bounds: Bounds, value: Option<u64>) -> bool {
    bounds == Bounds::default()
        || value.is_some_and(|v| bounds.min.is_none_or(|min| v >= min) && bounds.max.is_none_or(|max| v <= max))
}

pub(crate) fn meets(entry: &Entry, filter: &Filter) -> bool {
    let any = |empty: bool, one: bool| empty || one;
    let part = |text: &str, needle: &str| fold(text).contains(&fold(needle));
    let is = |wanted: Option<bool>, value: bool| wanted.is_none_or(|w| w == value);
    let searched = |field: &Field| match field {
        Field::Title => part(&entry.title, &filter.search),
        Field::Producer => part(&entry.producer, &filter.search),
        Field::Creator => part(&entry.creator, &filter.search),
        Field::File => part(&entry.filename, &filter.search) || part(&entry.path, &filter.search),
    };
    any(filter.directory_types.is_empty(), filter.directory_types.contains(&entry.directory_type))
        && any(filter.orientations.is_empty(), entry.orientation.is_some_and(|o| filter.orientations.contains(&o)))
        && any(filter.qualities.is_empty(), entry.quality.is_some_and(|q| filter.qualities.contains(&q)))
        && part(&entry.producer, &filter.producer)
        && part(&entry.creator, &filter.creator)
        && any(filter.category.is_empty(), fold(&entry.category) == fold(&filter.category))
        && filter.tags.iter().all(|wanted| entry.tags.iter().any(|tag| fold(tag) == fold(wanted)))
        && is(filter.has_audio, entry.has_audio)
        && is(filter.is_valid, entry.is_valid)
        && is(filter.published, entry.published)
        && is(filter.locked, entry.locked)
        && within(filter.duration, entry.duration_seconds.map(u64::from))
        && within(filter.size, entry.file_size)
        && within(filter.created, Some(entry.created_at))
        && any(fold(&filter.search).is_empty(), filter.search_in.iter().any(searched))
}

pub(crate) fn order(a: &Entry, b: &Entry, sort: Sort) -> Ordering {
    let tie = (a.created_at, a.id).cmp(&(b.created_at, b.id));
    let order = match sort.by {
        SortBy::Created | SortBy::Title => Ordering::Equal,
        SortBy::Duration => a.duration_seconds.cmp(&b.duration_seconds),
        SortBy::Size => a.file_size.cmp(&b.file_size),
        SortBy::Views => a.views.cmp(&b.views),
        SortBy::Upvotes => a.upvotes.cmp(&b.upvotes),
        SortBy::WatchTime => a.watch_time.cmp(&b.watch_time),
        SortBy::Published => a.published_at.cmp(&b.published_at),
    };
    if sort.descending { order.then(tie).reverse() } else { order.then(tie) }
}

/// The matching entries, in order.
pub(crate) fn answer<'a>(entries: &[&'a Entry], query: &Query) -> Vec<&'a Entry> {
    let mut matching: Vec<&Entry> = entries.iter().filter(|e| meets(e, &query.filter)).copied().collect();
    if query.sort.by == SortBy::Title {
        matching.sort_by_cached_key(|e| (fold(&e.title), e.created_at, e.id));
        if query.sort.descending {
            matching.reverse();
        }
    } else {
        matching.sort_by(|a, b| order(a, b, query.sort));
    }
    matching
}

/// The table as it would be: the latest version of each video.
#[derive(Default)]
pub(crate) struct Table {
    latest: HashMap<Uuid, (u64, Option<Entry>)>,
}

impl Table {
    pub(crate) fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            let (id, at, entry) = match change {
                Change::Upsert(entry) => (entry.id, entry.changed_at, Some(entry.clone())),
                Change::Delete { id, changed_at } => (*id, *changed_at, None),
            };
            let known = self.latest.get(&id);
            if known.is_none_or(|(known, kept)| (*known, kept.is_none()) <= (at, entry.is_none())) {
                self.latest.insert(id, (at, entry));
            }
        }
    }

    pub(crate) fn entries(&self) -> Vec<&Entry> {
        self.latest.values().filter_map(|(_, entry)| entry.as_ref()).collect()
    }
}
