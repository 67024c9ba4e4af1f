mod aggregate;
mod get;
mod overview;
mod range;
mod reset;
mod viewer_data;
mod viewers;

use framehouse_domain::{Device, Timestamp, VideoId, View, ViewId, Viewer};
use framehouse_tests::{api, store};
use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::Value;

use crate::track::counted;

pub(crate) const ANALYTICS: &str = "/api/videos";

/// A view as it is stored.
pub(crate) struct Seen {
    pub(crate) who: String,
    pub(crate) at: Timestamp,
    pub(crate) watched: u32,
    pub(crate) completed: bool,
    pub(crate) referer: Option<&'static str>,
    pub(crate) device: Device,
}

impl Seen {
    pub(crate) fn new(who: &str, at: &str, watched: u32) -> Self {
        let at = at.parse().unwrap();
        Self { who: who.to_owned(), at, watched, completed: false, referer: None, device: Device::Desktop }
    }
}

/// Stores views that began at moments of the past, and waits until they are counted.
pub(crate) async fn seen(video: VideoId, views: Vec<Seen>) -> Vec<ViewId> {
    let count = views.len() as u64;
    let store = &store();
    let open = |seen: Seen| async move {
        let Seen { who, at, watched, completed, referer, device } = seen;
        let user = who.strip_prefix("u:").map(str::to_owned);
        let viewer =
            Viewer { key: Some(who).filter(|who| !who.is_empty()), user_id: user, device, ..Viewer::unknown() };
        let id = ViewId::generate(video, viewer.shard(), at);
        let view = View {
            watch_time_seconds: watched,
            completed,
            // Kept longer than usual, so that tests may look further back.
            ..View::begin(id, viewer, referer.map(str::to_owned), true, 3650)
        };
        store.open_view(&view).await.unwrap();
        id
    };
    let ids = stream::iter(views).map(open).buffered(16).collect().await;
    counted(video, "publicViewCount", count).await;
    ids
}

pub(crate) async fn analytics(video: VideoId, query: &str) -> Value {
    api().get(&format!("{ANALYTICS}/{video}/analytics{query}")).await
}

pub(crate) async fn act(video: VideoId, action: &str) -> Value {
    api().call(Method::POST, &format!("{ANALYTICS}/{video}/{action}")).await.expect(200)
}
