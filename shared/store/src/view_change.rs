//! What the table's stream tells of an audience: the only reader of the stream's images.
//!
//! A record is read the same way however often it is delivered, so that one which cannot be read is left out every time.

use framehouse_domain::{Timestamp, VIEW_SHARDS, VideoId, ViewId, ViewTally};
use serde_dynamo::{AttributeValue, Item};

use crate::{
    key::{EXPIRES_AT, MARK_SERIAL, PK, SK, VIEW_MARK},
    view_item::is_view,
};

/// Digits of the longest sequence number (AWS limit); shorter ones are padded, so that texts sort as numbers do.
const SEQUENCE_DIGITS: usize = 40;
const SECONDS_PER_DAY: i64 = 86_400;

/// A record of the stream, as the consumer gets it.
#[derive(Debug, Clone, Copy)]
pub struct StreamRecord<'a> {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub event_name: &'a str,
    /// Where it is in the order of changes.
    pub sequence_number: Option<&'a str>,
    /// Primary key of the item.
    pub keys: &'a Item,
    /// The item before; empty when there was none.
    pub old_image: &'a Item,
    /// The item after; empty when there is none.
    pub new_image: &'a Item,
}

/// What a record of the stream means to the counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AudienceChange {
    /// A view began, or changed.
    View(ViewChange),
    /// Votes or comments of a video were counted.
    Acts(VideoId),
    /// Nothing that is counted.
    Other,
}

/// A record that is not as this version of the code writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedRecord(&'static str);

/// The partition that views are counted by: what happens to its items is told in the order in which it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewPartition {
    /// What is viewed.
    pub video: VideoId,
    /// Which of its partitions.
    pub shard: u8,
}

/// A change of one view, or a mark among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewChange {
    /// Where the view is stored.
    pub partition: ViewPartition,
    pub(crate) sequence: String,
    pub(crate) what: Change,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// By how much a view changed.
    Tally {
        /// When it began; that day is credited, whatever day it is now.
        began: Timestamp,
        difference: ViewTally,
        /// The day, counted from 1970, on which the view is forgotten.
        expires: i64,
    },
    /// All changes before this one are counted when this one is: see `reconcile`.
    Mark(u64),
}

impl ViewChange {
    /// Whether counting it changes nothing.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(&self.what, Change::Tally { difference, .. } if difference.is_zero())
    }
}

/// What a record means; an error when it is about a view but cannot be read, which it then never can be.
pub fn audience_change(record: StreamRecord<'_>) -> Result<AudienceChange, MalformedRecord> {
    let key = |name| text(record.keys, name).ok_or(MalformedRecord("its key is no text"));
    let (pk, sk) = (key(PK)?, key(SK)?);
    if let Some(video) = pk.strip_prefix("COUNTS#").filter(|_| sk.starts_with("ACTS#")) {
        return Ok(AudienceChange::Acts(video.parse().map_err(|_| MalformedRecord("its key names no video"))?));
    }
    // What is removed was counted: views are forgotten in time, and that viewer's name is not part of a count.
    if record.event_name == "REMOVE" || !(is_view(sk) || sk == VIEW_MARK) {
        return Ok(AudienceChange::Other);
    }
    let Some(partition) = pk.strip_prefix("VIEWS#") else { return Ok(AudienceChange::Other) };
    let partition = read_partition(partition).ok_or(MalformedRecord("its key names no partition"))?;
    let sequence = record.sequence_number.and_then(pad).ok_or(MalformedRecord("it has no sequence number"))?;
    let what = if sk == VIEW_MARK { mark(record)? } else { tally(record, partition.video, sk)? };
    Ok(AudienceChange::View(ViewChange { partition, sequence, what }))
}

fn mark(record: StreamRecord<'_>) -> Result<Change, MalformedRecord> {
    let mark = record.new_image.get(MARK_SERIAL).and_then(number);
    mark.map(Change::Mark).ok_or(MalformedRecord("it marks nothing"))
}

fn tally(record: StreamRecord<'_>, video: VideoId, sk: &str) -> Result<Change, MalformedRecord> {
    let view = sk.split('#').next().unwrap_or_default();
    let id: ViewId = format!("{video}.{view}").parse().map_err(|_| MalformedRecord("its key names no view"))?;
    let malformed = MalformedRecord("the view is malformed");
    let new = view_tally(record.new_image).ok_or(malformed)?;
    let old =
        if record.old_image.is_empty() { ViewTally::ZERO } else { view_tally(record.old_image).ok_or(malformed)? };
    let expires = record.new_image.get(EXPIRES_AT).and_then(number::<i64>).ok_or(malformed)?;
    Ok(Change::Tally { began: id.began_at(), difference: new - old, expires: expires.div_euclid(SECONDS_PER_DAY) })
}

