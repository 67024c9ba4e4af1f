use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, now};
use framehouse_domain::{
    MediaFile, MediaFileId, MediaStatus, NewUpload, PendingUpload, Session, Timestamp, UploadDraft, UploadMethod,
    part_size,
};
use framehouse_objects::ObjectKey;
use framehouse_store::Created;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    idempotency::IdempotencyKey,
    instructions::{Instructions, instructions},
};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateUpload {
    /// The file's name; its extension must be a video's.
    #[schema(example = "Ferien am Meer.mp4", max_length = 255)]
    filename: String,
    /// Bytes.
    size: u64,
    #[schema(example = "video/mp4")]
    content_type: String,
    /// How to send the file; by its size when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<UploadMethod>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    producer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    creator: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadCreated {
    media_file_id: MediaFileId,
    status: MediaStatus,
    /// Where to follow the media file.
    status_url: String,
    /// How to send the file; null when a repeated request finds that it has arrived.
    upload: Option<Instructions>,
}

/// Announce a file and learn how to send it.
///
/// Repeating the request with the same `Idempotency-Key` within a day answers the same upload, with fresh URLs.
#[utoipa::path(
    post,
    path = "/api/media/uploads",
    operation_id = "create_upload",
    tag = "uploads",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible characters")),
    request_body = CreateUpload,
    responses(
        (status = 201, body = UploadCreated),
        (status = 200, body = UploadCreated, description = "The key was used before, for the same request"),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "The key was used before, for another request"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn create_upload(
    State(app): State<App>,
    Admin(session): Admin,
    key: IdempotencyKey,
    Json(request): Json<CreateUpload>,
) -> Result<(StatusCode, Json<UploadCreated>), ApiError> {
    let claim = key.claim(&session, &request)?;
    let upload = request.draft().check(app.config().max_upload_bytes)?;
    let media = media_file(upload, &session, now());
    match app.store().await.create_media_file(&media, claim.as_ref()).await? {
        Created::New => Ok((StatusCode::CREATED, created(&app, media).await?)),
        Created::Repeated(id) => Ok((StatusCode::OK, repeated(&app, id).await?)),
        Created::ClaimedForAnother => {
            let sentence = "This Idempotency-Key was used for another upload. Use a new key for a new file.";
            Err(ApiError::conflict("idempotency_key_reused", sentence))
        }
    }
}

impl CreateUpload {
    fn draft(self) -> UploadDraft {
        let Self { filename, size, content_type, method, title, producer, creator, tags } = self;
        UploadDraft { filename, size, content_type, method, title, producer, creator, tags }
    }
}

fn media_file(upload: NewUpload, session: &Session, now: Timestamp) -> MediaFile {
    let id = MediaFileId::generate();
    let part_size = if upload.method == UploadMethod::Multipart { part_size(upload.size) } else { upload.size };
    MediaFile {
        id,
        status: MediaStatus::AwaitingUpload,
        original_filename: upload.filename,
        original_path: ObjectKey::Original { id, extension: upload.extension.to_owned() }.to_string(),
        original_size: upload.size,
        mime_type: upload.content_type,
        title: upload.title,
        producer: upload.producer,
        creator: upload.creator,
        tags: upload.tags,
        upload: Some(PendingUpload { method: upload.method, upload_id: None, part_size }),
        sequencer: None,
        version: 0,
        live: None,
        error_message: None,
        published: false,
        locked: false,
        created_by: session.subject.clone(),
        created_at: now,
        updated_at: now,
    }
}

async fn repeated(app: &App, id: MediaFileId) -> Result<Json<UploadCreated>, ApiError> {
    let media = app.store().await.media_file(id).await?.ok_or_else(|| {
        let sentence = "The upload that this Idempotency-Key started was deleted. Use a new key.";
        ApiError::conflict("upload_deleted", sentence)
    })?;
    created(app, media).await
}

async fn created(app: &App, media: MediaFile) -> Result<Json<UploadCreated>, ApiError> {
    Ok(Json(UploadCreated {
        media_file_id: media.id,
        status: media.status,
        status_url: format!("/media-files/{}", media.id),
        upload: instructions(app, &media).await?,
    }))
}
