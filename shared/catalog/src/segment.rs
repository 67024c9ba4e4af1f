//! A segment: columns that never change, with their indexes.

use crate::bitmap::Bitmap;
use crate::columns::{Coded, Columns};
use crate::dictionary::Dictionary;
use crate::flags::{FlagCounts, FlagSets};
use crate::fold::fold_into;
use crate::folded::{Folded, Texts};
use crate::order::Orders;
use crate::query::{Field, Filter, Needles, SortBy};
use crate::rows::{Overlap, RowSet};
use crate::text_index::TextIndex;
use crate::vocabulary::Anchors;
use memchr::memmem::Finder;
use std::cell::RefCell;
use uuid::Uuid;

/// Segments of so few rows have no text index: reading their folded texts is as fast.
pub(crate) const SCANNED_ROWS: usize = 4_096;

#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) columns: Columns,
    pub(crate) orders: Orders,
    /// Rows in the order of their ids, where that differs from their order of creation.
    by_id: Option<Vec<u32>>,
    sets: FlagSets,
    pub(crate) producers: Dictionary,
    pub(crate) creators: Dictionary,
    directories: Dictionary,
    pub(crate) categories: Dictionary,
    pub(crate) tags: Dictionary,
    titles: Texts,
    files: Texts,
}

/// Bytes in memory, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryUse {
    /// Ids, numbers, codes and their values.
    pub columns: usize,
    /// Titles, names of files, tags of each row.
    pub texts: usize,
    /// Sorted orders and the order of ids.
    pub orders: usize,
    /// Bitmaps of closed sets and of deleted rows.
    pub bitmaps: usize,
    /// Producers, creators, directories, categories, tags.
    pub dictionaries: usize,
    /// The index of titles.
    pub titles: usize,
    /// The index of filenames and paths.
    pub files: usize,
}

impl MemoryUse {
    /// All parts.
    pub fn total(&self) -> usize {
        self.columns + self.texts + self.orders + self.bitmaps + self.dictionaries + self.titles + self.files
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.columns += other.columns;
        self.texts += other.texts;
        self.orders += other.orders;
        self.bitmaps += other.bitmaps;
        self.dictionaries += other.dictionaries;
        self.titles += other.titles;
        self.files += other.files;
    }
}

