//! The stored columns of a segment: everything an entry says, row by row, and nothing derived.

use crate::engagement::{Engagement, EngagementBuilder};
use crate::entry::{DirectoryType, Entry, Orientation, Quality};
use crate::interner::Interner;
use crate::postings::{read_varint, write_varint};
use uuid::Uuid;

/// Numbers below 2⁴⁸, larger ones are kept as the largest.
#[derive(Debug, Default)]
pub(crate) struct Column48 {
    pub(crate) low: Vec<u32>,
    pub(crate) high: Vec<u16>,
}

impl Column48 {
    pub(crate) fn push(&mut self, value: u64) {
        let value = value.min((1 << 48) - 1);
        self.low.push(value as u32);
        self.high.push((value >> 32) as u16);
    }

    #[inline]
    pub(crate) fn get(&self, row: u32) -> u64 {
        u64::from(self.low[row as usize]) | u64::from(self.high[row as usize]) << 32
    }

    pub(crate) fn shrink(&mut self) {
        self.low.shrink_to_fit();
        self.high.shrink_to_fit();
    }

    pub(crate) fn bytes(&self) -> usize {
        self.low.capacity() * 4 + self.high.capacity() * 2
    }
}

/// The distinct values of a text column; number 0 is the empty text.
#[derive(Debug)]
pub(crate) struct Values {
    pub(crate) text: String,
    pub(crate) ends: Vec<u32>,
}

impl Values {
    pub(crate) fn get(&self, id: u32) -> &str {
        let start = if id == 0 { 0 } else { self.ends[id as usize - 1] };
        &self.text[start as usize..self.ends[id as usize] as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4
    }
}

/// A column of values from a dictionary.
#[derive(Debug)]
pub(crate) struct Coded {
    pub(crate) ids: Vec<u32>,
    pub(crate) values: Values,
}

impl Coded {
    fn get(&self, row: u32) -> &str {
        self.values.get(self.ids[row as usize])
    }

    fn bytes(&self) -> usize {
        self.ids.capacity() * 4 + self.values.bytes()
    }
}

/// Rows in ascending order of creation, then id. Unset numbers are 0, set ones one more than they are.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) ids: Vec<[u8; 16]>,
    pub(crate) created: Column48,
    pub(crate) changed: Column48,
    pub(crate) flags: Vec<u16>,
    pub(crate) duration: Vec<u32>,
    pub(crate) size: Column48,
    pub(crate) width: Vec<u16>,
    pub(crate) height: Vec<u16>,
    pub(crate) engagement: Engagement,
    pub(crate) producer: Coded,
    pub(crate) creator: Coded,
    /// The path up to its last slash, the slash included.
    pub(crate) directory: Coded,
    pub(crate) category: Coded,
    pub(crate) tags: Values,
    /// Per row: title, last part of the path, filename if another (each with its length before it), number of tags,
    /// their numbers.
    pub(crate) texts: Vec<u8>,
    pub(crate) starts: Vec<u32>,
}

/// The texts of one row.
pub(crate) struct RowTexts<'a> {
    pub(crate) title: &'a str,
    pub(crate) basename: &'a str,
    /// When it differs from the last part of the path.
    pub(crate) filename: Option<&'a str>,
    tags: &'a [u8],
}

impl<'a> RowTexts<'a> {
    /// Reads a row's texts, or `None` if they are not well formed.
    pub(crate) fn read(mut bytes: &'a [u8]) -> Option<Self> {
        let title = read_text(&mut bytes)?;
        let basename = read_text(&mut bytes)?;
        let filename = read_filename(&mut bytes)?;
        Some(Self { title, basename, filename, tags: bytes })
    }

    pub(crate) fn tags(&self) -> impl Iterator<Item = u32> + Clone + use<'a> {
        let mut bytes = self.tags;
        std::iter::from_fn(move || read_varint(&mut bytes))
    }
}

pub(crate) const AUDIO: u16 = 1 << 9;
pub(crate) const VALID: u16 = 1 << 10;
pub(crate) const PUBLISHED: u16 = 1 << 11;
pub(crate) const LOCKED: u16 = 1 << 12;

