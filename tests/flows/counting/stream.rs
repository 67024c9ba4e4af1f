//! The stream of a table, read as its own consumer, in the form in which Lambda hands records to a function.

use aws_lambda_events::dynamodb::EventRecord;
use aws_sdk_dynamodbstreams::{
    Client,
    types::{AttributeValue, Record, ShardIteratorType},
};
use framehouse_tests::stack;
use serde_json::{Map, Value, json};

pub(crate) struct Stream {
    client: Client,
    iterators: Vec<String>,
}

impl Stream {
    /// The stream of a table, from its beginning, or from what happens next.
    pub(crate) async fn open(table: &str, from: ShardIteratorType) -> Self {
        let described = stack().dynamodb().describe_table().table_name(table).send().await.expect("there is a table");
        let arn = described.table.and_then(|table| table.latest_stream_arn).expect("the table has a stream");
        let client = Client::new(&stack().owner());
        let stream = client.describe_stream().stream_arn(&arn).send().await.expect("the stream is described");
        let mut iterators = Vec::new();
        for shard in stream.stream_description.and_then(|stream| stream.shards).unwrap_or_default() {
            let ask = client.get_shard_iterator().stream_arn(&arn).shard_iterator_type(from.clone());
            let iterator = ask.shard_id(shard.shard_id.expect("a shard has an id")).send().await;
            iterators.extend(iterator.expect("a shard can be read").shard_iterator);
        }
        Self { client, iterators }
    }

    /// What happened since the last call, in the order in which it did.
    pub(crate) async fn read(&mut self) -> Vec<EventRecord> {
        let mut records = Vec::new();
        for iterator in &mut self.iterators {
            loop {
                let page = self.client.get_records().shard_iterator(iterator.as_str()).send().await;
                let page = page.expect("the stream can be read");
                *iterator = page.next_shard_iterator.expect("a shard of a table that is in use stays open");
                let Some(more) = page.records.filter(|more| !more.is_empty()) else { break };
                records.extend(more.into_iter().map(to_event));
            }
        }
        records
    }
}

fn to_event(record: Record) -> EventRecord {
    let change = record.dynamodb.expect("a record tells of a change");
    let image = |item: Option<std::collections::HashMap<String, AttributeValue>>| {
        let item = item.unwrap_or_default();
        Value::Object(item.iter().map(|(name, value)| (name.clone(), json(value))).collect::<Map<_, _>>())
    };
    let event = json!({
        "eventID": record.event_id, "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "eventName": record.event_name.expect("a record has a kind").as_str(),
        "dynamodb": {
            "SequenceNumber": change.sequence_number, "SizeBytes": 0, "StreamViewType": "NEW_AND_OLD_IMAGES",
            "Keys": image(change.keys), "OldImage": image(change.old_image), "NewImage": image(change.new_image),
        },
    });
    serde_json::from_value(event).expect("it is the form that Lambda uses")
}

fn json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(yes) => json!({ "BOOL": yes }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(json).collect::<Vec<_>>() }),
        AttributeValue::M(map) => {
            json!({ "M": map.iter().map(|(name, value)| (name.clone(), json(value))).collect::<Map<_, _>>() })
        }
        other => panic!("no item of ours has {other:?}"),
    }
}
