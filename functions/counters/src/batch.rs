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
    use serde_json::{Value, json};

    use super::*;

    const VIDEO: &str = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab";

    fn record(pk: &str, sk: &str, sequence: &str, image: &Value) -> Value {
        json!({
            "eventID": sequence, "eventName": "INSERT", "awsRegion": "us-east-1",
            "dynamodb": {
                "Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "NewImage": image, "SequenceNumber": sequence, "SizeBytes": 1
            }
        })
    }

    fn view(shard: u8, sequence: &str) -> Value {
        let image = json!({"watchTimeSeconds": {"N": "0"}, "completed": {"BOOL": false}, "expiresAt": {"N": "1779000000"}});
        let sk = format!("0197c1f0-b0e1-7a30-9c55-0123456789{shard:02x}#VIEW");
        record(&format!("VIEWS#{VIDEO}#{shard:02}"), &sk, sequence, &image)
    }

    fn batch(records: &[Value]) -> Batch {
        Batch::of(&serde_json::from_value(json!({ "Records": records })).unwrap())
    }

    #[test]
    fn records_are_grouped_by_partition_and_the_first_is_known() {
        let batch = batch(&[view(7, "12"), view(8, "100"), view(7, "9")]);
        let parts: Vec<_> =
            batch.parts.iter().map(|part| (part.partition.shard, part.changes.len(), part.first.as_str())).collect();
        assert_eq!(parts, [(7, 2, "9"), (8, 1, "100")]);
        assert_eq!(batch.videos.into_iter().collect::<Vec<_>>(), [(VIDEO.parse().unwrap(), "9".to_owned())]);
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_what_is_not_counted_ignored() {
        let broken = record(&format!("VIEWS#{VIDEO}#07"), "x#VIEW", "1", &json!({}));
        let event = record(&format!("VIEWS#{VIDEO}#07"), "0197c1f0-b0e1-7a30-9c55-012345678907#EVENT", "2", &json!({}));
        let acts = record(&format!("COUNTS#{VIDEO}"), "ACTS#03", "3", &json!({"upvotes": {"N": "1"}}));
        let video = record(&format!("VIDEO#{VIDEO}"), "VIDEO", "4", &json!({}));
        let batch = batch(&[broken, event, acts, video]);
        assert_eq!((batch.malformed, batch.parts.len(), batch.videos.len()), (1, 0, 1));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert_eq!(least(["100", "99", "00101"]), Some("99"));
        assert_eq!(least([]), None);
    }
}
