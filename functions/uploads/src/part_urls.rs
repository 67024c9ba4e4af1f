use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path};
use framehouse_domain::{FieldErrors, MediaFileId, Timestamp, part_count, part_range};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    instructions::URL_SECONDS,
    multipart::{Multipart, media_file},
};

/// Small batches on demand: part URLs would expire during a long upload if all were handed out at its beginning.
const MAX_BATCH: usize = 100;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatePartUrls {
    /// From 1; at most 100 of them.
    #[schema(min_items = 1, max_items = 100)]
    part_numbers: Vec<u64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartUrls {
    parts: Vec<PartUrl>,
    expires_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PartUrl {
    part_number: u64,
    /// PUT exactly the part's bytes here; keep the `ETag` of the answer.
    url: String,
}

/// Get presigned URLs for some parts. Ask again when they have expired.
#[utoipa::path(
    post,
    path = "/api/media/uploads/{id}/parts",
    operation_id = "create_part_urls",
    tag = "uploads",
    security(("bearer" = [])),
    params(("id" = MediaFileId, Path)),
    request_body = CreatePartUrls,
    responses(
        (status = 200, body = PartUrls),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "The upload takes no parts"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn create_part_urls(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<MediaFileId>,
    Json(request): Json<CreatePartUrls>,
) -> Result<Json<PartUrls>, ApiError> {
    let upload = Multipart::of(media_file(&app, id).await?)?;
    let lengths = lengths(&upload, &request.part_numbers)?;
    let signer = app.objects().await?.signer().await?;
    let url = |(part_number, length)| PartUrl {
        part_number,
        url: signer.part(&upload.key, &upload.upload_id, part_number, length, URL_SECONDS),
    };
    Ok(Json(PartUrls { parts: lengths.into_iter().map(url).collect(), expires_at: signer.expires_at(URL_SECONDS) }))
}

/// Each asked part with its length in bytes.
fn lengths(upload: &Multipart, numbers: &[u64]) -> Result<Vec<(u64, u64)>, ApiError> {
    if !(1..=MAX_BATCH).contains(&numbers.len()) {
        let sentence = format!("Ask for 1 to {MAX_BATCH} parts at a time.");
        return Err(FieldErrors::one("partNumbers", sentence).into());
    }
    let size = upload.media.original_size;
    let length = |number: &u64| {
        part_range(*number, size, upload.part_size).map(|range| (*number, range.end - range.start)).ok_or_else(|| {
            let count = part_count(size, upload.part_size);
            FieldErrors::one("partNumbers", format!("This upload has the parts 1 to {count}; {number} is not one."))
                .into()
        })
    };
    numbers.iter().map(length).collect()
}
