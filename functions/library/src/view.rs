use framehouse_api::{ApiError, App};
use framehouse_catalog::Entry;
use framehouse_domain::{DirectoryType, MediaFileId, Orientation, Quality, Timestamp, Video, VideoId};
use framehouse_objects::ObjectKey;
use serde::Serialize;
use utoipa::ToSchema;

/// The sentence for a video that does not exist.
pub(crate) const NO_VIDEO: &str = "There is no such video.";

/// Life of a thumbnail's URL in seconds.
const IMAGE_URL_SECONDS: u32 = 3600;

/// A video as lists show it.
#[expect(clippy::struct_excessive_bools, reason = "each is a field on its own")]
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VideoSummary {
    id: VideoId,
    /// Where it lies in the library.
    #[schema(example = "videos/sample.mp4")]
    path: String,
    filename: String,
    directory_type: DirectoryType,
    producer: Option<String>,
    creator: Option<String>,
    title: Option<String>,
    tags: Vec<String>,
    duration_seconds: Option<u32>,
    quality: Option<Quality>,
    orientation: Option<Orientation>,
    has_audio: bool,
    /// Pixels.
    width: Option<u32>,
    /// Pixels.
    height: Option<u32>,
    /// Bytes.
    file_size: Option<u64>,
    /// False when it was deleted, or its file is missing or corrupt.
    is_valid: bool,
    /// In the public gallery.
    published: bool,
    /// Withdrawn from viewers.
    locked: bool,
    public_view_count: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A video with everything that is known of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Video)]
pub(crate) struct VideoDetails {
    #[serde(flatten)]
    summary: VideoSummary,
    /// Its name before we named it, or on the client that uploaded it.
    original_filename: Option<String>,
    /// Key of its object before it was first moved.
    original_path: Option<String>,
    /// SHA-256, lower-case hexadecimal.
    file_hash: Option<String>,
    /// Why the file is no good.
    invalid_reason: Option<String>,
    /// When it was deleted softly.
    deleted_at: Option<Timestamp>,
    /// When its file was last looked at; null until the first look.
    last_validated: Option<Timestamp>,
    /// When its file was last moved to its place in the library.
    standardized_at: Option<Timestamp>,
    thumbnail_path: Option<String>,
    /// The thumbnail for an hour.
    thumbnail_url: Option<String>,
    /// Its upload and transcodes.
    media_file_id: Option<MediaFileId>,
    /// The oldest other video with the same bytes.
    duplicate_of: Option<VideoId>,
    locked_at: Option<Timestamp>,
    locked_reason: Option<String>,
    /// When it was put into the gallery, while it is there.
    published_at: Option<Timestamp>,
    /// The gallery's category, the last one when it is not there.
    category: Option<String>,
    public_upvote_count: u64,
    public_comment_count: u64,
    public_completion_count: u64,
    /// Seconds.
    public_total_watch_time: u64,
    /// When it last left the gallery.
    moved_from_public_at: Option<Timestamp>,
}

/// What the catalog knows of a video.
pub(crate) fn listed(entry: Entry) -> VideoSummary {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let moment = |millis: u64| Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
    VideoSummary {
        id: entry.id.into(),
        path: entry.path,
        filename: entry.filename,
        directory_type: entry.directory_type,
        producer: some(entry.producer),
        creator: some(entry.creator),
        title: some(entry.title),
        tags: entry.tags,
        duration_seconds: entry.duration_seconds,
        quality: entry.quality,
        orientation: entry.orientation,
        has_audio: entry.has_audio,
        width: entry.width.map(u32::from),
        height: entry.height.map(u32::from),
        file_size: entry.file_size,
        is_valid: entry.is_valid,
        published: entry.published,
        locked: entry.locked,
        public_view_count: u64::from(entry.views),
        created_at: moment(entry.created_at),
        updated_at: moment(entry.changed_at),
    }
}

/// A video as clients see it, with its thumbnail's URL signed now.
pub(crate) async fn details(app: &App, video: Video) -> Result<VideoDetails, ApiError> {
    let thumbnail_url = thumbnail_url(app, video.thumbnail_path.as_deref()).await?;
    Ok(VideoDetails {
        original_filename: video.original_filename.clone(),
        original_path: video.original_path.clone(),
        file_hash: video.file_hash().map(str::to_owned),
        invalid_reason: video.invalid_reason.clone(),
        deleted_at: video.deleted_at,
        last_validated: video.last_validated,
        standardized_at: video.standardized_at,
        thumbnail_path: video.thumbnail_path.clone(),
        thumbnail_url,
        media_file_id: video.media_file_id,
        duplicate_of: video.duplicate_of,
        locked_at: video.lock.as_ref().map(|lock| lock.at),
        locked_reason: video.lock.as_ref().and_then(|lock| lock.reason.clone()),
        published_at: video.published_at,
        category: video.category.clone(),
        public_upvote_count: video.engagement.upvotes,
        public_comment_count: video.engagement.comments,
        public_completion_count: video.engagement.completions,
        public_total_watch_time: video.engagement.watch_time,
        moved_from_public_at: video.moved_from_public_at,
        summary: summary(video),
    })
}

/// A stored video as lists show it.
pub(crate) fn summary(video: Video) -> VideoSummary {
    let (quality, orientation, is_valid) = (video.quality(), video.orientation(), video.is_valid());
    let facts = video.facts.as_ref();
    VideoSummary {
        id: video.id,
        path: video.path.to_string(),
        filename: video.path.filename().to_owned(),
        directory_type: video.path.directory_type(),
        duration_seconds: video.duration_seconds(),
        quality,
        orientation,
        has_audio: facts.is_some_and(|facts| facts.has_audio),
        width: facts.and_then(|facts| facts.width),
        height: facts.and_then(|facts| facts.height),
        file_size: facts.map(|facts| facts.file_size),
        is_valid,
        producer: video.producer,
        creator: video.creator,
        title: video.title,
        tags: video.tags,
        published: video.published,
        locked: video.lock.is_some(),
        public_view_count: video.engagement.views,
        created_at: video.created_at,
        updated_at: video.changed_at,
    }
}

/// Pictures are signed, whatever else an admin named as one is not.
async fn thumbnail_url(app: &App, path: Option<&str>) -> Result<Option<String>, ApiError> {
    let key = path.and_then(|path| path.parse().ok());
    let Some(key @ (ObjectKey::Thumbnail(_) | ObjectKey::Picture(_) | ObjectKey::Hls { .. })) = key else {
        return Ok(None);
    };
    Ok(Some(app.objects().await?.signer().await?.get(&key, IMAGE_URL_SECONDS)))
}
