//! Listing: each segment selects and orders its own rows, the page is merged from them.

use crate::catalog::{Catalog, Part};
use crate::columns::Columns;
use crate::order::{Key, Span, key};
use crate::query::{Bounds, Cursor, CursorError, Filter, Needles, Page, Query, Sort, SortBy, Start};
use crate::rows::RowSet;

/// The matching rows of one segment.
pub(crate) struct Matched<'a> {
    pub(crate) part: usize,
    pub(crate) set: RowSet<'a>,
    pub(crate) count: usize,
}

/// A row in the order of a page.
struct Placed {
    part: usize,
    row: u32,
    key: Key,
}

impl Catalog {
    /// One page of the videos that meet a filter, with their exact number.
    pub fn list(&self, query: &Query) -> Result<Page, CursorError> {
        let after = match &query.start {
            Start::Offset(_) => None,
            Start::After(cursor) if cursor.by == query.sort.by => Some(&cursor.key),
            Start::After(_) => return Err(CursorError),
        };
        let matched = self.matched(&query.filter);
        let total = matched.iter().map(|m| m.count).sum();
        let offset = match query.start {
            Start::Offset(offset) => offset,
            Start::After(_) => 0,
        };
        if offset >= total || query.limit == 0 {
            return Ok(Page { entries: Vec::new(), total, next: None });
        }
        let mut page = self.page(&matched, query, after, offset);
        let more = page.len() > query.limit;
        page.truncate(query.limit);
        let next = page.last().filter(|_| more).map(|last| Cursor { by: query.sort.by, key: last.key.clone() });
        Ok(Page { entries: page.iter().map(|p| self.entry(p.part, p.row)).collect(), total, next })
    }

    /// How many videos meet the filter.
    pub fn count(&self, filter: &Filter) -> usize {
        self.matched(filter).iter().map(|m| m.count).sum()
    }

    /// The segments in which videos meet the filter, each with its rows.
    pub(crate) fn matched(&self, filter: &Filter) -> Vec<Matched<'_>> {
        let needles = Needles::new(filter);
        let select = |(part, state)| {
            let Part { segment, dead, counts, .. }: &Part = state;
            let (set, count) = segment.select(filter, &needles, dead.as_deref(), counts);
            Matched { part, set, count }
        };
        self.parts.iter().enumerate().map(select).filter(|m| m.count > 0).collect()
    }

    /// The page and, if there is one, the entry behind it.
    fn page(&self, matched: &[Matched<'_>], query: &Query, after: Option<&Key>, offset: usize) -> Vec<Placed> {
        let wanted = query.limit.saturating_add(1);
        let end = offset.saturating_add(wanted);
        let Some(largest) = matched.iter().max_by_key(|m| m.count) else { return Vec::new() };
        let others = matched.iter().filter(|m| m.part != largest.part);
        let mut others: Vec<Ordered<'_>> = others.map(|m| self.ordered(m, query, after, 0, end)).collect();
        // At most all others precede the page, so it begins in the largest part no earlier than here.
        let first = offset.saturating_sub(others.iter().map(|list| list.rows.len()).sum());
        let mut base = self.ordered(largest, query, after, first, end - first);
        // How many rows of the largest part, from there, precede the page.
        let position = |i: usize| {
            let key = base.key(i);
            first + i + others.iter().map(|list| list.rank(&key)).sum::<usize>()
        };
        let (mut low, mut high) = (0, base.rows.len());
        while low < high && !others.is_empty() {
            let middle = low.midpoint(high);
            if position(middle) < offset { low = middle + 1 } else { high = middle }
        }
        let mut place = first;
        if low > 0 {
            place = position(low - 1) + 1;
            let key = base.key(low - 1);
            for list in &mut others {
                list.at = list.rank(&key);
            }
            base.at = low;
        }
        others.push(base);
        let mut merge = Merge::new(others);
        (place..offset).for_each(|_| drop(merge.next()));
        merge.take(wanted).collect()
    }

    fn ordered(
        &self,
        matched: &Matched<'_>,
        query: &Query,
        after: Option<&Key>,
        skip: usize,
        limit: usize,
    ) -> Ordered<'_> {
        let segment = &self.parts[matched.part].segment;
        let span = Span {
            sort: query.sort,
            after,
            skip,
            limit,
            count: matched.count,
            bounds: bounds_of(&query.filter, query.sort),
        };
        let rows = segment.orders.page(&segment.columns, &matched.set, &span);
        Ordered { part: matched.part, columns: &segment.columns, sort: query.sort, rows, at: 0 }
    }
}

/// Rows of one segment in order, and how many of them are used.
struct Ordered<'a> {
    part: usize,
    columns: &'a Columns,
    sort: Sort,
    rows: Vec<u32>,
    at: usize,
}

impl Ordered<'_> {
    fn key(&self, i: usize) -> Key {
        key(self.columns, self.rows[i], self.sort.by)
    }

    fn head(&self) -> Option<Key> {
        (self.at < self.rows.len()).then(|| self.key(self.at))
    }

    /// How many of the rows precede a key.
    fn rank(&self, other: &Key) -> usize {
        self.rows.partition_point(|&row| precedes(&key(self.columns, row, self.sort.by), other, self.sort))
    }
}

fn precedes(a: &Key, b: &Key, sort: Sort) -> bool {
    if sort.descending { a > b } else { a < b }
}

/// Rows of all segments in order.
struct Merge<'a> {
    lists: Vec<Ordered<'a>>,
    heads: Vec<Option<Key>>,
}

impl<'a> Merge<'a> {
    fn new(lists: Vec<Ordered<'a>>) -> Self {
        let heads = lists.iter().map(Ordered::head).collect();
        Self { lists, heads }
    }
}

impl Iterator for Merge<'_> {
    type Item = Placed;

    fn next(&mut self) -> Option<Placed> {
        let mut first: Option<(usize, &Key)> = None;
        for (i, head) in self.heads.iter().enumerate() {
            if let Some(head) = head
                && first.is_none_or(|(_, key)| precedes(head, key, self.lists[i].sort))
            {
                first = Some((i, head));
            }
        }
        let (i, _) = first?;
        let list = &mut self.lists[i];
        let row = list.rows[list.at];
        list.at += 1;
        let key = std::mem::replace(&mut self.heads[i], list.head())?;
        Some(Placed { part: list.part, row, key })
    }
}

/// The filter's bounds on the field sorted by.
fn bounds_of(filter: &Filter, sort: Sort) -> Bounds {
    match sort.by {
        SortBy::Duration => filter.duration,
        SortBy::Size => filter.size,
        _ => Bounds::default(),
    }
}
