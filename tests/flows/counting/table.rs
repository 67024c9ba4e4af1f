//! A table of its own for a test, with the stream and the indexes that `template.yaml` describes. No function reads its stream.

use std::fs;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, StreamSpecification, StreamViewType,
};
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use framehouse_api::{App, CallPace, Config};
use framehouse_domain::VideoId;
use framehouse_store::Store;
use framehouse_tests::stack;
use serde_yaml_ng::Value;

use super::stream::Stream;

/// A table, and the consumer that it has in this process.
pub(crate) struct Table {
    pub(crate) app: App,
    pub(crate) store: Store,
    pub(crate) name: String,
}

impl Table {
    pub(crate) async fn new() -> Self {
        let name = format!("counting-test-{}", VideoId::generate());
        let template = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml")).unwrap();
        let template: Value = serde_yaml_ng::from_str(&template).expect("the template is YAML");
        let described = &template["Resources"]["Table"]["Properties"];
        let mut call = stack().dynamodb().create_table().table_name(&name).billing_mode(BillingMode::PayPerRequest);
        for attribute in described["AttributeDefinitions"].as_sequence().unwrap() {
            let definition = AttributeDefinition::builder().attribute_type(ScalarAttributeType::S);
            let definition = definition.attribute_name(attribute["AttributeName"].as_str().unwrap()).build().unwrap();
            call = call.attribute_definitions(definition);
        }
        for index in described["GlobalSecondaryIndexes"].as_sequence().unwrap() {
            let all = Projection::builder().projection_type(ProjectionType::All).build();
            let index_builder = GlobalSecondaryIndex::builder().index_name(index["IndexName"].as_str().unwrap());
            let index = index_builder.projection(all).set_key_schema(Some(key_schema(&index["KeySchema"]))).build();
            call = call.global_secondary_indexes(index.unwrap());
        }
        let images = StreamViewType::NewAndOldImages;
        let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(images).build().unwrap();
        let call = call.set_key_schema(Some(key_schema(&described["KeySchema"]))).stream_specification(stream);
        call.send().await.expect("the emulator makes a table");
        let app = App::new(Config { table_name: name.clone(), ..Config::default() }, CallPace::Interactive);
        let store = Store::new(stack().dynamodb(), &name);
        Self { app, store, name }
    }

    /// All that happened in the table.
    pub(crate) async fn records(&self) -> Vec<EventRecord> {
        Stream::open(&self.name, ShardIteratorType::TrimHorizon).await.read().await
    }

    /// Delivers records to a consumer, as Lambda does, and answers from which on it wants them again.
    pub(crate) async fn deliver(&self, records: &[EventRecord]) -> Option<String> {
        deliver(&self.app, records).await
    }

    /// Removes the table.
    pub(crate) async fn remove(self) {
        stack().dynamodb().delete_table().table_name(self.name).send().await.expect("the owner may remove a table");
    }
}

/// Delivers records to a consumer, as Lambda does, and answers from which on it wants them again.
pub(crate) async fn deliver(app: &App, records: &[EventRecord]) -> Option<String> {
    let mut event = Event::default();
    event.records = records.to_vec();
    let answer = framehouse_counters::count(app, &event).await.answer;
    answer.batch_item_failures.into_iter().next().and_then(|failure| failure.item_identifier)
}

fn key_schema(described: &Value) -> Vec<KeySchemaElement> {
    let elements = described.as_sequence().unwrap().iter();
    elements
        .map(|element| {
            let kind = if element["KeyType"] == "HASH" { KeyType::Hash } else { KeyType::Range };
            let name = element["AttributeName"].as_str().unwrap();
            KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
        })
        .collect()
}
