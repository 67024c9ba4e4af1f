//! A table and a bucket of its own for each test.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_dynamodb::{
    Client,
    config::{
        BehaviorVersion, ConfigBag, Intercept, Region, RuntimeComponents,
        interceptors::BeforeTransmitInterceptorContextRef,
    },
    error::BoxError,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType,
    },
};
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use framehouse_domain::{Timestamp, Video, VideoId};
use framehouse_feed::{Compaction, Feed, catalog::Entry, compact, entry};
use framehouse_objects::{ObjectKey, Objects, Presigner};
use framehouse_store::Store;
use url::Url;

/// A library without videos.
pub(crate) struct Library {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    /// Calls to the table so far.
    calls: Calls,
}

#[derive(Debug, Clone, Default)]
struct Calls(Arc<AtomicUsize>);

impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "calls"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Library {
    /// A new table and a new bucket of the emulator that the environment names.
    pub(crate) async fn new() -> Self {
        let variable =
            |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"));
        let (region, endpoint) = (variable("AWS_REGION"), variable("AWS_ENDPOINT_URL"));
        let credentials =
            Credentials::new(variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), None, None, "stack.env");
        let calls = Calls::default();
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.clone()))
            .endpoint_url(&endpoint)
            .interceptor(calls.clone())
            .credentials_provider(credentials.clone());
        let client = Client::from_conf(config.build());
        let table = format!("feed-test-{}", VideoId::generate());
        create_table(&client, &table).await;
        let s3 = aws_sdk_s3::Config::builder()
            .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
            .region(aws_sdk_s3::config::Region::new(region.clone()))
            .endpoint_url(&endpoint)
            .force_path_style(true)
            .credentials_provider(credentials.clone());
        let s3 = aws_sdk_s3::Client::from_conf(s3.build());
        // The oldest region is the one that a bucket lies in unless it says otherwise.
        let place = (region != "us-east-1").then(|| {
            CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::from(region.as_str()))
                .build()
        });
        let bucket = s3.create_bucket().bucket(&table).set_create_bucket_configuration(place);
        bucket.send().await.expect("the emulator makes a bucket");
        let endpoint = Url::parse(&endpoint).unwrap();
        let presigner =
            Presigner::new(SharedCredentialsProvider::new(credentials), &region, &table, Some(&endpoint)).unwrap();
        Self { store: Store::new(client, &table), objects: Objects::new(s3, &table, presigner), calls }
    }

    /// A feed that has read nothing yet, as in a function that starts.
    pub(crate) fn feed(&self) -> Feed {
        Feed::new(self.store.clone(), self.objects.clone())
    }

    /// Calls to the table so far.
    pub(crate) fn calls(&self) -> usize {
        self.calls.0.load(Ordering::Relaxed)
    }

    /// Creates a video.
    pub(crate) async fn create(&self, path: &str) -> Video {
        let id = VideoId::generate();
        let video = Video::new(id, path.parse().unwrap(), format!("library/{path}"), "admin".into(), now());
        self.store.create_video(&video, None).await.unwrap();
        video
    }

    /// Gives a video another title.
    pub(crate) async fn retitle(&self, id: VideoId, title: &str) {
        let change = |video: &mut Video| {
            video.title = Some(title.to_owned());
            Ok::<_, ()>(())
        };
        self.store.modify_video(id, now(), change).await.unwrap();
    }

    /// The entries that the table has for these ids, oldest first.
    pub(crate) async fn entries(&self, ids: &[VideoId]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.store.videos(ids).await.unwrap().into_iter().map(entry).collect();
        entries.sort_by_key(|entry| (entry.created_at, entry.id));
        entries
    }

    /// Lets the compactor do its work.
    pub(crate) async fn compact(&self) -> Compaction {
        compact(&self.store, &self.objects).await.unwrap()
    }

    /// The snapshot object's bytes.
    pub(crate) async fn snapshot(&self) -> Vec<u8> {
        self.objects.get(&ObjectKey::Catalog).await.unwrap().to_vec()
    }

    /// Puts other bytes in the snapshot's place.
    pub(crate) async fn put_snapshot(&self, bytes: Vec<u8>) {
        self.objects.put(&ObjectKey::Catalog, "application/octet-stream", bytes).await.unwrap();
    }
}

/// The present moment.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(since.as_millis().try_into().unwrap())
}

async fn create_table(client: &Client, table: &str) {
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name: &str| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    let changes = GlobalSecondaryIndex::builder()
        .index_name("changes")
        .key_schema(key("changes", KeyType::Hash))
        .key_schema(key("changedAt", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::All).build());
    client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .attribute_definitions(text("pk"))
        .attribute_definitions(text("sk"))
        .attribute_definitions(text("changes"))
        .attribute_definitions(text("changedAt"))
        .global_secondary_indexes(changes.build().unwrap())
        .send()
        .await
        .expect("the emulator makes a table");
}
