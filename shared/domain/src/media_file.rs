use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{MediaFileId, Timestamp};

/// Where a media file stands; only workers move it past `AwaitingUpload` (spec: media processing §11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MediaStatus {
    /// Presigned, nothing arrived yet.
    AwaitingUpload,
    /// The object arrived and was checked.
    Uploaded,
    /// A version is being made.
    Processing,
    /// The latest version is live.
    Ready,
    /// The latest attempt ended with `errorMessage`; an earlier version may still be live.
    Failed,
}

/// How the bytes travel to S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UploadMethod {
    /// One presigned PUT.
    Put,
    /// A presigned POST form, for HTML forms and `curl -F`.
    Post,
    /// A multipart upload, part by part.
    Multipart,
}

/// An upload that has been prepared for a media file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingUpload {
    /// How the bytes travel.
    pub method: UploadMethod,
    /// S3's id of the multipart upload, once there is one.
    pub upload_id: Option<String>,
    /// Bytes in each part but the last; the whole size for the other methods.
    pub part_size: u64,
}

/// One quality of a transcode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rendition {
    /// Named by its short side: `1080p`.
    pub name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Peak bits per second of any segment, audio included (RFC 8216 `BANDWIDTH`).
    pub bandwidth: u64,
    /// Mean bits per second, audio included (RFC 8216 `AVERAGE-BANDWIDTH`).
    pub average_bandwidth: u64,
    /// RFC 6381 codecs of the rendition.
    pub codecs: String,
    /// Frames per second.
    pub frame_rate: f64,
    /// The source's own video stream, not encoded again.
    pub copied: bool,
}

/// The transcode that viewers get.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveVersion {
    /// The `n` of `hls/{id}/v{n}/`.
    pub version: u32,
    /// Seconds.
    pub duration: f64,
    /// Display width of the source in pixels, rotation and sample aspect ratio applied.
    pub width: u32,
    /// Display height of the source in pixels.
    pub height: u32,
    /// Best first.
    pub renditions: Vec<Rendition>,
    /// Whether there is a storyboard.
    pub has_storyboard: bool,
    /// Whether there is an animated preview.
    pub has_preview: bool,
}

/// An upload and everything made from it: the single source of truth (spec: media processing §2).
#[derive(Debug, Clone, PartialEq)]
pub struct MediaFile {
    /// Its id.
    pub id: MediaFileId,
    /// Where it stands.
    pub status: MediaStatus,
    /// As the client named it; never part of a key.
    pub original_filename: String,
    /// Key of the original in the media bucket.
    pub original_path: String,
    /// Bytes: declared until the object arrived, measured afterwards.
    pub original_size: u64,
    /// Declared until the object arrived, detected afterwards.
    pub mime_type: String,
    /// Display title.
    pub title: Option<String>,
    /// Studio or production company.
    pub producer: Option<String>,
    /// Director or primary creator.
    pub creator: Option<String>,
    /// Free tags, without duplicates.
    pub tags: Vec<String>,
    /// How the bytes travel; absent once they arrived.
    pub upload: Option<PendingUpload>,
    /// S3's `sequencer` of the newest event that was acted on; orders events of one key.
    pub sequencer: Option<String>,
    /// Number of the newest transcode that was begun; 0 before the first.
    pub version: u32,
    /// The transcode that viewers get.
    pub live: Option<LiveVersion>,
    /// Why the latest attempt failed, for an operator.
    pub error_message: Option<String>,
    /// In the public gallery.
    pub published: bool,
    /// Withdrawn from viewers by an admin.
    pub locked: bool,
    /// Subject of the token that asked for the upload.
    pub created_by: String,
    /// When the upload was asked for.
    pub created_at: Timestamp,
    /// When anything here last changed.
    pub updated_at: Timestamp,
}
