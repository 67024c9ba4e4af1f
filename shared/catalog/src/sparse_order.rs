//! An order by a number that most rows have not: it lists the others, and the rest follow from their creation.

use crate::bitmap::Bitmap;
use crate::columns::Columns;
use crate::order::{Key, KeyValue, Span, number_order, page_of_bits};
use crate::query::SortBy;
use crate::rows::Overlap;
use std::borrow::Cow;

/// The rows with another number than 0: which they are, and in ascending order.
#[derive(Debug)]
pub(crate) struct SparseOrder {
    set: Bitmap,
    order: Vec<u32>,
}

impl SparseOrder {
    pub(crate) fn build(columns: &Columns, by: SortBy) -> Self {
        let order = number_order(columns.engagement.numbered(by), columns.len());
        let mut set = Bitmap::new(columns.len());
        for &row in &order {
            set.set(row);
        }
        Self { set, order }
    }

    /// The rows of `bits` in the order of the span; see [`crate::order::Orders::page`].
    pub(crate) fn page(&self, columns: &Columns, bits: &Overlap<'_>, span: &Span<'_>) -> Vec<u32> {
        let everything = 0..columns.len() as u32;
        let (mut numbered, mut others) = (bits.within(&everything), bits.within(&everything));
        numbered.keep(Cow::Borrowed(&self.set));
        others.leave_out(&self.set);
        let count = numbered.count();
        let counts = [count, span.count.saturating_sub(count)];
        let begins_numbered = span.after.map(has_number);
        let (mut rows, mut skip) = (Vec::new(), span.skip);
        for is_numbered in [span.sort.descending, !span.sort.descending] {
            // Those that a page begins behind come whole before the place it begins at, or whole behind it.
            let begins_here = begins_numbered.is_none_or(|numbered| numbered == is_numbered);
            if !begins_here && is_numbered == span.sort.descending {
                continue;
            }
            let count = counts[usize::from(!is_numbered)];
            let part = Span {
                after: span.after.filter(|_| begins_here),
                skip,
                limit: span.limit - rows.len(),
                count,
                ..*span
            };
            if part.after.is_none() && skip >= count {
                skip -= count;
                continue;
            }
            rows.extend(if is_numbered {
                self.page_of_numbered(columns, &numbered, &part)
            } else {
                page_of_bits(columns, &others, &part)
            });
            if rows.len() >= span.limit {
                break;
            }
            skip = 0;
        }
        rows
    }

    fn page_of_numbered(&self, columns: &Columns, bits: &Overlap<'_>, span: &Span<'_>) -> Vec<u32> {
        let order = span.admitted(columns, &self.order).iter().copied();
        if !span.is_long_way(self.order.len()) {
            return span.page_of(order.filter(|&row| bits.get(row)));
        }
        let bits = bits.combined();
        span.page_of(order.filter(|&row| bits.get(row)))
    }

    pub(crate) fn bytes(&self) -> usize {
        self.set.bytes() + self.order.capacity() * 4
    }
}

fn has_number(key: &Key) -> bool {
    key.value != KeyValue::Number(0)
}
