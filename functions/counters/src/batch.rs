//! A batch of records, by what they are counted on.

use std::collections::BTreeMap;

use aws_lambda_events::dynamodb::Event;
use framehouse_domain::VideoId;
use framehouse_store::{AudienceChange, StreamRecord, ViewChange, ViewPartition, audience_change};

/// What a batch tells.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Changes of views, by the partition that they are in.
    pub(crate) parts: Vec<Part>,
    /// The videos whose totals are to be published, and the number of the first record of each.
    pub(crate) videos: BTreeMap<VideoId, String>,
    /// Records that cannot be read, and never can be.
    pub(crate) malformed: u32,
}

/// The changes of one partition.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) partition: ViewPartition,
    pub(crate) changes: Vec<ViewChange>,
    /// The number of the first record, as the stream writes it.
    pub(crate) first: String,
}

impl Batch {
    /// Reads a batch. A record that cannot be read is left out, since it would be no other the next time, and would keep
    /// everything behind it from being counted.
    pub(crate) fn of(event: &Event) -> Self {
        let mut batch = Self::default();
        let mut parts: BTreeMap<ViewPartition, Part> = BTreeMap::new();
        for record in &event.records {
            let change = &record.change;
            let sequence = change.sequence_number.as_deref();
            let read = audience_change(StreamRecord {
                event_name: &record.event_name,
                sequence_number: sequence,
                keys: &change.keys,
                old_image: &change.old_image,
                new_image: &change.new_image,
            });
            let first = || sequence.unwrap_or_default().to_owned();
            match read {
                Ok(AudienceChange::View(change)) => {
                    let partition = change.partition;
                    earlier(batch.videos.entry(partition.video).or_insert_with(first), first());
                    let empty = || Part { partition, changes: Vec::new(), first: first() };
                    let part = parts.entry(partition).or_insert_with(empty);
                    earlier(&mut part.first, first());
                    part.changes.push(change);
                }
                Ok(AudienceChange::Acts(video)) => {
                    earlier(batch.videos.entry(video).or_insert_with(first), first());
                }
                Ok(AudienceChange::Other) => {}
                Err(cause) => {
                    tracing::error!(event = record.event_id, sequence, %cause, "leave out a record that cannot be read");
                    batch.malformed += 1;
                }
            }
        }
        batch.parts = parts.into_values().collect();
        batch
    }
}

/// The first of these sequence numbers.
pub(crate) fn least<'a>(sequences: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    sequences.into_iter().min_by(|a, b| order(a).cmp(&order(b)))
}

fn earlier(first: &mut String, other: String) {
    if order(&other) < order(first) {
        *first = other;
    }
}

/// Sequence numbers are numbers of up to forty digits: the one with more digits is the greater one.
fn order(sequence: &str) -> (usize, &str) {
    let digits = sequence.trim_start_matches('0');
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert_eq!(least(["100", "99", "00101"]), Some("99"));
        assert_eq!(least([]), None);
        let mut first = "100".to_owned();
        earlier(&mut first, "99".to_owned());
        earlier(&mut first, "0101".to_owned());
        assert_eq!(first, "99");
    }
}
