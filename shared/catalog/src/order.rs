//! Orders of a segment's rows, and pages of them.

use crate::bitmap::Bitmap;
use crate::columns::Columns;
use crate::fold::fold_into;
use crate::query::{Bounds, Sort, SortBy};
use crate::rows::{Overlap, RowSet};
use crate::sparse_order::SparseOrder;
use std::ops::Range;
use uuid::Uuid;

/// So few titles are folded and sorted rather than looked for along the title order.
const FEW_TITLES: usize = 2_048;
/// So few rows of an order are looked up in several bitmaps; for more the bitmaps are combined first.
const FEW_STEPS: usize = 4_096;

/// The place of an entry in an order, without its direction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) value: KeyValue,
    pub(crate) created: u64,
    pub(crate) id: Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum KeyValue {
    Number(u64),
    Text(String),
}

/// The rows in each order but that of creation, which is the order of their numbers.
#[derive(Debug)]
pub(crate) struct Orders {
    title: Vec<u32>,
    duration: Vec<u32>,
    size: Vec<u32>,
    views: SparseOrder,
    upvotes: SparseOrder,
    watch_time: SparseOrder,
    published: SparseOrder,
}

impl Orders {
    pub(crate) fn build(columns: &Columns) -> Self {
        let by = |sort_by| {
            let rows = 0..columns.len() as u32;
            number_order(rows.map(|row| (number(columns, row, sort_by), row)), columns.len())
        };
        let sparse = |sort_by| SparseOrder::build(columns, sort_by);
        Self {
            title: title_order(columns),
            duration: by(SortBy::Duration),
            size: by(SortBy::Size),
            views: sparse(SortBy::Views),
            upvotes: sparse(SortBy::Upvotes),
            watch_time: sparse(SortBy::WatchTime),
            published: sparse(SortBy::Published),
        }
    }

    fn of(&self, by: SortBy) -> &[u32] {
        match by {
            SortBy::Title => &self.title,
            SortBy::Duration => &self.duration,
            SortBy::Size => &self.size,
            SortBy::Created | SortBy::Views | SortBy::Upvotes | SortBy::WatchTime | SortBy::Published => &[],
        }
    }

    fn sparse(&self, by: SortBy) -> Option<&SparseOrder> {
        match by {
            SortBy::Views => Some(&self.views),
            SortBy::Upvotes => Some(&self.upvotes),
            SortBy::WatchTime => Some(&self.watch_time),
            SortBy::Published => Some(&self.published),
            SortBy::Created | SortBy::Title | SortBy::Duration | SortBy::Size => None,
        }
    }

    /// The rows with a set value within `bounds`.
    pub(crate) fn within(&self, columns: &Columns, by: SortBy, bounds: Bounds) -> RowSet<'static> {
        let order = self.of(by);
        let range = self.window(columns, by, bounds);
        if RowSet::is_sparse(range.len(), order.len()) {
            let mut rows = order[range].to_vec();
            rows.sort_unstable();
            return RowSet::Rows(rows);
        }
        if range.len() * 2 <= order.len() {
            let mut bits = Bitmap::new(order.len());
            order[range].iter().for_each(|&row| bits.set(row));
            return RowSet::owned(bits);
        }
        let mut bits = Bitmap::full(order.len());
        order[..range.start].iter().chain(&order[range.end..]).for_each(|&row| bits.clear(row));
        RowSet::owned(bits)
    }

    /// The places in an order whose values are set and within `bounds`.
    fn window(&self, columns: &Columns, by: SortBy, bounds: Bounds) -> Range<usize> {
        let order = self.of(by);
        // Stored values are one more than the real ones, 0 is unset.
        let least = bounds.min.unwrap_or(0).saturating_add(1);
        let start = order.partition_point(|&row| number(columns, row, by) < least);
        let end = bounds
            .max
            .map_or(order.len(), |max| order.partition_point(|&row| number(columns, row, by) <= max.saturating_add(1)));
        start..end.max(start)
    }

    pub(crate) fn bytes(&self) -> usize {
        let full: usize = [&self.title, &self.duration, &self.size].iter().map(|order| order.capacity() * 4).sum();
        full + [&self.views, &self.upvotes, &self.watch_time, &self.published].iter().map(|o| o.bytes()).sum::<usize>()
    }

    /// The rows of `set` in the order of `sort`, from the first behind `after`, `skip` left out, `limit` at most.
    /// `bounds` of the field sorted by, if it is filtered by, shorten the way.
    pub(crate) fn page(&self, columns: &Columns, set: &RowSet<'_>, span: &Span<'_>) -> Vec<u32> {
        if span.sort.by == SortBy::Created {
            return page_by_creation(columns, set, span);
        }
        match set {
            RowSet::Bits(bits) if RowSet::is_sparse(span.count, columns.len()) => {
                self.page_of_few(columns, &bits.iter().collect::<Vec<_>>(), span)
            }
            RowSet::Bits(bits) if let Some(order) = self.sparse(span.sort.by) => order.page(columns, bits, span),
            RowSet::Bits(bits) if bits.is_all() => span.page_of(self.ordered(columns, span).iter().copied()),
            RowSet::Bits(bits) => {
                if !span.is_long_way(columns.len()) {
                    return self.walk(columns, |row| bits.get(row), span);
                }
                let bits = bits.combined();
                let bits: &Bitmap = &bits;
                self.walk(columns, |row| bits.get(row), span)
            }
            RowSet::Rows(rows) => self.page_of_few(columns, rows, span),
        }
    }

    fn page_of_few(&self, columns: &Columns, rows: &[u32], span: &Span<'_>) -> Vec<u32> {
        let Sort { by, descending } = span.sort;
        if by != SortBy::Title {
            let keyed = rows.iter().filter(|&&row| span.admits(columns, row));
            return select(keyed.map(|&row| (number(columns, row, by), row)).collect(), descending, span);
        }
        if rows.len() > FEW_TITLES {
            let mut bits = Bitmap::new(columns.len());
            for &row in rows {
                bits.set(row);
            }
            return self.walk(columns, |row| bits.get(row), span);
        }
        let keyed = rows.iter().map(|&row| {
            let mut title = String::new();
            fold_into(columns.title(row), &mut title);
            (title, row)
        });
        select(keyed.filter(|(_, row)| span.admits(columns, *row)).collect(), descending, span)
    }

    fn walk(&self, columns: &Columns, has: impl Fn(u32) -> bool, span: &Span<'_>) -> Vec<u32> {
        span.page_of(self.ordered(columns, span).iter().copied().filter(|&row| has(row)))
    }

    /// The rows in ascending order, those left out that the bounds and the place to begin at leave out.
    fn ordered(&self, columns: &Columns, span: &Span<'_>) -> &[u32] {
        let by = span.sort.by;
        let order = self.of(by);
        let window = if span.bounds.is_open() { 0..order.len() } else { self.window(columns, by, span.bounds) };
        span.admitted(columns, &order[window])
    }
}

