//! Reading a snapshot. Nothing in it is believed before it is checked: the indexes rely on it.

use super::SnapshotError::{self, Malformed};
use super::{MAGIC, Snapshot, VERSION, from_planes};
use crate::bitmap::Bitmap;
use crate::catalog::{Catalog, Part};
use crate::columns::{
    Coded, Column48, Columns, Values, directory_type, read_filename, take_text, write_filename, write_text,
};
use crate::engagement::{Engagement, Numbers};
use crate::postings::{read_varint, write_varint};
use crate::segment::Segment;
use std::io::Read;
use std::sync::Arc;
use uuid::Uuid;

/// No column is larger: offsets have 32 bits.
const LARGEST_COLUMN: u64 = 1 << 32;
const MASK_48: u64 = (1 << 48) - 1;

/// What lies behind the checksum, which fits.
pub(super) fn content(bytes: &[u8]) -> Result<&[u8], SnapshotError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(SnapshotError::NotASnapshot)?;
    let (version, rest) = rest.split_first_chunk().ok_or(SnapshotError::Checksum)?;
    let found = u32::from_le_bytes(*version);
    if found != VERSION {
        return Err(SnapshotError::Version { found });
    }
    let (checksum, content) = rest.split_first_chunk().ok_or(SnapshotError::Checksum)?;
    if crc32fast::hash(content) == u32::from_le_bytes(*checksum) { Ok(content) } else { Err(SnapshotError::Checksum) }
}

pub(super) fn decode(bytes: &[u8]) -> Result<Snapshot, SnapshotError> {
    let content = content(bytes)?;
    let mut reader = Reader { rest: content, name: "header" };
    let watermark = reader.number()?;
    let rows = reader.number()?;
    let removals = reader.number()?;
    if rows >= u64::from(u32::MAX) || removals >= u64::from(u32::MAX) {
        return Err(Malformed("header"));
    }
    let ids = reader.fixed("removed ids", removals as usize, 16)?;
    let times = reader.fixed("removal times", removals as usize, 8)?;
    let removed = ids.as_chunks().0.iter().zip(times.as_chunks().0);
    let removed = removed.map(|(id, at)| (Uuid::from_bytes(*id), u64::from_le_bytes(*at))).collect();
    let columns = read_columns(&mut reader, rows as usize)?;
    if !reader.rest.is_empty() {
        return Err(Malformed("last"));
    }
    check(&columns)?;
    let parts = if rows == 0 { Vec::new() } else { vec![Part::new(Segment::build(columns))] };
    Ok(Snapshot { catalog: Catalog { parts, removed: Arc::new(removed) }, watermark })
}

struct Reader<'a> {
    rest: &'a [u8],
    /// The column being read, for errors.
    name: &'static str,
}