/// Directory type in bits 0–3, orientation in 4–5 and quality in 6–8 (0 when unknown), then the yes-no fields.
fn flags<S>(entry: &Entry<S>) -> u16 {
    let bit = |set: bool, bit: u16| if set { bit } else { 0 };
    entry.directory_type as u16
        | entry.orientation.map_or(0, |o| o as u16 + 1) << 4
        | entry.quality.map_or(0, |q| q as u16 + 1) << 6
        | bit(entry.has_audio, AUDIO)
        | bit(entry.is_valid, VALID)
        | bit(entry.published, PUBLISHED)
        | bit(entry.locked, LOCKED)
}

/// The directory type in flags, if there is one of that number.
pub(crate) fn directory_type(flags: u16) -> Option<DirectoryType> {
    DirectoryType::ALL.get(usize::from(flags & 0xf)).copied()
}

/// The orientation in flags.
pub(crate) fn orientation(flags: u16) -> Option<Orientation> {
    Orientation::ALL.get(usize::from(flags >> 4 & 3).wrapping_sub(1)).copied()
}

/// The quality in flags.
pub(crate) fn quality(flags: u16) -> Option<Quality> {
    Quality::ALL.get(usize::from(flags >> 6 & 7).wrapping_sub(1)).copied()
}

impl Columns {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn id(&self, row: u32) -> Uuid {
        Uuid::from_bytes(self.ids[row as usize])
    }

    pub(crate) fn row_bytes(&self, row: u32) -> &[u8] {
        &self.texts[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// The texts of a row. Rows are checked when a snapshot is read, so an unreadable one does not occur.
    pub(crate) fn texts(&self, row: u32) -> RowTexts<'_> {
        RowTexts::read(self.row_bytes(row)).unwrap_or(RowTexts { title: "", basename: "", filename: None, tags: &[] })
    }

    /// The title of a row.
    pub(crate) fn title(&self, row: u32) -> &str {
        read_text(&mut self.row_bytes(row)).unwrap_or_default()
    }

    /// The entry of a row, its path put together in `path`.
    pub(crate) fn entry<'a>(&'a self, row: u32, path: &'a mut String) -> Entry<&'a str> {
        let i = row as usize;
        let texts = self.texts(row);
        path.clear();
        path.push_str(self.directory.get(row));
        path.push_str(texts.basename);
        let flags = self.flags[i];
        let engagement = self.engagement.of(row);
        Entry {
            id: self.id(row),
            title: texts.title,
            producer: self.producer.get(row),
            creator: self.creator.get(row),
            filename: texts.filename.unwrap_or(texts.basename),
            path,
            tags: texts.tags().map(|tag| self.tags.get(tag)).collect(),
            directory_type: directory_type(flags).unwrap_or(DirectoryType::Inbox),
            orientation: orientation(flags),
            quality: quality(flags),
            has_audio: flags & AUDIO != 0,
            is_valid: flags & VALID != 0,
            published: flags & PUBLISHED != 0,
            locked: flags & LOCKED != 0,
            category: self.category.get(row),
            duration_seconds: self.duration[i].checked_sub(1),
            file_size: self.size.get(row).checked_sub(1),
            width: self.width[i].checked_sub(1),
            height: self.height[i].checked_sub(1),
            created_at: self.created.get(row),
            changed_at: self.changed.get(row),
            views: engagement.views,
            upvotes: engagement.upvotes,
            comments: engagement.comments,
            completions: engagement.completions,
            watch_time: engagement.watch_time,
            published_at: engagement.published_at,
        }
    }

    /// Bytes in memory: of fixed-width columns, of texts.
    pub(crate) fn bytes(&self) -> (usize, usize) {
        let fixed = self.ids.capacity() * 16
            + self.created.bytes()
            + self.changed.bytes()
            + self.size.bytes()
            + (self.flags.capacity() + self.width.capacity() + self.height.capacity()) * 2
            + self.duration.capacity() * 4
            + self.engagement.bytes()
            + self.producer.bytes()
            + self.creator.bytes()
            + self.directory.bytes()
            + self.category.bytes()
            + self.tags.bytes();
        (fixed, self.texts.capacity() + self.starts.capacity() * 4)
    }
}

/// Takes entries in ascending order of creation, then id.
pub(crate) struct ColumnsBuilder {
    columns: Columns,
    engagement: EngagementBuilder,
    producers: Interner,
    creators: Interner,
    directories: Interner,
    categories: Interner,
    tags: Interner,
}

impl ColumnsBuilder {
    pub(crate) fn new(rows: usize) -> Self {
        let interner = || {
            let mut values = Interner::default();
            values.intern(b"");
            values
        };
        let coded =
            || Coded { ids: Vec::with_capacity(rows), values: Values { text: String::new(), ends: Vec::new() } };
        let column48 = || Column48 { low: Vec::with_capacity(rows), high: Vec::with_capacity(rows) };
        Self {
            columns: Columns {
                ids: Vec::with_capacity(rows),
                created: column48(),
                changed: column48(),
                flags: Vec::with_capacity(rows),
                duration: Vec::with_capacity(rows),
                size: column48(),
                width: Vec::with_capacity(rows),
                height: Vec::with_capacity(rows),
                engagement: Engagement::default(),
                producer: coded(),
                creator: coded(),
                directory: coded(),
                category: coded(),
                tags: Values { text: String::new(), ends: Vec::new() },
                texts: Vec::new(),
                starts: Vec::with_capacity(rows + 1),
            },
            engagement: EngagementBuilder::default(),
            producers: interner(),
            creators: interner(),
            directories: interner(),
            categories: interner(),
            tags: interner(),
        }
    }