fn view_tally(image: &Item) -> Option<ViewTally> {
    let AttributeValue::Bool(completed) = image.get("completed")? else { return None };
    Some(ViewTally::of_view(image.get("watchTimeSeconds").and_then(number)?, *completed))
}

fn read_partition(text: &str) -> Option<ViewPartition> {
    let (video, shard) = text.split_once('#')?;
    let shard = shard.parse().ok().filter(|&shard| shard < VIEW_SHARDS)?;
    Some(ViewPartition { video: video.parse().ok()?, shard })
}

fn pad(sequence: &str) -> Option<String> {
    let digits = sequence.bytes().all(|byte| byte.is_ascii_digit()) && (1..=SEQUENCE_DIGITS).contains(&sequence.len());
    digits.then(|| format!("{sequence:0>SEQUENCE_DIGITS$}"))
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    match item.get(name)? {
        AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

fn number<T: std::str::FromStr>(value: &AttributeValue) -> Option<T> {
    match value {
        AttributeValue::N(number) => number.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const VIDEO: &str = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab";
    const VIEW: &str = "0197c1f0-b0e1-7a30-9c55-012345678907#VIEW";

    fn item(json: Value) -> Item {
        serde_json::from_value(json).unwrap()
    }

    fn image(seconds: u32, completed: bool) -> Value {
        json!({
            "watchTimeSeconds": {"N": seconds.to_string()}, "completed": {"BOOL": completed}, "expiresAt": {"N": "1779000000"}
        })
    }

    fn read(event_name: &str, pk: &str, sk: &str, old: Value, new: Value) -> Result<AudienceChange, MalformedRecord> {
        let (keys, old_image, new_image) = (item(json!({ "pk": {"S": pk}, "sk": {"S": sk} })), item(old), item(new));
        let sequence_number = Some("4200000000001234");
        audience_change(StreamRecord {
            event_name,
            sequence_number,
            keys: &keys,
            old_image: &old_image,
            new_image: &new_image,
        })
    }

    fn views(shard: &str) -> String {
        format!("VIEWS#{VIDEO}#{shard}")
    }

    #[test]
    fn a_view_is_read_as_the_difference_that_it_makes() {
        let began = VIEW.split('#').next().unwrap();
        let began = format!("{VIDEO}.{began}").parse::<ViewId>().unwrap().began_at();
        for (old, new, difference) in [
            (json!({}), image(0, false), ViewTally::of_view(0, false)),
            (image(5, false), image(45, true), ViewTally::of_view(45, true) - ViewTally::of_view(5, false)),
            (image(5, false), image(5, false), ViewTally::ZERO),
        ] {
            let Ok(AudienceChange::View(change)) = read("MODIFY", &views("07"), VIEW, old, new) else {
                panic!("it is a view")
            };
            assert_eq!(change.is_nothing(), difference.is_zero());
            assert_eq!(change.partition, ViewPartition { video: VIDEO.parse().unwrap(), shard: 7 });
            assert_eq!(change.sequence, "0000000000000000000000004200000000001234");
            assert_eq!(change.what, Change::Tally { began, difference, expires: 20_590 });
        }
    }

    #[test]
    fn what_is_not_counted_is_other() {
        let event = "0197c1f0-b0e1-7a30-9c55-012345678907#EVENT";
        let counts = format!("COUNTS#{VIDEO}");
        for (event_name, pk, sk) in [
            ("REMOVE", &views("07"), VIEW),
            ("INSERT", &views("07"), event),
            ("INSERT", &format!("VIDEO#{VIDEO}"), "VIDEO"),
            ("MODIFY", &counts, "VIEWS#07"),
        ] {
            assert_eq!(read(event_name, pk, sk, json!({}), json!({})), Ok(AudienceChange::Other), "{pk} {sk}");
        }
        let acts = read("MODIFY", &counts, "ACTS#07", json!({}), json!({}));
        assert_eq!(acts, Ok(AudienceChange::Acts(VIDEO.parse().unwrap())));
    }

    #[test]
    fn what_cannot_be_read_is_told_as_such() {
        for (pk, sk, old, new) in [
            (views("64"), VIEW, json!({}), image(0, false)),
            ("VIEWS#nobody#07".to_owned(), VIEW, json!({}), image(0, false)),
            (views("07"), "nothing#VIEW", json!({}), image(0, false)),
            (views("07"), VIEW, json!({}), json!({})),
            (views("07"), VIEW, json!({ "completed": {"BOOL": true} }), image(0, false)),
            (views("07"), VIEW_MARK, json!({}), json!({ "serial": {"S": "?"} })),
            ("COUNTS#nobody".to_owned(), "ACTS#07", json!({}), json!({})),
        ] {
            assert!(read("MODIFY", &pk, sk, old, new).is_err(), "{pk} {sk}");
        }
        for sequence in ["", "x", "-1", &"9".repeat(41)] {
            assert_eq!(pad(sequence), None, "{sequence}");
        }
    }
}
