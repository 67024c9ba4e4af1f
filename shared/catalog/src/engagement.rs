//! What viewers did with videos, and since when those are in the gallery: of most videos there is nothing to say, so
//! only the others have places in these columns.

use crate::bitmap::{Bitmap, RankBitmap};
use crate::columns::Column48;
use crate::entry::Entry;
use crate::query::SortBy;

/// What is said of one video; all zero and unset of most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Engaged {
    pub(crate) views: u32,
    pub(crate) upvotes: u32,
    pub(crate) comments: u32,
    pub(crate) completions: u32,
    pub(crate) watch_time: u64,
    pub(crate) published_at: Option<u64>,
}

/// The rows of which something is said, and a place in each column for each of them.
#[derive(Debug, Default)]
pub(crate) struct Engagement {
    rows: RankBitmap,
    pub(crate) numbers: Numbers,
}

/// One value for each row that has a place.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) views: Vec<u32>,
    pub(crate) upvotes: Vec<u32>,
    pub(crate) comments: Vec<u32>,
    pub(crate) completions: Vec<u32>,
    pub(crate) watch_time: Column48,
    /// One more than it is, 0 is unset.
    pub(crate) published: Column48,
}

impl Engagement {
    /// The places belong to the bits of `rows`, in order.
    pub(crate) fn new(rows: Bitmap, numbers: Numbers) -> Self {
        Self { rows: RankBitmap::new(rows), numbers }
    }

    /// The rows that have a place.
    pub(crate) fn rows(&self) -> &Bitmap {
        self.rows.bits()
    }

    /// A row's place, if it has one.
    #[inline]
    pub(crate) fn place(&self, row: u32) -> Option<usize> {
        self.rows.bits().get(row).then(|| self.rows.rank_through(row) as usize - 1)
    }

    pub(crate) fn of(&self, row: u32) -> Engaged {
        self.place(row).map(|place| self.at(place)).unwrap_or_default()
    }

    pub(crate) fn at(&self, place: usize) -> Engaged {
        let Numbers { views, upvotes, comments, completions, watch_time, published } = &self.numbers;
        Engaged {
            views: views[place],
            upvotes: upvotes[place],
            comments: comments[place],
            completions: completions[place],
            watch_time: watch_time.get(place as u32),
            published_at: published.get(place as u32).checked_sub(1),
        }
    }

    /// The number that a row is ordered by, 0 for one that has no place.
    #[inline]
    pub(crate) fn number(&self, row: u32, by: SortBy) -> u64 {
        self.place(row).map_or(0, |place| self.number_at(place, by))
    }

    #[inline]
    fn number_at(&self, place: usize, by: SortBy) -> u64 {
        match by {
            SortBy::Upvotes => u64::from(self.numbers.upvotes[place]),
            SortBy::WatchTime => self.numbers.watch_time.get(place as u32),
            SortBy::Published => self.numbers.published.get(place as u32),
            _ => u64::from(self.numbers.views[place]),
        }
    }

    /// The rows with another number than 0, ascending, each with its number.
    pub(crate) fn numbered(&self, by: SortBy) -> impl Iterator<Item = (u64, u32)> + Clone + '_ {
        let all = self.rows.bits().iter().zip(0..).map(move |(row, place)| (self.number_at(place, by), row));
        all.filter(|&(number, _)| number != 0)
    }

    pub(crate) fn bytes(&self) -> usize {
        let Numbers { views, upvotes, comments, completions, watch_time, published } = &self.numbers;
        let narrow: usize = [views, upvotes, comments, completions].iter().map(|column| column.capacity() * 4).sum();
        self.rows.bytes() + narrow + watch_time.bytes() + published.bytes()
    }
}

/// Takes the entries of all rows in order.
#[derive(Default)]
pub(crate) struct EngagementBuilder {
    len: u32,
    rows: Vec<u32>,
    numbers: Numbers,
}

impl EngagementBuilder {
    pub(crate) fn push<S>(&mut self, entry: &Entry<S>) {
        let row = self.len;
        self.len += 1;
        let counts = [entry.views, entry.upvotes, entry.comments, entry.completions];
        if counts == [0; 4] && entry.watch_time == 0 && entry.published_at.is_none() {
            return;
        }
        self.rows.push(row);
        self.numbers.views.push(entry.views);
        self.numbers.upvotes.push(entry.upvotes);
        self.numbers.comments.push(entry.comments);
        self.numbers.completions.push(entry.completions);
        self.numbers.watch_time.push(entry.watch_time);
        self.numbers.published.push(entry.published_at.map_or(0, |at| at.saturating_add(1)));
    }

    pub(crate) fn finish(mut self) -> Engagement {
        let mut rows = Bitmap::new(self.len as usize);
        self.rows.iter().for_each(|&row| rows.set(row));
        self.numbers.shrink();
        Engagement::new(rows, self.numbers)
    }
}

impl Numbers {
    fn shrink(&mut self) {
        let Self { views, upvotes, comments, completions, watch_time, published } = self;
        [views, upvotes, comments, completions].into_iter().for_each(Vec::shrink_to_fit);
        watch_time.shrink();
        published.shrink();
    }
}