impl Reader<'_> {
    fn number(&mut self) -> Result<u64, SnapshotError> {
        let (number, rest) = self.rest.split_first_chunk().ok_or(Malformed(self.name))?;
        self.rest = rest;
        Ok(u64::from_le_bytes(*number))
    }

    /// A column, whatever its length.
    fn column(&mut self, name: &'static str) -> Result<Vec<u8>, SnapshotError> {
        self.name = name;
        let raw = self.number()?;
        let packed = self.number()?;
        let (packed, rest) =
            usize::try_from(packed).ok().and_then(|len| self.rest.split_at_checked(len)).ok_or(Malformed(name))?;
        self.rest = rest;
        if raw >= LARGEST_COLUMN {
            return Err(Malformed(name));
        }
        let mut column = Vec::new();
        // A frame may lie about its content, so memory is taken ahead only as far as zstd's best ratios go.
        column.reserve_exact(raw.min(packed.len() as u64 * 64 + 1_024) as usize);
        let decoder = zstd::stream::Decoder::new(packed).map_err(|_| Malformed(name))?;
        decoder.take(raw + 1).read_to_end(&mut column).map_err(|_| Malformed(name))?;
        if column.len() as u64 != raw {
            return Err(Malformed(name));
        }
        column.shrink_to_fit();
        Ok(column)
    }

    /// A column of `rows` values of `width` bytes.
    fn fixed(&mut self, name: &'static str, rows: usize, width: usize) -> Result<Vec<u8>, SnapshotError> {
        let column = self.column(name)?;
        if column.len() == rows * width { Ok(column) } else { Err(Malformed(name)) }
    }

    fn numbers48(
        &mut self,
        name: &'static str,
        rows: usize,
    ) -> Result<impl Iterator<Item = u64> + use<>, SnapshotError> {
        let bytes = from_planes(&self.fixed(name, rows, 6)?, 6);
        Ok((0..rows).map(move |row| {
            bytes[row * 6..row * 6 + 6].iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
        }))
    }

    fn numbers32(&mut self, name: &'static str, rows: usize) -> Result<Vec<u32>, SnapshotError> {
        let bytes = from_planes(&self.fixed(name, rows, 4)?, 4);
        Ok(bytes.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect())
    }

    fn numbers16(&mut self, name: &'static str, rows: usize) -> Result<Vec<u16>, SnapshotError> {
        let bytes = from_planes(&self.fixed(name, rows, 2)?, 2);
        Ok(bytes.as_chunks().0.iter().map(|b| u16::from_le_bytes(*b)).collect())
    }

    fn values(&mut self, name: &'static str) -> Result<Values, SnapshotError> {
        let planes = self.column(name)?;
        if !planes.len().is_multiple_of(4) {
            return Err(Malformed(name));
        }
        let ends: Vec<u32> = from_planes(&planes, 4).as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
        let text = String::from_utf8(self.column(name)?).map_err(|_| Malformed(name))?;
        let whole = ends.first() == Some(&0)
            && ends.last() == Some(&(text.len() as u32))
            && ends.is_sorted()
            && ends.iter().all(|&end| text.is_char_boundary(end as usize));
        if whole { Ok(Values { text, ends }) } else { Err(Malformed(name)) }
    }

    fn coded(&mut self, name: &'static str, rows: usize) -> Result<Coded, SnapshotError> {
        let values = self.values(name)?;
        let ids = self.numbers32(name, rows)?;
        if ids.iter().all(|&id| (id as usize) < values.len()) {
            Ok(Coded { ids, values })
        } else {
            Err(Malformed(name))
        }
    }
}

fn read_columns(reader: &mut Reader<'_>, rows: usize) -> Result<Columns, SnapshotError> {
    let heads = reader.numbers48("id times", rows)?;
    let tails = reader.fixed("ids", rows, 10)?;
    let mut time = 0_u64;
    let created = column48(
        rows,
        reader.numbers48("creation", rows)?.map(|gap| {
            time = time.wrapping_add(gap) & MASK_48;
            time
        }),
    );
    let ids = heads.zip(tails.as_chunks::<10>().0).zip(0..).map(|((head, tail), row)| {
        let mut id = [0; 16];
        id[..6].copy_from_slice(&(created.get(row).wrapping_add(head) & MASK_48).to_be_bytes()[2..]);
        id[6..].copy_from_slice(tail);
        id
    });
    let ids = ids.collect();
    let gaps = reader.numbers48("change", rows)?.zip(0..);
    let changed = column48(rows, gaps.map(|(gap, row)| created.get(row).wrapping_add(gap) & MASK_48));
    let mut columns = Columns {
        ids,
        changed,
        flags: reader.numbers16("flags", rows)?,
        duration: reader.numbers32("duration", rows)?,
        size: column48(rows, reader.numbers48("size", rows)?),
        width: reader.numbers16("width", rows)?,
        height: reader.numbers16("height", rows)?,
        engagement: read_engagement(reader, &created, rows)?,
        producer: reader.coded("producer", rows)?,
        creator: reader.coded("creator", rows)?,
        directory: reader.coded("directory", rows)?,
        category: reader.coded("category", rows)?,
        tags: Values { text: String::new(), ends: Vec::new() },
        starts: Vec::new(),
        texts: Vec::new(),
        created,
    };
    columns.tags = reader.values("tag")?;
    (columns.starts, columns.texts) = read_texts(reader, rows, columns.tags.len())?;
    Ok(columns)
}

