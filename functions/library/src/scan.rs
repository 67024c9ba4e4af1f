use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use framehouse_api::{ApiError, App, ErrorBody, Json, SuperAdmin, now};
use framehouse_domain::{DirectoryType, Scan, ScanId};
use framehouse_library::{LibraryError, PAGE_KEYS, list_files, take_in_files};
use framehouse_objects::LibraryJob;
use framehouse_store::ScanPage;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most files that are taken in while the caller waits: some seconds' worth.
const AT_ONCE: usize = 200;

/// Seconds after which a worker sees to a small scan that has no result: longer than this function may take.
const FINISH_DELAY: u32 = 45;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ScanRequest {
    /// The directory to look through, subfolders included.
    directory_type: DirectoryType,
    /// Whether files with a record are left alone (when absent), or looked at again.
    skip_existing: Option<bool>,
}

/// What a scan came to. The new files are looked at in the background: the scan's status tells which are no good.
#[expect(clippy::struct_field_names, reason = "the names are the spec's")]
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Scanned {
    /// Video files found.
    scanned: u32,
    /// Records made.
    created: u32,
    /// Records there were, whose files are looked at again.
    updated: u32,
    /// Records there were, left alone.
    skipped: u32,
    /// Files for which no record could be made.
    failed: u32,
    /// Why, one sentence a file.
    errors: Vec<String>,
    scan_id: ScanId,
    status_url: String,
}

/// A scan that goes on in the background.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanStarted {
    scan_id: ScanId,
    status_url: String,
}

/// Look through a directory of the library for video files, and make a record of each that has none.
///
/// A small directory is done when the answer comes; a large one is done in the background (202).
#[utoipa::path(
    post,
    path = "/api/media/videos/scan",
    operation_id = "scan_directory",
    tag = "library",
    security(("bearer" = [])),
    request_body = ScanRequest,
    responses(
        (status = 200, body = Scanned),
        (status = 202, body = ScanStarted),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn scan_directory(
    State(app): State<App>,
    SuperAdmin(session): SuperAdmin,
    Json(request): Json<ScanRequest>,
) -> Result<Response, ApiError> {
    let scan = Scan {
        id: ScanId::generate(),
        directory_type: request.directory_type,
        skip_existing: request.skip_existing.unwrap_or(true),
        created_by: session.subject,
        created_at: now(),
    };
    let files = list_files(app.objects().await?, scan.directory_type, None, PAGE_KEYS).await?;
    let (store, queue) = (app.store().await, app.library_queue().await);
    store.create_scan(&scan).await?;
    let is_large = files.next.is_some() || files.paths.len() > AT_ONCE;
    // Of a small scan the message comes when this is done, and only finishes what broke off.
    let delay = if is_large { 0 } else { FINISH_DELAY };
    queue.send(&LibraryJob::ScanPage { scan_id: scan.id, page: 0, start_after: None }, delay).await?;
    if is_large {
        return Ok(started(scan.id));
    }
    let page = take_in_files(store, queue, &scan, 0, &files, now).await.map_err(failed)?;
    store.record_scan_page(scan.id, 0, &page, now()).await?;
    Ok(Json(scanned(scan.id, page)).into_response())
}

/// Where a scan's progress is told.
pub(crate) fn status_url(id: ScanId) -> String {
    format!("/api/media/videos/scans/{id}")
}

fn started(id: ScanId) -> Response {
    let location = HeaderValue::from_str(&status_url(id)).ok().map(|value| (header::LOCATION, value));
    let body = ScanStarted { scan_id: id, status_url: status_url(id) };
    (StatusCode::ACCEPTED, HeaderMap::from_iter(location), Json(body)).into_response()
}

fn scanned(id: ScanId, page: ScanPage) -> Scanned {
    let ScanPage { scanned, created, updated, skipped, failed, errors, .. } = page;
    Scanned { scanned, created, updated, skipped, failed, errors, scan_id: id, status_url: status_url(id) }
}

fn failed(error: LibraryError) -> ApiError {
    match error {
        LibraryError::Store(error) => error.into(),
        LibraryError::Objects(error) => error.into(),
    }
}
