use framehouse_api::{ApiError, App, PlaybackToken, now};
use framehouse_domain::{LiveVersion, MediaFile, MediaFileId, MediaStatus, Rendition, Timestamp, Video, VideoId};
use framehouse_objects::ObjectKey;
use serde::Serialize;
use utoipa::ToSchema;

/// Life of the image URLs in seconds.
const IMAGE_URL_SECONDS: u32 = 3600;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MediaFile)]
pub(crate) struct MediaFileView {
    id: MediaFileId,
    status: MediaStatus,
    /// Percent of the newest transcode that is done.
    #[schema(maximum = 100)]
    progress: u8,
    original_filename: String,
    /// Key of the original in the media bucket.
    original_path: String,
    /// Bytes.
    original_size: u64,
    mime_type: String,
    title: Option<String>,
    producer: Option<String>,
    creator: Option<String>,
    tags: Vec<String>,
    /// Seconds.
    duration: Option<f64>,
    /// Display width in pixels.
    width: Option<u32>,
    /// Display height in pixels.
    height: Option<u32>,
    /// Path of the master playlist, for callers that may watch by themselves.
    manifest_url: Option<String>,
    playback: Option<Playback>,
    /// Best first.
    renditions: Vec<Rendition>,
    poster_url: Option<String>,
    /// A short animated WebP.
    preview_url: Option<String>,
    /// Path of a WebVTT file of thumbnails.
    storyboard_url: Option<String>,
    /// The video of the library that it became; null until its file has arrived.
    video_id: Option<VideoId>,
    /// The oldest video with the same bytes, when there was one before.
    duplicate_of: Option<VideoId>,
    /// Why the latest attempt failed.
    error_message: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The master playlist with a short-lived token in its query, for players that send no headers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Playback {
    url: String,
    expires_at: Timestamp,
}

/// What a live version adds to a media file.
#[derive(Default)]
struct Live {
    duration: Option<f64>,
    width: Option<u32>,
    height: Option<u32>,
    manifest_url: Option<String>,
    playback: Option<Playback>,
    renditions: Vec<Rendition>,
    poster_url: Option<String>,
    preview_url: Option<String>,
    storyboard_url: Option<String>,
}

/// The media file as clients see it, with URLs signed now.
pub(crate) async fn view(
    app: &App,
    media: MediaFile,
    progress: u8,
    video: Option<&Video>,
) -> Result<MediaFileView, ApiError> {
    let live = match media.live {
        Some(version) => live(app, media.id, version).await?,
        None => Live::default(),
    };
    Ok(MediaFileView {
        id: media.id,
        status: media.status,
        progress,
        original_filename: media.original_filename,
        original_path: media.original_path,
        original_size: media.original_size,
        mime_type: media.mime_type,
        title: video.map_or(media.title, |video| video.title.clone()),
        producer: video.map_or(media.producer, |video| video.producer.clone()),
        creator: video.map_or(media.creator, |video| video.creator.clone()),
        tags: video.map_or(media.tags, |video| video.tags.clone()),
        duration: live.duration,
        width: live.width,
        height: live.height,
        manifest_url: live.manifest_url,
        playback: live.playback,
        renditions: live.renditions,
        poster_url: live.poster_url,
        preview_url: live.preview_url,
        storyboard_url: live.storyboard_url,
        video_id: video.map(|video| video.id),
        duplicate_of: video.and_then(|video| video.duplicate_of),
        error_message: media.error_message,
        created_at: media.created_at,
        updated_at: media.updated_at,
    })
}

async fn live(app: &App, id: MediaFileId, version: LiveVersion) -> Result<Live, ApiError> {
    let token = PlaybackToken::issue(app, id, now())?;
    let signer = app.objects().await?.signer().await?;
    let image = |file: &str| signer.get(&ObjectKey::hls(id, version.version, file), IMAGE_URL_SECONDS);
    let playlist = |file: &str| format!("/stream/hls/{id}/{file}");
    let with_token = |file: &str| format!("{}?token={}", playlist(file), token.text);
    Ok(Live {
        duration: Some(version.duration),
        width: Some(version.width),
        height: Some(version.height),
        manifest_url: Some(playlist("master.m3u8")),
        playback: Some(Playback { url: with_token("master.m3u8"), expires_at: token.expires_at }),
        renditions: version.renditions,
        poster_url: Some(image("poster.jpg")),
        preview_url: version.has_preview.then(|| image("preview.webp")),
        storyboard_url: version.has_storyboard.then(|| with_token("storyboard.vtt")),
    })
}
