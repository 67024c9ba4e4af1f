//! One page of a scan.

use framehouse_api::now;
use framehouse_domain::ScanId;
use framehouse_library::{list_files, take_in_files};
use framehouse_objects::LibraryJob;

use crate::{Worker, failure::Failure, worker::Next};

/// Sends the next page on its way, then takes in its own. A page that comes again before it is recorded sends the next one
/// again, and each writes what it wrote before.
pub(super) async fn run(worker: &Worker, id: ScanId, page: u32, start_after: Option<&str>) -> Result<Next, Failure> {
    let Some(scan) = worker.store.scan_order(id).await? else {
        tracing::warn!(%id, page, "not scanning: there is no such scan");
        return Ok(Next::Done);
    };
    // It is recorded last, after the next page's message and those of its own groups.
    if worker.store.scan_page(id, page).await?.is_some_and(|done| !done.gave_up) {
        return Ok(Next::Done);
    }
    let files = list_files(&worker.objects, scan.directory_type, start_after, worker.settings.scan_page_keys).await?;
    if let Some(next) = &files.next {
        let job = LibraryJob::ScanPage { scan_id: id, page: page + 1, start_after: Some(next.clone()) };
        worker.library.send(&job, 0).await?;
    }
    let result = take_in_files(&worker.store, &worker.library, &scan, page, &files, now).await?;
    tracing::info!(
        %id, page, scanned = result.scanned, created = result.created, failed = result.failed, "scanned a page"
    );
    worker.store.record_scan_page(id, page, &result, now()).await?;
    Ok(Next::Done)
}
