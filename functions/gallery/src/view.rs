use framehouse_api::{ApiError, App, thumbnail_path};
use framehouse_catalog::{Catalog, Entry, Filter};
use framehouse_domain::{Orientation, Quality, Timestamp, Video, VideoId};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use utoipa::ToSchema;

/// How old the gallery may be: what is published, locked or counted shows within two seconds.
const MAX_AGE: Duration = Duration::from_secs(1);

/// A video as the gallery shows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicVideo {
    id: VideoId,
    title: Option<String>,
    filename: String,
    category: Option<String>,
    producer: Option<String>,
    creator: Option<String>,
    tags: Vec<String>,
    duration_seconds: Option<u32>,
    quality: Option<Quality>,
    orientation: Option<Orientation>,
    /// Leads to its picture.
    #[schema(example = "/api/media/public/0197c1f0-a5c8-7d6c-8f4e-0123456789ab/thumbnail")]
    thumbnail_path: String,
    view_count: u64,
    upvote_count: u64,
    comment_count: u64,
    /// Always false: locked ones are not shown.
    is_locked: bool,
    /// When it was put into the gallery.
    published_at: Option<Timestamp>,
    created_at: Timestamp,
}

/// The library as it was a second ago at the most.
pub(crate) async fn gallery(app: &App) -> Result<Arc<Catalog>, ApiError> {
    Ok(app.catalog().await?.recent(MAX_AGE).await?)
}

/// What the audience sees, and nothing else.
pub(crate) fn shown() -> Filter {
    Filter { published: Some(true), is_valid: Some(true), locked: Some(false), ..Filter::default() }
}

/// What the catalog knows of a video.
pub(crate) fn listed(entry: Entry) -> PublicVideo {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let moment = |millis: u64| Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
    let id = VideoId::from(entry.id);
    PublicVideo {
        id,
        title: some(entry.title),
        filename: entry.filename,
        category: some(entry.category),
        producer: some(entry.producer),
        creator: some(entry.creator),
        tags: entry.tags,
        duration_seconds: entry.duration_seconds,
        quality: entry.quality,
        orientation: entry.orientation,
        thumbnail_path: thumbnail_path(id),
        view_count: entry.views.into(),
        upvote_count: entry.upvotes.into(),
        comment_count: entry.comments.into(),
        is_locked: false,
        published_at: entry.published_at.map(moment),
        created_at: moment(entry.created_at),
    }
}

/// A stored video as the gallery shows it.
pub(crate) fn public(video: &Video) -> PublicVideo {
    PublicVideo {
        id: video.id,
        title: video.title.clone(),
        filename: video.path.filename().to_owned(),
        category: video.category.clone(),
        producer: video.producer.clone(),
        creator: video.creator.clone(),
        tags: video.tags.clone(),
        duration_seconds: video.duration_seconds(),
        quality: video.quality(),
        orientation: video.orientation(),
        thumbnail_path: thumbnail_path(video.id),
        view_count: video.engagement.views,
        upvote_count: video.engagement.upvotes,
        comment_count: video.engagement.comments,
        is_locked: video.lock.is_some(),
        published_at: video.published_at,
        created_at: video.created_at,
    }
}
