use std::collections::BTreeMap;

use framehouse_api::{ApiError, App};
use framehouse_domain::{MediaFile, MediaStatus, PendingUpload, Timestamp, UploadMethod, part_count};
use framehouse_objects::ObjectKey;
use serde::Serialize;
use utoipa::ToSchema;

/// Life of a presigned upload in seconds. It must only begin within that time, and a repeated request gets a fresh one.
pub(crate) const URL_SECONDS: u32 = 3600;

/// How to send the file.
#[derive(Serialize, ToSchema)]
#[serde(tag = "method", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Instructions {
    /// PUT the file with exactly these headers.
    #[serde(rename_all = "camelCase")]
    Put { url: String, headers: BTreeMap<&'static str, String>, expires_at: Timestamp },
    /// POST `multipart/form-data` with every field, then the file as `file`.
    #[serde(rename_all = "camelCase")]
    Post { url: String, fields: BTreeMap<&'static str, String>, expires_at: Timestamp },
    /// Ask for part URLs, PUT each part, complete.
    #[serde(rename_all = "camelCase")]
    Multipart {
        upload_id: String,
        /// Bytes in each part but the last.
        part_size: u64,
        part_count: u64,
    },
}

/// The instructions for a media file that awaits its upload, with URLs signed now.
pub(crate) async fn instructions(app: &App, media: &MediaFile) -> Result<Option<Instructions>, ApiError> {
    let (MediaStatus::AwaitingUpload, Some(upload)) = (media.status, &media.upload) else { return Ok(None) };
    let key = original_key(media)?;
    if upload.method == UploadMethod::Multipart {
        return multipart(app, media, &key, upload).await;
    }
    let signer = app.objects().await?.signer().await?;
    let expires_at = signer.expires_at(URL_SECONDS);
    Ok(Some(if upload.method == UploadMethod::Put {
        let put = signer.put(&key, media.original_size, &media.mime_type, URL_SECONDS);
        Instructions::Put { url: put.url, headers: put.headers.into_iter().collect(), expires_at }
    } else {
        let form = signer.form(&key, media.original_size, &media.mime_type, URL_SECONDS);
        Instructions::Post { url: form.url, fields: form.fields, expires_at }
    }))
}

/// The key of a media file's original.
pub(crate) fn original_key(media: &MediaFile) -> Result<ObjectKey, ApiError> {
    media.original_path.parse().map_err(|error: framehouse_objects::KeyError| ApiError::Internal(error.into()))
}

async fn multipart(
    app: &App,
    media: &MediaFile,
    key: &ObjectKey,
    upload: &PendingUpload,
) -> Result<Option<Instructions>, ApiError> {
    let upload_id = match &upload.upload_id {
        Some(upload_id) => upload_id.clone(),
        None => match open(app, media, key).await? {
            Some(upload_id) => upload_id,
            None => return Ok(None),
        },
    };
    let part_count = part_count(media.original_size, upload.part_size);
    Ok(Some(Instructions::Multipart { upload_id, part_size: upload.part_size, part_count }))
}

/// Opens the multipart upload. Of two requests with one idempotency key, the first to note its id wins and the other's
/// upload is dropped.
async fn open(app: &App, media: &MediaFile, key: &ObjectKey) -> Result<Option<String>, ApiError> {
    let objects = app.objects().await?;
    let ours = objects.create_multipart(key, &media.mime_type).await?;
    let noted = app.store().await.attach_multipart(media.id, &ours).await?;
    if noted.as_ref() != Some(&ours) {
        objects.abort_multipart(key, &ours).await?;
    }
    Ok(noted)
}
