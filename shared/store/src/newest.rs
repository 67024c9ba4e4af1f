//! Lists of what an audience wrote, newest first, out of several partitions of an index.
//!
//! A page begins where a cursor says, which is a moment and an id and not a number of items: what is written meanwhile is
//! newer than the cursor and moves nothing.

use std::{collections::VecDeque, fmt, str::FromStr};

use aws_sdk_dynamodb::{operation::query::builders::QueryFluentBuilder, types::AttributeValue};
use framehouse_domain::Timestamp;
use futures::future::try_join_all;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{Item, get_text, text},
    error::unavailable,
    key::{BY_USER, BY_USER_AT, BY_VIDEO, BY_VIDEO_AT},
};

/// Partitions of the index `byVideo` that the comments, and likewise the reactions, of one video are spread over. Each takes
/// 1,000 writes a second (AWS limit).
pub(crate) const LIST_SHARDS: u8 = 4;
/// How many items of a partition are read at once beyond its share of a page: partitions differ by chance.
const SPARE: usize = 8;
/// The most items of one read.
const MOST: usize = 100;
/// Items of each read in which some are sought among others. After the last one a page ends, however short it is.
const SOUGHT: [i32; 3] = [100, 300, 600];

/// The place in a list after which a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    at: Timestamp,
    id: Uuid,
}

/// A part of a list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it; fewer than were asked for, or none, does not make it the last.
    pub items: Vec<T>,
    /// Where the next one begins; none after the last.
    pub next: Option<Cursor>,
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no cursor of a list")]
pub struct CursorError;

/// A partition of an index, or what in it begins with `prefix`. The sort key goes on with a moment, `#`, and an id.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    /// Name of the index, which is also that of its partition key.
    pub(crate) index: &'static str,
    /// Name of its sort key.
    pub(crate) sort: &'static str,
    pub(crate) value: String,
    pub(crate) prefix: &'static str,
}

/// A partition as far as it was read.
struct Run {
    partition: Partition,
    /// The greatest sort key that was not read.
    high: String,
    ahead: VecDeque<Item>,
    ended: bool,
}

/// What an index sorts an item by.
pub(crate) fn sort_value(prefix: &str, at: Timestamp, id: Uuid) -> String {
    format!("{prefix}{at}#{}", id.hyphenated())
}

/// The attributes by which a list of a video has an item.
pub(crate) fn in_list(list: String, at: Timestamp, id: Uuid) -> [(String, AttributeValue); 2] {
    [(BY_VIDEO.to_owned(), text(list)), (BY_VIDEO_AT.to_owned(), text(sort_value("", at, id)))]
}

/// The attributes by which a user's own things of one kind have an item.
pub(crate) fn of_user(user: &str, prefix: &'static str, at: Timestamp, id: Uuid) -> [(String, AttributeValue); 2] {
    let of = Partition::of_user(user, prefix);
    [(BY_USER.to_owned(), text(of.value)), (BY_USER_AT.to_owned(), text(sort_value(prefix, at, id)))]
}

/// The partition, of those that a video's comments or reactions are spread over, that has the one with this id.
pub(crate) fn list_shard(id: Uuid) -> u8 {
    id.as_bytes()[15] % LIST_SHARDS
}

impl Cursor {
    /// The greatest sort key behind this place. Ids are written in a fixed length, so their texts sort as their numbers.
    fn before(self, prefix: &str) -> String {
        sort_value(prefix, self.at, Uuid::from_u128(self.id.as_u128().saturating_sub(1)))
    }

    fn of(sort: &str) -> Option<Self> {
        let (at, id) = sort.split_once('#')?;
        Some(Self { at: at.parse().ok()?, id: id.parse().ok()? })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", hex::encode(self.at.as_millis().to_be_bytes()), self.id.simple())
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let bytes: [u8; 24] = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(CursorError)?;
        let (millis, id) = bytes.split_at(8);
        let millis = millis.iter().fold(0, |millis, &byte| millis << 8 | i64::from(byte));
        Ok(Self { at: Timestamp::from_millis(millis), id: Uuid::from_slice(id).map_err(|_| CursorError)? })
    }
}

impl<T> Page<T> {
    pub(crate) fn try_map<U, E>(self, read: impl Fn(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page { items: self.items.into_iter().map(read).collect::<Result<_, E>>()?, next: self.next })
    }
}

impl Partition {
    /// A part of a list of a video.
    pub(crate) fn of_list(list: String) -> Self {
        Self { index: BY_VIDEO, sort: BY_VIDEO_AT, value: list, prefix: "" }
    }

    /// What a user did of one kind.
    pub(crate) fn of_user(user: &str, prefix: &'static str) -> Self {
        Self { index: BY_USER, sort: BY_USER_AT, value: format!("USER#{user}"), prefix }
    }

    fn low(&self) -> String {
        format!("{}0", self.prefix)
    }

    fn cursor(&self, item: &Item) -> Option<Cursor> {
        Cursor::of(get_text(item, self.sort)?.strip_prefix(self.prefix)?)
    }
}

impl Run {
    fn new(partition: Partition, after: Option<Cursor>) -> Self {
        // Years begin with a digit, and a colon follows the nine.
        let high = after.map_or_else(|| format!("{}:", partition.prefix), |cursor| cursor.before(partition.prefix));
        Self { partition, high, ahead: VecDeque::new(), ended: false }
    }

