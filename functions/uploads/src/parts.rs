use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path, Query};
use framehouse_domain::MediaFileId;
use framehouse_objects::UploadedPart;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::multipart::{Multipart, media_file, s3_error};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParts {
    /// Parts after this number only.
    #[serde(default)]
    #[param(maximum = 10000)]
    after: u16,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Parts {
    /// In the order of their numbers, at most 1,000.
    parts: Vec<Part>,
    /// Value of `after` for the rest; null when this is all.
    next: Option<u64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UploadedPart)]
struct Part {
    #[serde(rename = "partNumber")]
    number: u64,
    /// Bytes.
    size: u64,
    e_tag: String,
}

/// List the parts that have arrived, to resume an interrupted upload.
#[utoipa::path(
    get,
    path = "/api/media/uploads/{id}/parts",
    operation_id = "list_parts",
    tag = "uploads",
    security(("bearer" = [])),
    params(("id" = MediaFileId, Path), ListParts),
    responses(
        (status = 200, body = Parts),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "The upload takes no parts"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_parts(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<MediaFileId>,
    Query(page): Query<ListParts>,
) -> Result<Json<Parts>, ApiError> {
    let upload = Multipart::of(media_file(&app, id).await?)?;
    let listed = app.objects().await?.list_parts(&upload.key, &upload.upload_id, page.after.into()).await;
    let page = listed.map_err(s3_error)?;
    Ok(Json(Parts { parts: page.parts.into_iter().map(Part::from).collect(), next: page.next }))
}

impl From<UploadedPart> for Part {
    fn from(part: UploadedPart) -> Self {
        Self { number: part.number, size: part.size, e_tag: part.etag }
    }
}
