//! What the functions find in place of AWS: a DynamoDB in this process, and an S3 without any object.

use std::path::Path;

use anyhow::{Context, Result, bail};
use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Config, Credentials, Region},
};
use axum::{Router, http::StatusCode};
use framehouse_domain::{MediaFileId, Timestamp, Video, VideoFacts, VideoId};
use framehouse_store::Store;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::net::TcpListener;

/// The table's name.
pub(crate) const TABLE: &str = "bench";

/// Where the services listen.
pub(crate) struct Aws {
    /// DynamoDB.
    pub(crate) dynamodb: String,
    /// S3.
    pub s3: String,
    /// The published videos.
    pub(crate) videos: Vec<VideoId>,
}

impl Aws {
    /// Starts the services, with a library of so many published videos.
    pub(crate) async fn start(root: &Path, videos: usize) -> Result<Self> {
        let (listener, dynamodb) = listen().await?;
        let database = dynoxide::Database::memory().context("make a database in memory")?;
        tokio::spawn(dynoxide::server::serve_on(listener, database));
        create_table(root, &dynamodb).await?;
        let (listener, s3) = listen().await?;
        let nothing = Router::new().fallback(async || (StatusCode::NOT_FOUND, NO_SUCH_KEY));
        tokio::spawn(async { axum::serve(listener, nothing).await });
        let videos = fill(&dynamodb, videos).await?;
        Ok(Self { dynamodb, s3, videos })
    }
}

const NO_SUCH_KEY: &str =
    r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>"#;

async fn listen() -> Result<(TcpListener, String)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("listen for the functions' calls")?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

/// Makes the table that `template.yaml` describes.
async fn create_table(root: &Path, endpoint: &str) -> Result<()> {
    let file = root.join("template.yaml");
    let text = std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let template: serde_yaml_ng::Value = serde_yaml_ng::from_str(&text).context("read template.yaml")?;
    let described = &template["Resources"]["Table"]["Properties"];
    let mut table = json!({ "TableName": TABLE });
    for field in ["AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes"] {
        table[field] = serde_json::to_value(&described[field]).with_context(|| format!("read the table's {field}"))?;
    }
    let made = reqwest::Client::new()
        .post(endpoint)
        .header("x-amz-target", "DynamoDB_20120810.CreateTable")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-date", "20261121T120000Z")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0")
        .body(table.to_string());
    let made = made.send().await.context("make the table")?;
    if !made.status().is_success() {
        bail!("make the table: {}", made.text().await?);
    }
    Ok(())
}

async fn fill(endpoint: &str, count: usize) -> Result<Vec<VideoId>> {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "example", None, None, "bench"));
    let store = &Store::new(Client::from_conf(config.build()), TABLE);
    stream::iter(0..count).map(async |number| published(store, number).await).buffered(8).try_collect().await
}

/// A video of an ordinary record's size.
async fn published(store: &Store, number: usize) -> Result<VideoId> {
    let id = VideoId::generate();
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    let path = format!("videos/2026/11/IMG_20261121_{number:06}.mp4").parse().context("make a path")?;
    let mut video = Video::new(id, path, format!("originals/{id}.mp4"), "bench".into(), now);
    video.title = Some(format!("Ferien am Meer, Teil {number}"));
    video.producer = Some(format!("Studio {}", number % 40));
    video.creator = Some("A. Beispiel".into());
    video.tags = ["meer", "sommer", ["hafen", "strand", "segeln"][number % 3]].map(str::to_owned).to_vec();
    video.category = Some(["highlights", "curated", "news"][number % 3].into());
    video.media_file_id = Some(MediaFileId::from(id.as_uuid()));
    (video.published, video.published_at) = (true, Some(now));
    (video.engagement.views, video.engagement.upvotes) = (number as u64 * 7, number as u64 % 90);
    video.last_validated = Some(now);
    video.facts = Some(VideoFacts {
        duration_seconds: Some(600),
        width: Some(1920),
        height: Some(1080),
        has_audio: true,
        file_size: 22_718_509,
        e_tag: Some("\"d41d8cd98f00b204e9800998ecf8427e\"".into()),
        file_hash: Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".into()),
    });
    store.create_video(&video, None).await.context("fill the table")?;
    Ok(id)
}
