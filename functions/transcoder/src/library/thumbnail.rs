//! The picture of a video that is not, or not yet, transcoded.

use std::time::Duration;

use framehouse_domain::VideoId;
use framehouse_media::{Source, command};
use framehouse_objects::ObjectKey;
use tokio::fs;

use crate::{Worker, failure::Failure, images::draw, scratch};

/// A few frames of a source take a second or two; of one that cannot be sought, longer.
const LIMIT: Duration = Duration::from_secs(40);
const URL_SECONDS: u32 = 900;

/// Makes and stores the picture, and answers its key. A video can do without one: trouble is logged.
pub(super) async fn make(worker: &Worker, id: VideoId, key: &ObjectKey, source: &Source) -> Option<String> {
    let made = try_make(worker, id, key, source).await;
    made.inspect_err(|failure| tracing::warn!(%id, cause = %failure, "make thumbnail")).ok()
}

async fn try_make(worker: &Worker, id: VideoId, key: &ObjectKey, source: &Source) -> Result<String, Failure> {
    let url = worker.objects.signer().await?.get(key, URL_SECONDS);
    let scratch = scratch::directory(&worker.settings.scratch)?;
    let path = scratch.path().join("thumbnail.jpg");
    let file = path.to_str().ok_or_else(|| Failure::transient("use scratch directory", "it is no UTF-8"))?;
    let _slot = worker.cpus.acquire().await;
    draw(&command::thumbnail(source, &url, file), LIMIT).await?;
    if !fs::try_exists(&path).await.unwrap_or(false) {
        draw(&command::first_picture(source, &url, file), LIMIT).await?;
    }
    let picture = fs::read(&path).await.map_err(|error| Failure::transient("read picture", error))?;
    let thumbnail = ObjectKey::Thumbnail(id);
    worker.objects.put(&thumbnail, "image/jpeg", picture).await?;
    Ok(thumbnail.to_string())
}
