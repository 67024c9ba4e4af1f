use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, SuperAdmin};
use framehouse_domain::{DirectoryType, ScanId, Timestamp};
use framehouse_store::ScanProgress;
use serde::Serialize;
use utoipa::ToSchema;

/// How far a scan is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanStatus {
    id: ScanId,
    directory_type: DirectoryType,
    skip_existing: bool,
    status: Stage,
    /// Video files found so far.
    scanned: u32,
    created: u32,
    updated: u32,
    skipped: u32,
    /// Files for which no record could be made.
    failed: u32,
    /// Why, one sentence a file; 1,000 at the most.
    errors: Vec<String>,
    /// Files looked at so far, of `created` and `updated` ones.
    inspected: u32,
    /// How many of them are no good.
    invalid_count: u32,
    /// These are they: path, colon, reason; 1,000 at the most.
    invalid: Vec<String>,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Stage {
    /// Files are still being found.
    Listing,
    /// All are found; some are still to be looked at.
    Inspecting,
    /// Nothing more will come of it.
    Completed,
    /// It was given up; `errors` says why. Scanning again goes on from there.
    Failed,
}

/// How far a scan is, and what it came to.
#[utoipa::path(
    get,
    path = "/api/media/videos/scans/{id}",
    operation_id = "get_scan",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = ScanId, Path)),
    responses(
        (status = 200, body = ScanStatus),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn get_scan(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<ScanId>,
) -> Result<Json<ScanStatus>, ApiError> {
    let progress = app.store().await.scan(id).await?;
    Ok(Json(status(progress.ok_or(ApiError::NotFound("There is no such scan, or it was over a month ago."))?)))
}

fn status(progress: ScanProgress) -> ScanStatus {
    let status = match (progress.pages.gave_up, progress.ended(), progress.listed) {
        (true, ..) => Stage::Failed,
        (_, true, _) => Stage::Completed,
        (.., true) => Stage::Inspecting,
        _ => Stage::Listing,
    };
    let ScanProgress { scan, pages, probes, invalid, .. } = progress;
    ScanStatus {
        id: scan.id,
        directory_type: scan.directory_type,
        skip_existing: scan.skip_existing,
        status,
        scanned: pages.scanned,
        created: pages.created,
        updated: pages.updated,
        skipped: pages.skipped,
        failed: pages.failed,
        errors: pages.errors,
        inspected: probes.inspected,
        invalid_count: invalid,
        invalid: probes.invalid,
        created_at: scan.created_at,
    }
}
