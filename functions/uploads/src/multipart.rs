use framehouse_api::{ApiError, App};
use framehouse_domain::{MediaFile, MediaFileId, MediaStatus, UploadMethod};
use framehouse_objects::{ObjectKey, ObjectsError};

use crate::instructions::original_key;

/// The sentence for an upload that does not exist.
pub(crate) const NO_UPLOAD: &str = "There is no such upload. It may have been aborted, or have expired after a week.";

/// A multipart upload that can take parts.
pub(crate) struct Multipart {
    pub(crate) media: MediaFile,
    pub(crate) key: ObjectKey,
    pub(crate) upload_id: String,
    pub(crate) part_size: u64,
}

/// The media file, whatever became of its upload.
pub(crate) async fn media_file(app: &App, id: MediaFileId) -> Result<MediaFile, ApiError> {
    app.store().await.media_file(id).await?.ok_or(ApiError::NotFound(NO_UPLOAD))
}

impl Multipart {
    /// The multipart upload of a media file that still awaits it.
    pub(crate) fn of(media: MediaFile) -> Result<Self, ApiError> {
        if media.status != MediaStatus::AwaitingUpload {
            let sentence = "The file has arrived already; nothing more can be sent.";
            return Err(ApiError::conflict("already_uploaded", sentence));
        }
        let key = original_key(&media)?;
        match media.upload.clone() {
            Some(upload) if upload.method == UploadMethod::Multipart => match upload.upload_id {
                Some(upload_id) => Ok(Self { media, key, upload_id, part_size: upload.part_size }),
                None => Err(expired()),
            },
            _ => {
                let sentence = "This upload has no parts: send the file to the URL that it was created with.";
                Err(ApiError::conflict("not_multipart", sentence))
            }
        }
    }
}

/// S3 does not know the multipart upload (any more).
pub(crate) fn expired() -> ApiError {
    let sentence = "S3 no longer has this multipart upload. Create a new upload with a new Idempotency-Key.";
    ApiError::conflict("upload_expired", sentence)
}

/// S3's word on a multipart upload, as ours.
pub(crate) fn s3_error(error: ObjectsError) -> ApiError {
    match error {
        ObjectsError::NotFound { .. } => expired(),
        ObjectsError::Refused { message, .. } => {
            ApiError::conflict("parts_refused", format!("S3 did not accept the parts: {message}"))
        }
        ObjectsError::Unavailable { .. } => error.into(),
    }
}