    fn next(&self) -> Option<Cursor> {
        self.partition.cursor(self.ahead.front()?)
    }
}

impl Store {
    /// The newest `limit` items of these partitions together, or the newest ones after a place.
    pub(crate) async fn newest(
        &self,
        verb: &'static str,
        partitions: Vec<Partition>,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<Page<Item>, StoreError> {
        let share = (limit / partitions.len().max(1)).saturating_add(SPARE).min(MOST);
        let mut runs: Vec<Run> = partitions.into_iter().map(|partition| Run::new(partition, after)).collect();
        let (mut items, mut last) = (Vec::new(), None);
        loop {
            let short = runs.iter_mut().filter(|run| run.ahead.is_empty() && !run.ended);
            try_join_all(short.map(|run| self.read_ahead(verb, run, share))).await?;
            let Some((newest, run)) =
                runs.iter_mut().filter_map(|run| Some((run.next()?, run))).max_by_key(|run| run.0)
            else {
                return Ok(Page { items, next: None });
            };
            // An index may show what has just moved from one partition to another in both.
            if last == Some(newest) {
                run.ahead.pop_front();
                continue;
            }
            // One more is there than the page has room for.
            if items.len() == limit {
                return Ok(Page { items, next: last });
            }
            items.extend(run.ahead.pop_front());
            last = Some(newest);
        }
    }

    /// As [`Self::newest`], of the items of one partition whose attribute has a value. It is sought among a thousand at the
    /// most, so that no answer costs more the more there is else: a page may be short.
    pub(crate) async fn newest_with(
        &self,
        verb: &'static str,
        partition: Partition,
        (attribute, value): (&'static str, AttributeValue),
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<Page<Item>, StoreError> {
        let mut run = Run::new(partition, after);
        let (mut items, mut reached) = (Vec::new(), None);
        for sought in SOUGHT {
            let query = self.query_run(&run).limit(sought).filter_expression("#only = :only");
            let query = query.expression_attribute_names("#only", attribute);
            let page = query.expression_attribute_values(":only", value.clone()).send().await;
            let page = page.map_err(unavailable(verb))?;
            items.extend(page.items.unwrap_or_default());
            reached = page.last_evaluated_key.as_ref().and_then(|key| run.partition.cursor(key));
            match reached {
                Some(last) if items.len() <= limit => run.high = last.before(run.partition.prefix),
                _ => break,
            }
        }
        if items.len() > limit {
            items.truncate(limit);
            reached = items.last().and_then(|item| run.partition.cursor(item));
        }
        Ok(Page { items, next: reached })
    }

    async fn read_ahead(&self, verb: &'static str, run: &mut Run, share: usize) -> Result<(), StoreError> {
        while run.ahead.is_empty() && !run.ended {
            let query = self.query_run(run).limit(i32::try_from(share).unwrap_or(i32::MAX));
            let page = query.send().await.map_err(unavailable(verb))?;
            match page.last_evaluated_key.as_ref().and_then(|key| run.partition.cursor(key)) {
                Some(last) => run.high = last.before(run.partition.prefix),
                None => run.ended = true,
            }
            // An item without a place in the list is none of ours.
            let items = page.items.unwrap_or_default().into_iter();
            run.ahead.extend(items.filter(|item| run.partition.cursor(item).is_some()));
        }
        Ok(())
    }

    fn query_run(&self, run: &Run) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(run.partition.index)
            .key_condition_expression("#partition = :partition AND #sort BETWEEN :low AND :high")
            .expression_attribute_names("#partition", run.partition.index)
            .expression_attribute_names("#sort", run.partition.sort)
            .expression_attribute_values(":partition", text(&run.partition.value))
            .expression_attribute_values(":low", text(run.partition.low()))
            .expression_attribute_values(":high", text(&run.high))
            .scan_index_forward(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_short_texts_that_round_trip() {
        let id: Uuid = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap();
        let cursor = Cursor { at: Timestamp::from_millis(1_771_000_000_120), id };
        assert_eq!(cursor.to_string(), "0000019c57d36e780197c1f0a5c87d6c8f4e0123456789ab");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "x", "00", &"0".repeat(47), &"0".repeat(50), "é"] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
        for extreme in ["f".repeat(48), "0".repeat(48), format!("7{}", "f".repeat(47))] {
            let cursor: Cursor = extreme.parse().unwrap();
            assert!(cursor.before("REACTION#").starts_with("REACTION#"), "{extreme}");
        }
    }

    #[test]
    fn what_is_behind_a_cursor_sorts_below_it() {
        let at = Timestamp::from_millis(1_771_000_000_120);
        let ids = [0_u128, 1, 0xf, 0x10, u128::MAX >> 1, u128::MAX].map(Uuid::from_u128);
        for pair in ids.windows(2) {
            let high = Cursor { at, id: pair[1] }.before("P#");
            assert!(sort_value("P#", at, pair[0]) <= high && high < sort_value("P#", at, pair[1]));
            assert!(sort_value("P#", Timestamp::from_millis(at.as_millis() - 1), pair[1]) < high);
        }
    }
}
