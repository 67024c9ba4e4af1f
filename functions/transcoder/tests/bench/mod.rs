//! A worker on a bucket and queues of its own, for one test. The table is the stack's: ids never meet.

use std::{path::Path, sync::Once, time::Duration};

use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use aws_sdk_s3::primitives::ByteStream;
use framehouse_api::{App, CallPace, Config, now};
use framehouse_domain::{MediaFile, MediaFileId, MediaStatus};
use framehouse_media::plan;
use framehouse_objects::{ObjectKey, ObjectPrefix, TranscodeRequest};
use framehouse_transcoder::{Poller, Settings, Stopper, Worker};
use tokio::{
    process::{Child, Command},
    task::JoinHandle,
    time::Instant,
};

/// The longest that a test waits for a transcode, on a machine that builds at the same time.
const PATIENCE: Duration = Duration::from_mins(3);

pub(crate) struct Bench {
    pub(crate) app: App,
    pub(crate) scratch: tempfile::TempDir,
    pub(crate) s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
    pub(crate) bucket: String,
    queue_url: String,
    library_queue_url: String,
    settings: Settings,
    running: Option<(Stopper, JoinHandle<()>)>,
}

/// Settings for small clips: quick, and with several segments in a few seconds.
pub(crate) fn quick() -> plan::Settings {
    plan::Settings { preset: "ultrafast".into(), segment_seconds: 2.0, ..plan::Settings::default() }
}

/// S3's event for a media file's original.
pub(crate) fn event(media: &MediaFile) -> String {
    let sequencer = format!("{:016X}", now().as_millis());
    let object = serde_json::json!({"key": media.original_path, "size": media.original_size, "sequencer": sequencer});
    let record = serde_json::json!({"eventName": "ObjectCreated:Put", "s3": {"object": object}});
    serde_json::json!({"Records": [record]}).to_string()
}

impl Bench {
    /// A bucket and two queues; the worker is started by [`Bench::start`].
    pub(crate) async fn new(plan: plan::Settings) -> Self {
        let table = std::env::var("TABLE_NAME");
        Self::on(plan, table.expect("no TABLE_NAME: these tests run through `cargo xtask test`")).await
    }

    /// The same on a table of its own, whose settings may be changed.
    pub(crate) async fn with_own_table(plan: plan::Settings) -> Self {
        let name = format!("transcoder-test-{}", uuid::Uuid::new_v4());
        let sdk = App::new(Config::default(), CallPace::Background).sdk().await.clone();
        let element =
            |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
        let text = |name: &str| {
            AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
        };
        aws_sdk_dynamodb::Client::new(&sdk)
            .create_table()
            .table_name(&name)
            .billing_mode(BillingMode::PayPerRequest)
            .key_schema(element("pk", KeyType::Hash))
            .key_schema(element("sk", KeyType::Range))
            .attribute_definitions(text("pk"))
            .attribute_definitions(text("sk"))
            .send()
            .await
            .unwrap();
        Self::on(plan, name).await
    }