    pub(crate) fn push(&mut self, entry: &Entry<&str>) {
        let columns = &mut self.columns;
        columns.ids.push(entry.id.into_bytes());
        columns.created.push(entry.created_at);
        columns.changed.push(entry.changed_at);
        columns.flags.push(flags(entry));
        columns.duration.push(entry.duration_seconds.map_or(0, |d| d.saturating_add(1)));
        columns.size.push(entry.file_size.map_or(0, |s| s.saturating_add(1)));
        columns.width.push(entry.width.map_or(0, |w| w.saturating_add(1)));
        columns.height.push(entry.height.map_or(0, |h| h.saturating_add(1)));
        self.engagement.push(entry);
        columns.producer.ids.push(self.producers.intern(entry.producer.as_bytes()));
        columns.creator.ids.push(self.creators.intern(entry.creator.as_bytes()));
        columns.category.ids.push(self.categories.intern(entry.category.as_bytes()));
        let (directory, basename) = entry.path.split_at(entry.path.rfind('/').map_or(0, |slash| slash + 1));
        columns.directory.ids.push(self.directories.intern(directory.as_bytes()));
        columns.starts.push(columns.texts.len() as u32);
        write_text(&mut columns.texts, entry.title);
        write_text(&mut columns.texts, basename);
        write_filename(&mut columns.texts, (entry.filename != basename).then_some(entry.filename));
        for tag in &entry.tags {
            write_varint(&mut columns.texts, self.tags.intern(tag.as_bytes()));
        }
    }

    pub(crate) fn finish(self) -> Columns {
        let mut columns = self.columns;
        columns.starts.push(columns.texts.len() as u32);
        columns.texts.shrink_to_fit();
        columns.engagement = self.engagement.finish();
        columns.producer.values = values(&self.producers);
        columns.creator.values = values(&self.creators);
        columns.directory.values = values(&self.directories);
        columns.category.values = values(&self.categories);
        columns.tags = values(&self.tags);
        columns
    }
}

fn values(interner: &Interner) -> Values {
    let mut values = Values { text: String::new(), ends: Vec::with_capacity(interner.len()) };
    for id in 0..interner.len() as u32 {
        values.text.push_str(&String::from_utf8_lossy(interner.get(id)));
        values.ends.push(values.text.len() as u32);
    }
    values.text.shrink_to_fit();
    values
}

/// Appends a text with its length before it.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    write_varint(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

/// A filename's length and one, then the filename; or zero.
pub(crate) fn write_filename(out: &mut Vec<u8>, filename: Option<&str>) {
    write_varint(out, filename.map_or(0, |name| name.len() as u32 + 1));
    out.extend_from_slice(filename.unwrap_or_default().as_bytes());
}

/// What [`write_filename`] wrote; the outer `None` if it is not well formed.
#[expect(clippy::option_option, reason = "the one says malformed, the other says none")]
pub(crate) fn read_filename<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a str>> {
    match read_varint(bytes)? {
        0 => Some(None),
        more => take_text(bytes, more - 1).map(Some),
    }
}

fn read_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let len = read_varint(bytes)?;
    take_text(bytes, len)
}

/// Takes a text of `len` bytes.
pub(crate) fn take_text<'a>(bytes: &mut &'a [u8], len: u32) -> Option<&'a str> {
    let (text, rest) = bytes.split_at_checked(len as usize)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}
