//! Jobs about the library's files, on the emulator, with real clips.

mod duplicates;
mod inspect;
mod leaving;
mod moves;
mod scans;

use framehouse_api::now;
use framehouse_domain::{LibraryPath, Video, VideoId};
use framehouse_objects::{LibraryJob, ObjectKey};
use tokio::time::{Duration, Instant, sleep};

use crate::bench::Bench;

/// A folder that no other test uses: paths are unique in the table that all share.
fn folder() -> String {
    format!("t-{}", VideoId::generate())
}

impl Bench {
    /// Puts bytes into the library.
    async fn shelve(&self, path: &str, body: impl Into<Vec<u8>>) {
        let key = ObjectKey::Library(path.parse().unwrap());
        self.app.objects().await.unwrap().put(&key, "video/mp4", body.into()).await.unwrap();
    }

    /// Puts bytes into the library and makes a record of them that nobody has looked at.
    async fn register(&self, path: &str, body: impl Into<Vec<u8>>) -> VideoId {
        self.shelve(path, body).await;
        self.record(path).await
    }

    /// Makes a record alone.
    async fn record(&self, path: &str) -> VideoId {
        let path: LibraryPath = path.parse().unwrap();
        let key = ObjectKey::Library(path.clone()).to_string();
        let video = Video::new(VideoId::generate(), path, key, "test".into(), now());
        self.app.store().await.create_video(&video, None).await.unwrap();
        video.id
    }

    /// Sends a job.
    async fn job(&self, job: &LibraryJob) {
        self.app.library_queue().await.send(job, 0).await.unwrap();
    }

    /// Asks to look at videos, and waits for it.
    async fn inspect(&self, ids: &[VideoId]) {
        let before = self.app.store().await.videos(ids).await.unwrap();
        self.job(&LibraryJob::Inspect { video_ids: ids.to_vec(), scan: None }).await;
        for old in before {
            self.video_when(old.id, |video| video.last_validated != old.last_validated).await;
        }
    }

    async fn video(&self, id: VideoId) -> Video {
        self.app.store().await.video(id).await.unwrap().expect("the video exists")
    }

    /// The video once `condition` holds.
    async fn video_when(&self, id: VideoId, condition: impl Fn(&Video) -> bool) -> Video {
        eventually(async || Some(self.video(id).await).filter(|video| condition(video))).await
    }

    /// Changes a video as a route would.
    async fn change(&self, id: VideoId, change: impl Fn(&mut Video)) {
        let change = |video: &mut Video| {
            change(video);
            Ok::<_, ()>(())
        };
        self.app.store().await.modify_video(id, now(), change).await.unwrap();
    }

    async fn exists(&self, key: &str) -> bool {
        self.app.objects().await.unwrap().head(&key.parse().unwrap()).await.unwrap().is_some()
    }
}

/// What `ready` answers in the end.
async fn eventually<T>(ready: impl AsyncFn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = ready().await {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "waited in vain");
        sleep(Duration::from_millis(50)).await;
    }
}
