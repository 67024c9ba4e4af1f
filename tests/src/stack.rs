use std::{env, path::PathBuf, sync::OnceLock, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use tokio::time::{Instant, sleep};

/// The deployed stack, from `stack.env`.
#[derive(Debug)]
pub struct Stack {
    /// Base of the HTTP API, without a slash at the end.
    pub api_url: String,
    /// Media bucket.
    pub media_bucket: String,
    /// Table.
    pub table_name: String,
    /// Queue `hls-transcoding`.
    pub queue_url: String,
    /// Its dead-letter queue.
    pub dlq_url: String,
    /// Queue `library-jobs`.
    pub library_queue_url: String,
    /// Its dead-letter queue.
    pub library_dlq_url: String,
    /// Emulator's address.
    pub endpoint: String,
    /// Access tokens: `iss`.
    pub jwt_issuer: String,
    /// Access tokens: `aud`.
    pub jwt_audience: String,
    /// Access tokens: key of HS256.
    pub jwt_hs256_secret: String,
    /// Access tokens: path of the development issuer's private key, PKCS #8 PEM.
    pub jwt_es256_private_key: PathBuf,
    /// Where the issuer's public keys are.
    pub jwt_jwks_url: String,
    /// Playback tokens: key.
    pub playback_token_secret: String,
}

/// The stack that the environment names.
///
/// # Panics
/// When it names none: these tests run through `cargo xtask test`.
pub fn stack() -> &'static Stack {
    static STACK: OnceLock<Stack> = OnceLock::new();
    STACK.get_or_init(|| Stack {
        api_url: variable("API_URL"),
        media_bucket: variable("MEDIA_BUCKET"),
        table_name: variable("TABLE_NAME"),
        queue_url: variable("TRANSCODE_QUEUE_URL"),
        dlq_url: variable("TRANSCODE_DLQ_URL"),
        library_queue_url: variable("LIBRARY_QUEUE_URL"),
        library_dlq_url: variable("LIBRARY_DLQ_URL"),
        endpoint: variable("AWS_ENDPOINT_URL"),
        jwt_issuer: variable("JWT_ISSUER"),
        jwt_audience: variable("JWT_AUDIENCE"),
        jwt_hs256_secret: variable("JWT_HS256_SECRET"),
        jwt_es256_private_key: variable("JWT_ES256_PRIVATE_KEY").into(),
        jwt_jwks_url: variable("JWT_JWKS_URL"),
        playback_token_secret: variable("PLAYBACK_TOKEN_SECRET"),
    })
}

/// A real clip by its file name (`cargo xtask up` fetches them).
pub fn clip(name: &str) -> PathBuf {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../.local/clips");
    env::var_os("FRAMEHOUSE_CLIPS").map_or(workspace, PathBuf::from).join(name)
}

/// Waits until `ready` answers something.
///
/// # Panics
/// When it has not within `limit`; `what` is in the message.
pub async fn until<T>(what: &str, limit: Duration, ready: impl AsyncFn() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ready().await {
            return found;
        }
        assert!(start.elapsed() < limit, "waited {limit:?} in vain: {what}");
        sleep(Duration::from_millis(100)).await;
    }
}

impl Stack {
    /// The SDK's configuration as the stack's owner.
    pub fn owner(&self) -> SdkConfig {
        let credentials =
            Credentials::new(variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), None, None, "stack.env");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(variable("AWS_REGION")))
            .endpoint_url(&self.endpoint)
            .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(credentials))
            .build()
    }

    /// S3 as the stack's owner.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::config::Builder::from(&self.owner()).force_path_style(true).build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// DynamoDB as the stack's owner.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.owner())
    }

    /// SQS as the stack's owner.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.owner())
    }

    /// Keys of the bucket's objects under a prefix.
    pub async fn keys(&self, prefix: &str) -> Vec<String> {
        let call = self.s3().list_objects_v2().bucket(&self.media_bucket).prefix(prefix).send().await;
        let listed = call.expect("the owner may list the bucket");
        listed.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).collect()
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `cargo xtask test`"))
}