/// Which part of an ordered set is wanted.
pub(crate) struct Span<'a> {
    pub(crate) sort: Sort,
    pub(crate) after: Option<&'a Key>,
    pub(crate) skip: usize,
    pub(crate) limit: usize,
    /// How many rows the set has.
    pub(crate) count: usize,
    /// The filter's bounds on the field sorted by.
    pub(crate) bounds: Bounds,
}

impl Span<'_> {
    /// Those of the rows, which are in ascending order, that come behind the place to begin at.
    pub(crate) fn admitted<'a>(&self, columns: &Columns, order: &'a [u32]) -> &'a [u32] {
        let Some(after) = self.after else { return order };
        let by = self.sort.by;
        if self.sort.descending {
            &order[..order.partition_point(|&row| key(columns, row, by).cmp(after).is_lt())]
        } else {
            &order[order.partition_point(|&row| key(columns, row, by).cmp(after).is_le())..]
        }
    }

    /// Whether so many steps along an order of `rows` are worth combining the bitmaps that are looked into.
    pub(crate) fn is_long_way(&self, rows: usize) -> bool {
        self.skip.saturating_add(self.limit).saturating_mul(rows / self.count.max(1)) >= FEW_STEPS
    }

    /// How many to leave out and to take from the other end, if the page is nearer to that.
    fn at_other_end(&self) -> Option<(usize, usize)> {
        let left = self.count.saturating_sub(self.skip);
        let take = self.limit.min(left);
        (self.after.is_none() && self.skip > left).then(|| (left - take, take))
    }

    /// The page of all hits, which come in ascending order.
    pub(crate) fn page_of(&self, hits: impl DoubleEndedIterator<Item = u32>) -> Vec<u32> {
        let descending = self.sort.descending;
        if let Some((skip, limit)) = self.at_other_end() {
            let mut rows: Vec<u32> = if descending {
                hits.skip(skip).take(limit).collect()
            } else {
                hits.rev().skip(skip).take(limit).collect()
            };
            rows.reverse();
            return rows;
        }
        // Without the limit the walk would go on behind the last hit.
        let limit = self.limit.min(self.count);
        if descending {
            hits.rev().skip(self.skip).take(limit).collect()
        } else {
            hits.skip(self.skip).take(limit).collect()
        }
    }

    fn admits(&self, columns: &Columns, row: u32) -> bool {
        self.after.is_none_or(|after| {
            let order = key(columns, row, self.sort.by).cmp(after);
            if self.sort.descending { order.is_lt() } else { order.is_gt() }
        })
    }
}

/// The place of a row in an order.
pub(crate) fn key(columns: &Columns, row: u32, by: SortBy) -> Key {
    let value = if by == SortBy::Title {
        let mut title = String::new();
        fold_into(columns.title(row), &mut title);
        KeyValue::Text(title)
    } else {
        KeyValue::Number(number(columns, row, by))
    };
    Key { value, created: columns.created.get(row), id: columns.id(row) }
}