impl Segment {
    /// Indexes columns; large ones on three threads.
    pub(crate) fn build(columns: Columns) -> Self {
        let rows = columns.len();
        let title = |row, out: &mut String| fold_into(columns.title(row), out);
        let file = |row, out: &mut String| file_text(&columns, row, out);
        let (orders, titles, files) = if rows <= SCANNED_ROWS {
            (Orders::build(&columns), None, None)
        } else {
            std::thread::scope(|scope| {
                let titles = scope.spawn(|| TextIndex::build(rows, title));
                let files = scope.spawn(|| TextIndex::build(rows, file));
                let orders = Orders::build(&columns);
                // A panic in a thread is a defect of the index; without it the texts are read.
                (orders, titles.join().ok(), files.join().ok())
            })
        };
        let titles = titles.map_or_else(|| Texts::Folded(Folded::new(rows, title)), Texts::indexed);
        let files = files.map_or_else(|| Texts::Folded(Folded::new(rows, file)), Texts::indexed);
        let by_id = (!columns.ids.is_sorted()).then(|| {
            let mut order: Vec<u32> = (0..rows as u32).collect();
            order.sort_unstable_by_key(|&row| columns.ids[row as usize]);
            order
        });
        let coded = |column: &Coded| Dictionary::build(rows, &column.values, column.ids.iter().copied().zip(0..));
        // A tag that a row has twice is posted once.
        let tags = (0..rows as u32).flat_map(|row| {
            let all = columns.texts(row).tags();
            let tags = all.clone().enumerate();
            tags.filter(move |&(place, tag)| !all.clone().take(place).any(|t| t == tag)).map(move |(_, tag)| (tag, row))
        });
        Self {
            by_id,
            sets: FlagSets::build(&columns.flags),
            producers: coded(&columns.producer),
            creators: coded(&columns.creator),
            directories: coded(&columns.directory),
            categories: coded(&columns.category),
            tags: Dictionary::of_many(rows, &columns.tags, tags),
            orders,
            titles,
            files,
            columns,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The row of an id.
    pub(crate) fn row_of(&self, id: Uuid) -> Option<u32> {
        let id = id.into_bytes();
        match &self.by_id {
            None => self.columns.ids.binary_search(&id).ok().map(|row| row as u32),
            Some(order) => {
                order.binary_search_by_key(&id, |&row| self.columns.ids[row as usize]).ok().map(|place| order[place])
            }
        }
    }

    /// The rows that meet the filter and are not `dead`, and how many they are. `counts` are of the rows not dead.
    pub(crate) fn select<'a>(
        &'a self,
        filter: &Filter,
        needles: &Needles,
        dead: Option<&'a Bitmap>,
        counts: &FlagCounts,
    ) -> (RowSet<'a>, usize) {
        let mut flagged = Overlap::all(self.len());
        self.sets.narrow(&mut flagged, filter);
        if let Some(dead) = dead {
            flagged.leave_out(dead);
        }
        if filter.is_of_flags() {
            return (RowSet::Bits(flagged), counts.count(filter));
        }
        if !filter.created.is_open() {
            let from = filter.created.min.map_or(0, |min| self.created_before(min));
            let to = filter.created.max.map_or(self.len(), |max| self.created_before(max.saturating_add(1)));
            flagged.keep_range(&(from as u32..to as u32));
        }
        let set = self.narrow(RowSet::Bits(flagged), filter, needles);
        let count = set.count();
        (set, count)
    }

    /// Those of the rows that meet what the filter says of numbers and texts.
    fn narrow<'a>(&'a self, mut set: RowSet<'a>, filter: &Filter, needles: &Needles) -> RowSet<'a> {
        for (by, bounds) in [(SortBy::Duration, filter.duration), (SortBy::Size, filter.size)] {
            if !bounds.is_open() {
                set = set.intersect(self.orders.within(&self.columns, by, bounds));
            }
        }
        let whole = Anchors { start: true, end: true };
        for tag in &needles.tags {
            set = set.intersect(self.tags.search(tag, whole, None));
        }
        let dictionaries = [
            (&needles.category, &self.categories, &self.columns.category, whole),
            (&needles.producer, &self.producers, &self.columns.producer, Anchors::default()),
            (&needles.creator, &self.creators, &self.columns.creator, Anchors::default()),
        ];
        for (needle, dictionary, column, anchors) in dictionaries {
            if !needle.is_empty() {
                set = set.intersect(dictionary.search(needle, anchors, Some(&column.ids)));
            }
        }
        if !needles.search.is_empty() {
            set = set.intersect(self.search(&needles.search, &filter.search_in));
        }
        set
    }

    fn created_before(&self, value: u64) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.columns.created.get(middle as u32) < value { low = middle + 1 } else { high = middle }
        }
        low
    }

    fn search(&self, needle: &str, fields: &[Field]) -> RowSet<'_> {
        let mut found = RowSet::empty();
        for field in fields {
            let rows = match field {
                Field::Title => self.search_titles(needle),
                Field::Producer => self.producers.search(needle, Anchors::default(), Some(&self.columns.producer.ids)),
                Field::Creator => self.creators.search(needle, Anchors::default(), Some(&self.columns.creator.ids)),
                Field::File => self.search_files(needle),
            };
            found = found.union(rows, self.len());
        }
        found
    }

    fn search_titles(&self, needle: &str) -> RowSet<'_> {
        let finder = Finder::new(needle);
        let scratch = RefCell::new(String::new());
        let holds = |row: u32| {
            let title = &mut *scratch.borrow_mut();
            title.clear();
            fold_into(self.columns.title(row), title);
            finder.find(title.as_bytes()).is_some()
        };
        self.titles.search(needle, false, holds)
    }

    /// A needle lies in the last part of the path (or the filename), in the directory, or across the slash between.
    fn search_files(&self, needle: &str) -> RowSet<'_> {
        let directories = Some(self.columns.directory.ids.as_slice());
        let inside = self.directories.search(needle, Anchors::default(), directories);
        let mut found = self.search_basenames(needle, false).union(inside, self.len());
        for (slash, _) in needle.match_indices('/') {
            let (directory, name) = needle.split_at(slash + 1);
            if name.is_empty() {
                continue;
            }
            let inside = self.directories.search(directory, Anchors { start: false, end: true }, directories);
            let inside = match inside {
                RowSet::Rows(mut rows) => {
                    let begins = self.basename_matcher(name, true);
                    rows.retain(|&row| begins(row));
                    RowSet::Rows(rows)
                }
                bits @ RowSet::Bits(_) => bits.intersect(self.search_basenames(name, true)),
            };
            found = found.union(inside, self.len());
        }
        found
    }

    fn search_basenames(&self, needle: &str, anchored: bool) -> RowSet<'_> {
        let holds = self.basename_matcher(needle, anchored);
        self.files.search(needle, anchored, holds)
    }

    fn basename_matcher(&self, needle: &str, anchored: bool) -> impl Fn(u32) -> bool {
        let finder = Finder::new(needle);
        let scratch = RefCell::new(String::new());
        move |row| {
            let text = &mut *scratch.borrow_mut();
            text.clear();
            file_text(&self.columns, row, text);
            if anchored { text.starts_with(needle) } else { finder.find(text.as_bytes()).is_some() }
        }
    }

    pub(crate) fn memory(&self) -> MemoryUse {
        let (columns, texts) = self.columns.bytes();
        let dictionaries = [&self.producers, &self.creators, &self.directories, &self.categories, &self.tags];
        MemoryUse {
            columns,
            texts,
            orders: self.orders.bytes() + self.by_id.as_ref().map_or(0, |order| order.capacity() * 4),
            bitmaps: self.sets.bytes(),
            dictionaries: dictionaries.iter().map(|d| d.bytes()).sum(),
            titles: self.titles.bytes(),
            files: self.files.bytes(),
        }
    }
}

/// The folded last part of the path, and behind a NUL, which no needle has, the filename if it is another.
fn file_text(columns: &Columns, row: u32, out: &mut String) {
    let texts = columns.texts(row);
    fold_into(texts.basename, out);
    if let Some(filename) = texts.filename {
        out.push('\0');
        fold_into(filename, out);
    }
}
