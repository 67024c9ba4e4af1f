//! A table of its own for each test.

use std::{env, time::SystemTime};

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType,
    },
};
use framehouse_domain::{MediaFile, MediaFileId, MediaStatus, PendingUpload, Timestamp, UploadMethod};
use framehouse_store::Store;

/// What the keys of the table and its indexes are made of.
const ATTRIBUTES: [&str; 8] = ["pk", "sk", "changes", "changedAt", "byVideo", "byVideoAt", "byUser", "byUserAt"];

/// A store on a new, empty table of the emulator that the environment names.
pub(crate) async fn fresh_table() -> Store {
    let (client, table) = raw_table().await;
    Store::new(client, table)
}

/// A new, empty table, to be written to past the store.
pub(crate) async fn raw_table() -> (Client, String) {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"));
    let credentials =
        Credentials::new(variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), None, None, "stack.env");
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(variable("AWS_REGION")))
        .endpoint_url(variable("AWS_ENDPOINT_URL"))
        .credentials_provider(credentials);
    let client = Client::from_conf(config.build());
    let table = format!("store-test-{}", MediaFileId::generate());
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name: &str| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    let index = |name: &str, hash: &str, range: &str| {
        let index = GlobalSecondaryIndex::builder()
            .index_name(name)
            .key_schema(key(hash, KeyType::Hash))
            .key_schema(key(range, KeyType::Range))
            .projection(Projection::builder().projection_type(ProjectionType::All).build());
        index.build().unwrap()
    };
    client
        .create_table()
        .table_name(&table)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .set_attribute_definitions(Some(ATTRIBUTES.map(text).to_vec()))
        .global_secondary_indexes(index("changes", "changes", "changedAt"))
        .global_secondary_indexes(index("byVideo", "byVideo", "byVideoAt"))
        .global_secondary_indexes(index("byUser", "byUser", "byUserAt"))
        .send()
        .await
        .expect("the emulator makes a table");
    (client, table)
}

/// The present moment.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(since.as_millis().try_into().unwrap())
}

/// A media file that awaits its upload.
pub(crate) fn media_file() -> MediaFile {
    let id = MediaFileId::generate();
    MediaFile {
        id,
        status: MediaStatus::AwaitingUpload,
        original_filename: "a.mp4".into(),
        original_path: format!("originals/{id}.mp4"),
        original_size: 5,
        mime_type: "video/mp4".into(),
        title: None,
        producer: None,
        creator: None,
        tags: Vec::new(),
        upload: Some(PendingUpload { method: UploadMethod::Multipart, upload_id: None, part_size: 5 }),
        sequencer: None,
        version: 0,
        live: None,
        error_message: None,
        published: false,
        locked: false,
        created_by: "admin".into(),
        created_at: now(),
        updated_at: now(),
    }
}
