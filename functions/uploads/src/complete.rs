use std::collections::BTreeMap;

use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path};
use framehouse_domain::{FieldErrors, MediaFileId, MediaStatus, part_count, part_range};
use framehouse_objects::{ObjectsError, UploadedPart};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::multipart::{Multipart, expired, media_file, s3_error};

/// How many wrong parts a sentence names.
const NAMED: usize = 10;

#[derive(Deserialize, ToSchema)]
pub(crate) struct CompleteUpload {
    /// What the client sent; each must be what S3 has. Left out: whatever S3 has.
    #[serde(default)]
    parts: Option<Vec<SentPart>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SentPart {
    part_number: u64,
    e_tag: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadCompleted {
    media_file_id: MediaFileId,
    status: MediaStatus,
}

/// Make the object from its parts. Completing twice is fine.
#[utoipa::path(
    post,
    path = "/api/media/uploads/{id}/complete",
    operation_id = "complete_upload",
    tag = "uploads",
    security(("bearer" = [])),
    params(("id" = MediaFileId, Path)),
    request_body(content = Option<CompleteUpload>),
    responses(
        (status = 200, body = UploadCompleted),
        (status = 400, body = ErrorBody, description = "Parts are missing or of the wrong size"),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "The upload takes no parts"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn complete_upload(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<MediaFileId>,
    request: Option<Json<CompleteUpload>>,
) -> Result<Json<UploadCompleted>, ApiError> {
    let media = media_file(&app, id).await?;
    let completed = UploadCompleted { media_file_id: id, status: media.status };
    if media.status != MediaStatus::AwaitingUpload {
        return Ok(Json(completed));
    }
    let upload = Multipart::of(media)?;
    let objects = app.objects().await?;
    let parts = match objects.all_parts(&upload.key, &upload.upload_id).await {
        Ok(parts) => parts,
        Err(ObjectsError::NotFound { .. }) => {
            // Either an earlier completion went through and its event is on its way, or S3 dropped the parts.
            let size = objects.size(&upload.key).await.map_err(|error| match error {
                ObjectsError::NotFound { .. } => expired(),
                other => other.into(),
            })?;
            return if size == upload.media.original_size { Ok(Json(completed)) } else { Err(expired()) };
        }
        Err(error) => return Err(s3_error(error)),
    };
    check(&upload, &parts, request.and_then(|Json(request)| request.parts))?;
    objects.complete_multipart(&upload.key, &upload.upload_id, &parts).await.map_err(s3_error)?;
    Ok(Json(completed))
}

/// Every part is there, has its size, and is the one that the client sent.
fn check(upload: &Multipart, parts: &[UploadedPart], sent: Option<Vec<SentPart>>) -> Result<(), FieldErrors> {
    let present: BTreeMap<u64, &UploadedPart> = parts.iter().map(|part| (part.number, part)).collect();
    let size = upload.media.original_size;
    let length = |number| part_range(number, size, upload.part_size).map(|range| range.end - range.start);
    let numbers = 1..=part_count(size, upload.part_size);
    refuse("Parts are missing", numbers.filter(|number| !present.contains_key(number)))?;
    let wrong = |part: &&UploadedPart| length(part.number) != Some(part.size);
    refuse("Parts have the wrong size", parts.iter().filter(wrong).map(|part| part.number))?;
    let Some(sent) = sent else { return Ok(()) };
    let bare = |etag: &str| etag.trim_matches('"').to_owned();
    let differs = |part: &&SentPart| present.get(&part.part_number).is_none_or(|p| bare(&p.etag) != bare(&part.e_tag));
    refuse("Parts are not the ones that S3 has", sent.iter().filter(differs).map(|part| part.part_number))
}

fn refuse(what: &str, numbers: impl Iterator<Item = u64>) -> Result<(), FieldErrors> {
    let numbers: Vec<_> = numbers.collect();
    if numbers.is_empty() {
        return Ok(());
    }
    let named: Vec<_> = numbers.iter().take(NAMED).map(u64::to_string).collect();
    let more = numbers.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(FieldErrors::one("parts", format!("{what}: {}{rest}. Send them again, then complete.", named.join(", "))))
}
