//! Jobs about the library's files that were given up.

use framehouse_api::{App, now};
use framehouse_domain::{Timestamp, Video, VideoId};
use framehouse_objects::{LibraryJob, ScanGroup};
use framehouse_store::{Modified, ScanPage, ScanProbe, StoreError};

const NOT_EXAMINED: &str = "The file could not be examined: the worker tried 3 times and gave up. Validate the video again \
                            when that is mended.";

/// Notes what was given up where an operator will see it. `sent` is when the job was sent.
pub(crate) async fn give_up(app: &App, job: &LibraryJob, sent: Timestamp) -> Result<(), StoreError> {
    match job {
        LibraryJob::Inspect { video_ids, scan } => inspection(app, video_ids, *scan, sent).await,
        LibraryJob::ScanPage { scan_id, page, .. } => {
            let sentence = format!(
                "Part {} of the directory could not be scanned: the worker tried 3 times and gave up. Scan again when that \
                 is mended; what was found is kept.",
                page + 1
            );
            let result = ScanPage { errors: vec![sentence], gave_up: true, ..ScanPage::default() };
            app.store().await.record_scan_page(*scan_id, *page, &result, now()).await
        }
        LibraryJob::Move { video_id, from: None } => {
            tracing::error!(%video_id, "a file was not moved, and is where it was; validating the video moves it");
            Ok(())
        }
        LibraryJob::Move { video_id, from: Some(from) } => {
            tracing::error!(%video_id, from, "what a move left was not removed; validating the video removes it");
            Ok(())
        }
        LibraryJob::Hash { video_id, .. } => {
            tracing::error!(%video_id, "a file was not hashed; validating the video hashes it");
            Ok(())
        }
        LibraryJob::ForgetAudience { video_id } => {
            tracing::error!(%video_id, "what its audience did was not removed; redrive this message when DynamoDB answers");
            Ok(())
        }
        LibraryJob::RemoveObjects { video_id, keys, .. } => {
            tracing::error!(%video_id, ?keys, "objects were not removed; redrive this message when S3 answers");
            Ok(())
        }
    }
}

/// One file's trouble gives up a whole group: those that were looked at since the job was sent are as that look found them. Of
/// the others, one that was never looked at is not shown to anybody, while one that was found good stays good: that a worker
/// had trouble says nothing about it. The scan that asked is told of both.
async fn inspection(app: &App, ids: &[VideoId], scan: Option<ScanGroup>, sent: Timestamp) -> Result<(), StoreError> {
    let store = app.store().await;
    let mut probe = ScanProbe { inspected: u32::try_from(ids.len()).unwrap_or(u32::MAX), ..ScanProbe::default() };
    for id in ids {
        let at = now();
        let was_seen = |video: &Video| video.last_validated.is_some_and(|looked| looked >= sent);
        let change = |video: &mut Video| {
            if was_seen(video) || video.facts.is_some() {
                return Err(Box::new(video.clone()));
            }
            video.examined(Err(NOT_EXAMINED.to_owned()), at);
            Ok(())
        };
        let (video, reason) = match store.modify_video(*id, at, change).await? {
            Modified::Refused(video) if !was_seen(&video) => {
                tracing::error!(%id, path = %video.path, "a file was not looked at, and counts as it was found before");
                (video, Some(NOT_EXAMINED.to_owned()))
            }
            Modified::Done(video) | Modified::Unchanged(video) | Modified::Refused(video) => {
                let reason = video.invalid_reason.clone();
                (video, reason)
            }
            Modified::PathTaken(_) | Modified::Gone => continue,
        };
        probe.invalid.extend(reason.map(|reason| format!("{}: {reason}", video.path)));
    }
    match scan {
        Some(ScanGroup { id, page, group }) => store.record_scan_probe(id, page, group, &probe, now()).await,
        None => Ok(()),
    }
}
