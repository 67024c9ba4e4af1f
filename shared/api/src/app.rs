use std::{sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, SdkConfig, identity::IdentityCache, timeout::TimeoutConfig};
use framehouse_domain::Settings;
use framehouse_feed::Feed;
use framehouse_objects::{LibraryJob, Objects, ObjectsError, Presigner, Queue};
use framehouse_store::Store;
use tokio::{sync::OnceCell, time::Instant};
use url::Url;

use crate::{Config, access_token::Verifier, public_videos::PublicVideos, rate_limit::FullWindows, switches::Switches};

/// How long calls to AWS may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallPace {
    /// For a route: the caller waits, and the HTTP API gives up after 30 seconds.
    Interactive,
    /// For a worker: uploads of large segments over a slow line are fine.
    Background,
}

/// What every handler gets: the configuration and, made when first asked for, the clients.
///
/// A function pays at its cold start only for what its route uses.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

/// The clients could not be made.
pub type AppError = ObjectsError;

#[derive(Debug)]
struct Inner {
    config: Config,
    pace: CallPace,
    started: Instant,
    sdk: OnceCell<SdkConfig>,
    store: OnceCell<Store>,
    objects: OnceCell<Objects>,
    queue: OnceCell<Queue>,
    catalog: OnceCell<Feed>,
    library_queue: OnceCell<Queue<LibraryJob>>,
    switches: Switches,
    public_videos: PublicVideos,
    full_windows: FullWindows,
    verifier: Verifier,
}

impl App {
    /// An app of this configuration. Makes no call and no client.
    pub fn new(config: Config, pace: CallPace) -> Self {
        Self(Arc::new(Inner {
            verifier: Verifier::new(&config),
            config,
            pace,
            started: Instant::now(),
            sdk: OnceCell::new(),
            store: OnceCell::new(),
            objects: OnceCell::new(),
            queue: OnceCell::new(),
            catalog: OnceCell::new(),
            library_queue: OnceCell::new(),
            switches: Switches::default(),
            public_videos: PublicVideos::default(),
            full_windows: FullWindows::default(),
        }))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// How long this process has been up.
    pub fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }

    /// The table.
    pub async fn store(&self) -> &Store {
        let make = async || Store::new(aws_sdk_dynamodb::Client::new(self.sdk().await), &self.0.config.table_name);
        self.0.store.get_or_init(make).await
    }

    /// The media bucket.
    pub async fn objects(&self) -> Result<&Objects, AppError> {
        let make = async || {
            let sdk = self.sdk().await;
            let endpoint = sdk.endpoint_url().and_then(|url| Url::parse(url).ok());
            let s3 = aws_sdk_s3::config::Builder::from(sdk).force_path_style(endpoint.is_some()).build();
            let credentials = sdk.credentials_provider().ok_or_else(|| missing("credentials"))?;
            let region = sdk.region().ok_or_else(|| missing("AWS_REGION"))?;
            let bucket = &self.0.config.media_bucket;
            let presigner = Presigner::new(credentials, region.as_ref(), bucket, endpoint.as_ref())?;
            Ok(Objects::new(aws_sdk_s3::Client::from_conf(s3), bucket, presigner))
        };
        self.0.objects.get_or_try_init(make).await
    }

    /// The transcode queue.
    pub async fn queue(&self) -> &Queue {
        let make = async || Queue::new(aws_sdk_sqs::Client::new(self.sdk().await), &self.0.config.transcode_queue_url);
        self.0.queue.get_or_init(make).await
    }

    /// The queue of library jobs.
    pub async fn library_queue(&self) -> &Queue<LibraryJob> {
        let make = async || Queue::new(aws_sdk_sqs::Client::new(self.sdk().await), &self.0.config.library_queue_url);
        self.0.library_queue.get_or_init(make).await
    }

    /// What an admin switched, as it was a few seconds ago at the most.
    pub async fn settings(&self) -> Settings {
        self.0.switches.read(self.store().await).await
    }

    /// The library's lists; what it holds stays in the process from one request to the next.
    pub async fn catalog(&self) -> Result<&Feed, AppError> {
        let make = async || Ok(Feed::new(self.store().await.clone(), self.objects().await?.clone()));
        self.0.catalog.get_or_try_init(make).await
    }

    /// The SDK's configuration, for clients that only one worker needs.
    pub async fn sdk(&self) -> &SdkConfig {
        let (attempt, operation) = match self.0.pace {
            CallPace::Interactive => (8, 20),
            CallPace::Background => (120, 600),
        };
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .operation_attempt_timeout(Duration::from_secs(attempt))
            .operation_timeout(Duration::from_secs(operation))
            .build();
        let make = || {
            let mut loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts);
            if self.0.pace == CallPace::Background {
                // A presigned URL dies with the credentials that signed it: a task must not begin with old ones.
                loader = loader.identity_cache(IdentityCache::lazy().buffer_time(Duration::from_secs(3600)).build());
            }
            loader.load()
        };
        self.0.sdk.get_or_init(make).await
    }

    pub(crate) fn public_videos(&self) -> &PublicVideos {
        &self.0.public_videos
    }

    pub(crate) fn full_windows(&self) -> &FullWindows {
        &self.0.full_windows
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.0.verifier
    }
}

fn missing(what: &str) -> AppError {
    ObjectsError::Unavailable { verb: "configure S3", cause: format!("there is no {what}") }
}