    async fn on(plan: plan::Settings, table_name: String) -> Self {
        static LOGGING: Once = Once::new();
        LOGGING.call_once(framehouse_api::init_logging);
        let name = format!("transcoder-test-{}", uuid::Uuid::new_v4());
        let config = Config { table_name, media_bucket: name.clone(), ..Config::default() };
        let sdk = App::new(config.clone(), CallPace::Background).sdk().await.clone();
        let sqs = aws_sdk_sqs::Client::new(&sdk);
        let s3 = aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(&sdk).force_path_style(true).build());
        s3.create_bucket().bucket(&name).send().await.unwrap();
        let queue = sqs.create_queue().queue_name(&name).send().await.unwrap();
        let queue_url = queue.queue_url().unwrap().to_owned();
        let queue = sqs.create_queue().queue_name(format!("{name}-library")).send().await.unwrap();
        let library_queue_url = queue.queue_url().unwrap().to_owned();
        let scratch = tempfile::tempdir().unwrap();
        let settings = Settings {
            plan,
            concurrency: 2,
            stall: Duration::from_mins(1),
            scratch: scratch.path().to_owned(),
            scan_page_keys: 1000,
            hash_bytes: u64::MAX,
        };
        let config =
            Config { transcode_queue_url: queue_url.clone(), library_queue_url: library_queue_url.clone(), ..config };
        let app = App::new(config, CallPace::Background);
        Self { app, scratch, s3, sqs, bucket: name, queue_url, library_queue_url, settings, running: None }
    }

    /// Starts a worker that polls both queues.
    pub(crate) async fn start(&mut self) {
        let worker = Worker::new(&self.app, self.settings.clone()).await.unwrap();
        let stopper = Stopper::default();
        let (app, stop) = (self.app.clone(), stopper.stop());
        let task = tokio::spawn(async move { Box::pin(Poller::run_all(&app, worker, stop)).await });
        self.running = Some((stopper, task));
    }

    /// Starts the worker as a process of its own, the way Fargate does; killed when dropped.
    pub(crate) fn spawn(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_transcoder"))
            .env("MEDIA_BUCKET", &self.bucket)
            .env("TRANSCODE_QUEUE_URL", &self.queue_url)
            .env("LIBRARY_QUEUE_URL", &self.library_queue_url)
            .env("X264_PRESET", &self.settings.plan.preset)
            .env("SEGMENT_SECONDS", self.settings.plan.segment_seconds.to_string())
            .env("TMPDIR", self.scratch.path())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// Stops the worker in order, as SIGTERM does.
    pub(crate) async fn stop(&mut self) {
        if let Some((stopper, task)) = self.running.take() {
            stopper.now();
            task.await.unwrap();
        }
    }

    /// Creates a media file that awaits `size` bytes.
    pub(crate) async fn await_upload(&self, extension: &str, size: u64) -> MediaFile {
        let id = MediaFileId::generate();
        let media = MediaFile {
            id,
            status: MediaStatus::AwaitingUpload,
            original_filename: format!("clip.{extension}"),
            original_path: ObjectKey::Original { id, extension: extension.into() }.to_string(),
            original_size: size,
            mime_type: "video/mp4".into(),
            title: None,
            producer: None,
            creator: None,
            tags: vec![],
            upload: None,
            sequencer: None,
            version: 0,
            live: None,
            error_message: None,
            published: false,
            locked: false,
            created_by: "test".into(),
            created_at: now(),
            updated_at: now(),
        };
        self.app.store().await.create_media_file(&media, None).await.unwrap();
        media
    }

    /// Puts the original where S3 would have it, and the event into the queue.
    pub(crate) async fn arrive(&self, media: &MediaFile, body: Vec<u8>) {
        self.put_original(media, body).await;
        self.send(&event(media)).await;
    }

    /// Puts the original where S3 would have it; nothing tells of it.
    pub(crate) async fn put_original(&self, media: &MediaFile, body: Vec<u8>) {
        let put = self.s3.put_object().bucket(&self.bucket).key(&media.original_path);
        put.body(ByteStream::from(body)).send().await.unwrap();
    }

    /// Sends any body.
    pub(crate) async fn send(&self, body: &str) {
        self.sqs.send_message().queue_url(&self.queue_url).message_body(body).send().await.unwrap();
    }

    /// Sends one of our own messages.
    pub(crate) async fn request(&self, request: &TranscodeRequest) {
        self.send(&serde_json::to_string(request).unwrap()).await;
    }

    /// Uploads a file and waits for what becomes of it.
    pub(crate) async fn transcode(&self, path: &Path) -> MediaFile {
        let body = std::fs::read(path).unwrap();
        let extension = path.extension().unwrap().to_str().unwrap();
        let media = self.await_upload(extension, body.len() as u64).await;
        self.arrive(&media, body).await;
        self.settled(media.id).await
    }

    /// The media file once it is READY or FAILED.
    pub(crate) async fn settled(&self, id: MediaFileId) -> MediaFile {
        self.until(id, |media| matches!(media.status, MediaStatus::Ready | MediaStatus::Failed)).await
    }

    /// The media file once `condition` holds.
    pub(crate) async fn until(&self, id: MediaFileId, condition: impl Fn(&MediaFile) -> bool) -> MediaFile {
        let begun = Instant::now();
        loop {
            let media = self.app.store().await.media_file(id).await.unwrap().expect("the media file exists");
            if condition(&media) {
                return media;
            }
            assert!(begun.elapsed() < PATIENCE, "still {:?}: {:?}", media.status, media.error_message);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until the queues hold nothing, delayed messages included.
    pub(crate) async fn drained(&self) {
        let begun = Instant::now();
        loop {
            let depths =
                [self.app.queue().await.depth().await.unwrap(), self.app.library_queue().await.depth().await.unwrap()];
            if depths.iter().all(|depth| depth.waiting + depth.in_flight == 0) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the queues still hold {depths:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// How often each waiting message was received, with this time, after which they are shown again.
    pub(crate) async fn receive_counts(&self) -> Vec<u32> {
        use aws_sdk_sqs::types::MessageSystemAttributeName::ApproximateReceiveCount as Count;
        let call = self.sqs.receive_message().queue_url(&self.queue_url).max_number_of_messages(10);
        let answer = call.visibility_timeout(1).message_system_attribute_names(Count).send().await.unwrap();
        let count = |message: &aws_sdk_sqs::types::Message| message.attributes()?.get(&Count)?.parse().ok();
        answer.messages().iter().filter_map(count).collect()
    }

    /// Keys below a prefix.
    pub(crate) async fn keys(&self, prefix: ObjectPrefix) -> Vec<String> {
        let listed = self.app.objects().await.unwrap().list(prefix).await.unwrap();
        listed.into_iter().map(|object| object.key).collect()
    }

    /// Waits until the first segments of a media file are in S3.
    pub(crate) async fn segments_appear(&self, id: MediaFileId) {
        let begun = Instant::now();
        while !self.keys(ObjectPrefix::Hls(id)).await.iter().any(|key| key.contains("p_0000")) {
            assert!(begun.elapsed() < PATIENCE, "no segment appears");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Changes the preset of versions that are planned from now on.
    pub(crate) fn set_preset(&mut self, preset: &str) {
        preset.clone_into(&mut self.settings.plan.preset);
    }

    /// Changes how many keys a page of a scan has, for workers that are started from now on.
    pub(crate) fn set_scan_page_keys(&mut self, keys: u32) {
        self.settings.scan_page_keys = keys;
    }

    /// Changes how many bytes one message hashes.
    pub(crate) fn set_hash_bytes(&mut self, bytes: u64) {
        self.settings.hash_bytes = bytes;
    }

    /// Waits until the queue of library jobs holds nothing.
    pub(crate) async fn drained_library(&self) {
        let begun = Instant::now();
        loop {
            let depth = self.app.library_queue().await.depth().await.unwrap();
            if depth.waiting + depth.in_flight == 0 {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the queue still holds {depth:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Throws away what waits in the queue, such as a removal that is due in hours.
    pub(crate) async fn purge(&self) {
        for url in [&self.queue_url, &self.library_queue_url] {
            self.sqs.purge_queue().queue_url(url).send().await.unwrap();
        }
    }

    /// Downloads the live version into a directory and answers it.
    pub(crate) async fn download(&self, media: &MediaFile) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let version = media.live.as_ref().unwrap().version;
        let prefix = ObjectPrefix::Version(media.id, version);
        for key in self.keys(prefix).await {
            let object = self.app.objects().await.unwrap().get(&key.parse().unwrap()).await.unwrap();
            let path = directory.path().join(key.strip_prefix(&prefix.to_string()).unwrap());
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, object).unwrap();
        }
        directory
    }

    /// Stops the worker, proves that nothing is left behind, and removes bucket and queues.
    pub(crate) async fn finish(mut self) {
        self.drained().await;
        self.stop().await;
        let left: Vec<_> =
            std::fs::read_dir(self.scratch.path()).unwrap().flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "scratch directories are left: {left:?}");
        for url in [&self.queue_url, &self.library_queue_url] {
            self.sqs.delete_queue().queue_url(url).send().await.unwrap();
        }
        let listed = self.s3.list_objects_v2().bucket(&self.bucket).send().await.unwrap();
        for object in listed.contents() {
            self.s3.delete_object().bucket(&self.bucket).key(object.key().unwrap()).send().await.unwrap();
        }
        self.s3.delete_bucket().bucket(&self.bucket).send().await.unwrap();
    }
}
