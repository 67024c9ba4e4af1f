//! Writing a snapshot.

use super::{MAGIC, Snapshot, VERSION, to_planes};
use crate::columns::{Coded, Column48, Columns, ColumnsBuilder, Values, write_filename};
use crate::engagement::Numbers;
use crate::postings::write_varint;
use std::io;

/// Above this, compressing takes several times as long for a few percent; reading is as fast at any level.
const LEVEL: i32 = 9;

pub(super) fn encode(snapshot: &Snapshot) -> io::Result<Vec<u8>> {
    let compacted = if snapshot.catalog.is_whole() { None } else { Some(snapshot.catalog.compact_fully()) };
    let catalog = compacted.as_ref().unwrap_or(&snapshot.catalog);
    let empty = ColumnsBuilder::new(0).finish();
    let columns = catalog.parts.first().map_or(&empty, |part| &part.segment.columns);

    let mut out = Vec::with_capacity(columns.len() * 64);
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend([0; 4]);
    out.extend(snapshot.watermark.to_le_bytes());
    out.extend((columns.len() as u64).to_le_bytes());
    out.extend((catalog.removed.len() as u64).to_le_bytes());
    let mut removed: Vec<_> = catalog.removed.iter().collect();
    removed.sort_unstable();
    column(&mut out, &removed.iter().flat_map(|(id, _)| *id.as_bytes()).collect::<Vec<u8>>())?;
    column(&mut out, &removed.iter().flat_map(|(_, at)| at.to_le_bytes()).collect::<Vec<u8>>())?;
    write_columns(&mut out, columns)?;
    let checksum = crc32fast::hash(&out[16..]);
    out[12..16].copy_from_slice(&checksum.to_le_bytes());
    Ok(out)
}

fn write_columns(out: &mut Vec<u8>, columns: &Columns) -> io::Result<()> {
    let rows = 0..columns.len() as u32;
    // A UUIDv7 begins with the time of creation, so its first six bytes are mostly no news; the rest is random.
    let heads = rows.clone().map(|row| id_time(columns, row).wrapping_sub(columns.created.get(row)));
    column(out, &planes48(heads))?;
    column(out, &columns.ids.iter().flat_map(|id| id[6..].iter().copied()).collect::<Vec<u8>>())?;
    let gaps =
        rows.clone().map(|row| columns.created.get(row) - row.checked_sub(1).map_or(0, |r| columns.created.get(r)));
    column(out, &planes48(gaps))?;
    column(out, &planes48(rows.map(|row| columns.changed.get(row).wrapping_sub(columns.created.get(row)))))?;
    column(out, &planes16(&columns.flags))?;
    column(out, &planes32(&columns.duration))?;
    column48(out, &columns.size)?;
    column(out, &planes16(&columns.width))?;
    column(out, &planes16(&columns.height))?;
    write_engagement(out, columns)?;
    for coded in [&columns.producer, &columns.creator, &columns.directory, &columns.category] {
        coded_column(out, coded)?;
    }
    values(out, &columns.tags)?;
    write_texts(out, columns)
}

fn write_engagement(out: &mut Vec<u8>, columns: &Columns) -> io::Result<()> {
    let rows = columns.engagement.rows();
    let Numbers { views, upvotes, comments, completions, watch_time, published } = &columns.engagement.numbers;
    column(out, &rows.words().iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>())?;
    for counts in [views, upvotes, comments, completions] {
        column(out, &planes32(counts))?;
    }
    column48(out, watch_time)?;
    let since = rows.iter().zip(0..).map(|(row, place)| published.get(place).wrapping_sub(columns.created.get(row)));
    column(out, &planes48(since))
}

/// Lengths apart from texts, titles apart from names of files: each compresses better among its like.
fn write_texts(out: &mut Vec<u8>, columns: &Columns) -> io::Result<()> {
    let (mut title_lengths, mut titles, mut name_lengths, mut names) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut filenames, mut tag_counts, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..columns.len() as u32 {
        let texts = columns.texts(row);
        write_varint(&mut title_lengths, texts.title.len() as u32);
        titles.extend(texts.title.as_bytes());
        write_varint(&mut name_lengths, texts.basename.len() as u32);
        names.extend(texts.basename.as_bytes());
        write_filename(&mut filenames, texts.filename);
        write_varint(&mut tag_counts, texts.tags().count() as u32);
        texts.tags().for_each(|tag| write_varint(&mut tags, tag));
    }
    for stream in [title_lengths, titles, name_lengths, names, filenames, tag_counts, tags] {
        column(out, &stream)?;
    }
    Ok(())
}

fn id_time(columns: &Columns, row: u32) -> u64 {
    columns.ids[row as usize][..6].iter().fold(0, |time, &byte| time << 8 | u64::from(byte))
}

fn coded_column(out: &mut Vec<u8>, coded: &Coded) -> io::Result<()> {
    values(out, &coded.values)?;
    column(out, &planes32(&coded.ids))
}

fn values(out: &mut Vec<u8>, values: &Values) -> io::Result<()> {
    column(out, &planes32(&values.ends))?;
    column(out, values.text.as_bytes())
}

fn column48(out: &mut Vec<u8>, values: &Column48) -> io::Result<()> {
    column(out, &planes48((0..values.low.len() as u32).map(|row| values.get(row))))
}

fn planes48(values: impl Iterator<Item = u64>) -> Vec<u8> {
    to_planes(&values.flat_map(|v| v.to_le_bytes().into_iter().take(6)).collect::<Vec<u8>>(), 6)
}

fn planes32(values: &[u32]) -> Vec<u8> {
    to_planes(&values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>(), 4)
}

fn planes16(values: &[u16]) -> Vec<u8> {
    to_planes(&values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>(), 2)
}

fn column(out: &mut Vec<u8>, raw: &[u8]) -> io::Result<()> {
    let packed = zstd::bulk::compress(raw, LEVEL)?;
    out.extend((raw.len() as u64).to_le_bytes());
    out.extend((packed.len() as u64).to_le_bytes());
    out.extend(packed);
    Ok(())
}