/// What viewers did, of the rows whose bits the first column has.
fn read_engagement(reader: &mut Reader<'_>, created: &Column48, rows: usize) -> Result<Engagement, SnapshotError> {
    let words = reader.fixed("engaged", rows.div_ceil(64) * 8, 1)?;
    let words: Vec<u64> = words.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
    let beyond = !rows.is_multiple_of(64) && words.last().is_some_and(|last| last >> (rows % 64) != 0);
    if beyond {
        return Err(Malformed("engaged"));
    }
    let engaged = Bitmap::from_words(words, rows);
    let count = engaged.words().iter().map(|word| word.count_ones() as usize).sum();
    let numbers = Numbers {
        views: reader.numbers32("views", count)?,
        upvotes: reader.numbers32("upvotes", count)?,
        comments: reader.numbers32("comments", count)?,
        completions: reader.numbers32("completions", count)?,
        watch_time: column48(count, reader.numbers48("watch time", count)?),
        published: column48(
            count,
            reader
                .numbers48("published", count)?
                .zip(engaged.iter())
                .map(|(since, row)| created.get(row).wrapping_add(since) & MASK_48),
        ),
    };
    Ok(Engagement::new(engaged, numbers))
}

fn column48(rows: usize, values: impl Iterator<Item = u64>) -> Column48 {
    let mut column = Column48 { low: Vec::with_capacity(rows), high: Vec::with_capacity(rows) };
    values.for_each(|value| column.push(value));
    column
}

/// Puts the texts of each row together again.
fn read_texts(reader: &mut Reader<'_>, rows: usize, tag_values: usize) -> Result<(Vec<u32>, Vec<u8>), SnapshotError> {
    let title_lengths = reader.column("title length")?;
    let titles = reader.column("title")?;
    let name_lengths = reader.column("name length")?;
    let names = reader.column("name")?;
    let filenames = reader.column("filename")?;
    let tag_counts = reader.column("tag count")?;
    let tags = reader.column("tags")?;
    let sum =
        [&title_lengths, &titles, &name_lengths, &names, &filenames, &tags].iter().map(|c| c.len()).sum::<usize>();
    if sum as u64 >= LARGEST_COLUMN {
        return Err(Malformed("title"));
    }
    let mut streams = Streams {
        title_lengths: &title_lengths,
        titles: &titles,
        name_lengths: &name_lengths,
        names: &names,
        filenames: &filenames,
        tag_counts: &tag_counts,
        tags: &tags,
    };
    let mut starts = Vec::with_capacity(rows + 1);
    let mut texts = Vec::with_capacity(sum);
    for _ in 0..rows {
        starts.push(texts.len() as u32);
        streams.row(&mut texts, tag_values).ok_or(Malformed("title, name or tags"))?;
    }
    starts.push(texts.len() as u32);
    texts.shrink_to_fit();
    if streams.is_empty() { Ok((starts, texts)) } else { Err(Malformed("title, name or tags")) }
}

struct Streams<'a> {
    title_lengths: &'a [u8],
    titles: &'a [u8],
    name_lengths: &'a [u8],
    names: &'a [u8],
    filenames: &'a [u8],
    tag_counts: &'a [u8],
    tags: &'a [u8],
}

impl Streams<'_> {
    fn row(&mut self, texts: &mut Vec<u8>, tag_values: usize) -> Option<()> {
        write_text(texts, take_text(&mut self.titles, read_varint(&mut self.title_lengths)?)?);
        write_text(texts, take_text(&mut self.names, read_varint(&mut self.name_lengths)?)?);
        write_filename(texts, read_filename(&mut self.filenames)?);
        for _ in 0..read_varint(&mut self.tag_counts)? {
            let tag = read_varint(&mut self.tags).filter(|&tag| (tag as usize) < tag_values)?;
            write_varint(texts, tag);
        }
        Some(())
    }

    fn is_empty(&self) -> bool {
        [self.title_lengths, self.titles, self.name_lengths, self.names, self.filenames, self.tag_counts, self.tags]
            .iter()
            .all(|stream| stream.is_empty())
    }
}

/// What the columns promise each other.
fn check(columns: &Columns) -> Result<(), SnapshotError> {
    let rows = 0..columns.len() as u32;
    if columns.flags.iter().any(|&flags| directory_type(flags).is_none()) {
        return Err(Malformed("flags"));
    }
    let place = |row: u32| (columns.created.get(row), columns.ids[row as usize]);
    if rows.skip(1).any(|row| place(row - 1) >= place(row)) {
        return Err(Malformed("creation"));
    }
    Ok(())
}
