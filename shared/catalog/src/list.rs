//! Listing: each segment selects and orders its own rows, the page is merged from them.

use crate::bitmap::RowSet;
use crate::catalog::Catalog;
use crate::order::{Key, Span, key};
use crate::query::{Bounds, Cursor, CursorError, Filter, Needles, Page, Query, Sort, SortBy, Start};

/// The matching rows of one segment.
struct Matched {
    part: usize,
    set: RowSet,
    count: usize,
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

    fn matched(&self, filter: &Filter) -> Vec<Matched> {
        let needles = Needles::new(filter);
        let select = |(part, state): (usize, &crate::catalog::Part)| {
            let set = state.segment.select(filter, &needles, state.dead.as_deref());
            let (set, count) = set.compacted(state.segment.len());
            Matched { part, set, count }
        };
        self.parts.iter().enumerate().map(select).filter(|m| m.count > 0).collect()
    }

    /// The page and, if there is one, the entry behind it.
    fn page(&self, matched: &[Matched], query: &Query, after: Option<&Key>, offset: usize) -> Vec<Placed> {
        let wanted = query.limit.saturating_add(1);
        let end = offset.saturating_add(wanted);
        let precedes = |a: &Key, b: &Key| if query.sort.descending { a > b } else { a < b };
        let Some(largest) = matched.iter().max_by_key(|m| m.count) else { return Vec::new() };
        let mut others: Vec<Placed> = matched
            .iter()
            .filter(|m| m.part != largest.part)
            .flat_map(|m| self.rows(m, query, after, 0, end))
            .collect();
        others.sort_by(|a, b| if query.sort.descending { b.key.cmp(&a.key) } else { a.key.cmp(&b.key) });
        others.truncate(end);
        // At most all others precede the page, so it begins in the largest part no earlier than here.
        let first = offset.saturating_sub(others.len());
        let base: Vec<Placed> = self.rows(largest, query, after, first, end - first).collect();
        let ahead = offset - first;
        let (mut low, mut high) = (ahead.saturating_sub(base.len()), ahead.min(others.len()));
        while low < high {
            let middle = low.midpoint(high);
            if precedes(&base[ahead - middle - 1].key, &others[middle].key) { high = middle } else { low = middle + 1 }
        }
        let mut base = base.into_iter().skip(ahead - low).peekable();
        let mut others = others.into_iter().skip(low).peekable();
        let next = || match (base.peek(), others.peek()) {
            (Some(a), Some(b)) if precedes(&b.key, &a.key) => others.next(),
            (Some(_), _) => base.next(),
            (None, _) => others.next(),
        };
        std::iter::from_fn(next).take(wanted).collect()
    }

    fn rows<'a>(
        &'a self,
        matched: &Matched,
        query: &'a Query,
        after: Option<&Key>,
        skip: usize,
        limit: usize,
    ) -> impl Iterator<Item = Placed> + use<'a> {
        let segment = &self.parts[matched.part].segment;
        let part = matched.part;
        let span = Span {
            sort: query.sort,
            after,
            skip,
            limit,
            count: matched.count,
            bounds: bounds_of(&query.filter, query.sort),
        };
        let rows = segment.orders.page(&segment.columns, &matched.set, &span);
        rows.into_iter().map(move |row| Placed { part, row, key: key(&segment.columns, row, query.sort.by) })
    }
}

/// The filter's bounds on the field sorted by.
fn bounds_of(filter: &Filter, sort: Sort) -> Bounds {
    match sort.by {
        SortBy::Duration => filter.duration,
        SortBy::Size => filter.size,
        SortBy::Created | SortBy::Title | SortBy::Views => Bounds::default(),
    }
}