fn number(columns: &Columns, row: u32, by: SortBy) -> u64 {
    match by {
        SortBy::Created | SortBy::Title => columns.created.get(row),
        SortBy::Duration => u64::from(columns.duration[row as usize]),
        SortBy::Size => columns.size.get(row),
        SortBy::Views | SortBy::Upvotes | SortBy::WatchTime | SortBy::Published => columns.engagement.number(row, by),
    }
}

/// The rows by a number, then by themselves; number and row in one integer where they fit, which sorts twice as fast.
/// `rows` is more than any of them.
pub(crate) fn number_order(numbers: impl Iterator<Item = (u64, u32)> + Clone, rows: usize) -> Vec<u32> {
    let row_bits = 32 - (rows as u32).leading_zeros();
    let largest = numbers.clone().map(|(number, _)| number).max().unwrap_or(0);
    if largest.leading_zeros() >= row_bits {
        let mut packed: Vec<u64> = numbers.map(|(number, row)| number << row_bits | u64::from(row)).collect();
        packed.sort_unstable();
        let mask = (1 << row_bits) - 1;
        return packed.into_iter().map(|key| (key & mask) as u32).collect();
    }
    let mut keyed: Vec<(u64, u32)> = numbers.collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, row)| row).collect()
}

fn title_order(columns: &Columns) -> Vec<u32> {
    let mut title = String::new();
    let mut keyed: Vec<(u128, u32)> = (0..columns.len() as u32)
        .map(|row| {
            title.clear();
            fold_into(columns.title(row), &mut title);
            let mut prefix = [0; 16];
            let len = title.len().min(16);
            prefix[..len].copy_from_slice(&title.as_bytes()[..len]);
            (u128::from_be_bytes(prefix), row)
        })
        .collect();
    keyed.sort_unstable();
    // Titles that begin with the same sixteen bytes are compared whole.
    for same in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
        if same.len() > 1 && same[0].0 & 0xff != 0 {
            same.sort_by_cached_key(|&(_, row)| {
                let mut title = String::new();
                fold_into(columns.title(row), &mut title);
                (title, row)
            });
        }
    }
    keyed.into_iter().map(|(_, row)| row).collect()
}

fn select<K: Ord>(mut keyed: Vec<(K, u32)>, descending: bool, span: &Span<'_>) -> Vec<u32> {
    let end = span.skip.saturating_add(span.limit);
    let order = |a: &(K, u32), b: &(K, u32)| if descending { b.cmp(a) } else { a.cmp(b) };
    if end < keyed.len() {
        keyed.select_nth_unstable_by(end, order);
        keyed.truncate(end);
    }
    if span.skip > 0 && span.skip < keyed.len() {
        keyed.select_nth_unstable_by(span.skip, order);
    }
    let page = keyed.get_mut(span.skip..).unwrap_or_default();
    page.sort_unstable_by(order);
    page.iter().map(|&(_, row)| row).collect()
}

fn page_by_creation(columns: &Columns, set: &RowSet<'_>, span: &Span<'_>) -> Vec<u32> {
    match set {
        RowSet::Rows(rows) => {
            let range = range_behind(columns, span);
            let place = |end| rows.partition_point(|&row| row < end);
            let rows = &rows[place(range.start)..place(range.end)];
            if span.sort.descending {
                rows.iter().rev().skip(span.skip).take(span.limit).copied().collect()
            } else {
                rows.iter().skip(span.skip).take(span.limit).copied().collect()
            }
        }
        RowSet::Bits(bits) => page_of_bits(columns, bits, span),
    }
}

/// The page of rows that are equal but for their creation.
pub(crate) fn page_of_bits(columns: &Columns, bits: &Overlap<'_>, span: &Span<'_>) -> Vec<u32> {
    let bits = bits.within(&range_behind(columns, span));
    let descending = span.sort.descending;
    let Some((skip, limit)) = span.at_other_end() else { return bits.nth(descending, span.skip, span.limit) };
    let mut rows = bits.nth(!descending, skip, limit);
    rows.reverse();
    rows
}

/// The rows that were created behind the place to begin at.
fn range_behind(columns: &Columns, span: &Span<'_>) -> Range<u32> {
    let mut range = 0..columns.len() as u32;
    if let Some(after) = span.after {
        let place = |row: u32| (columns.created.get(row), columns.id(row)).cmp(&(after.created, after.id));
        if span.sort.descending {
            range.end = partition(range.end, |row| place(row).is_lt());
        } else {
            range.start = partition(range.end, |row| place(row).is_le());
        }
    }
    range
}

/// The first of `0..end` that does not meet the condition, which the ones before it meet.
fn partition(end: u32, meets: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low.midpoint(high);
        if meets(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
