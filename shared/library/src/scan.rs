use std::collections::HashMap;

use framehouse_domain::{DirectoryType, LibraryPath, Scan, Timestamp, Video, VideoId};
use framehouse_objects::{INSPECT_GROUP, LibraryJob, ObjectKey, ObjectPrefix, Objects, ObjectsError, Queue, ScanGroup};
use framehouse_store::{PathClaim, ScanPage, Store, StoreError, VideoCreated};
use futures::{StreamExt, stream};

use crate::LibraryError;

/// Keys of a page: as many as S3 lists at once (AWS limit).
pub const PAGE_KEYS: u32 = 1000;
/// Records made at once.
const CONCURRENCY: usize = 32;
/// The most sentences that a page keeps.
const MOST_ERRORS: usize = 100;
/// The most characters of a sentence: with [`MOST_ERRORS`] a page fits into an item of 400 KB (AWS limit).
const MOST_CHARACTERS: usize = 500;

/// The video files of a part of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// Their paths in the library, as text: they may break its rules.
    pub paths: Vec<String>,
    /// The last key of the part, when more come after it.
    pub next: Option<String>,
}

/// The video files, by their extensions, among the next `limit` keys of a directory. Other files are ignored.
pub async fn list_files(
    objects: &Objects,
    directory_type: DirectoryType,
    start_after: Option<&str>,
    limit: u32,
) -> Result<Files, ObjectsError> {
    let page = objects.list_page(ObjectPrefix::Library(directory_type), start_after, limit).await?;
    let keys = page.objects.into_iter().map(|object| object.key);
    let paths = keys.filter_map(|key| key.strip_prefix("library/").map(str::to_owned));
    Ok(Files { paths: paths.filter(|path| LibraryPath::is_video(path)).collect(), next: page.next })
}

/// Takes in the page of `scan` that begins after `start_after`: [`list_files`], then [`take_in_files`]. Whoever calls records
/// the result, and sees to the next page.
pub async fn scan_page(
    store: &Store,
    objects: &Objects,
    queue: &Queue<LibraryJob>,
    scan: &Scan,
    page: u32,
    start_after: Option<&str>,
    clock: impl Fn() -> Timestamp,
) -> Result<ScanPage, LibraryError> {
    let files = list_files(objects, scan.directory_type, start_after, PAGE_KEYS).await?;
    take_in_files(store, queue, scan, page, &files, clock).await
}

/// Makes records of files that have none, and asks a worker to look at them, in groups.
///
/// Each file fails alone, with its reason. Repeating a page changes nothing: what an earlier attempt created counts as
/// created. Only when not a single record can be made is that taken for trouble with the table, and an error. `clock` is read
/// for each record: a page can take long, and whoever follows the changes by their moments would miss records that are stamped
/// with its beginning.
pub async fn take_in_files(
    store: &Store,
    queue: &Queue<LibraryJob>,
    scan: &Scan,
    page: u32,
    files: &Files,
    clock: impl Fn() -> Timestamp,
) -> Result<ScanPage, LibraryError> {
    let mut result = ScanPage { next: files.next.clone(), ..ScanPage::default() };
    let mut paths = Vec::with_capacity(files.paths.len());
    for text in &files.paths {
        match text.parse::<LibraryPath>() {
            Ok(path) => paths.push(path),
            Err(reason) => fail(&mut result, text, &reason.to_string()),
        }
    }
    let claims = store.videos_at(&paths).await?;
    let fates: Vec<Result<(LibraryPath, Fate), (LibraryPath, StoreError)>> = stream::iter(paths)
        .map(|path| async {
            match decide(store, scan, &claims, &path, &clock).await {
                Ok(fate) => Ok((path, fate)),
                Err(error) => Err((path, error)),
            }
        })
        .buffered(CONCURRENCY)
        .collect()
        .await;
    let some = fates.iter().any(Result::is_ok);
    let mut wanted: Vec<VideoId> = Vec::new();
    for fate in fates {
        match fate {
            Ok((_, fate)) => wanted.extend(count(&mut result, fate)),
            Err((_, error)) if !some => return Err(error.into()),
            Err((path, error)) => {
                tracing::warn!(%path, %error, scan = %scan.id, "take in a file");
                fail(&mut result, path.as_str(), &format!("No record could be made ({}). Scan again.", error.verb()));
            }
        }
    }
    result.scanned = u32::try_from(files.paths.len()).unwrap_or(u32::MAX);
    ask_to_inspect(queue, scan, page, &wanted).await?;
    Ok(result)
}

/// What becomes of a file.
#[derive(Clone, Copy)]
enum Fate {
    Created(VideoId),
    Updated(VideoId),
    Skipped,
}

async fn decide(
    store: &Store,
    scan: &Scan,
    claims: &HashMap<LibraryPath, PathClaim>,
    path: &LibraryPath,
    clock: &impl Fn() -> Timestamp,
) -> Result<Fate, StoreError> {
    if let Some(claim) = claims.get(path) {
        return Ok(fate(scan, *claim));
    }
    let (id, key) = (VideoId::generate(), ObjectKey::Library(path.clone()));
    let video = Video::new(id, path.clone(), key.to_string(), scan.created_by.clone(), clock());
    match store.create_video(&video, Some(scan.id)).await? {
        VideoCreated::New | VideoCreated::Known => Ok(Fate::Created(id)),
        // A moment ago: by another scan, or by another delivery of this very message.
        VideoCreated::PathTaken(_) => {
            let claims = store.videos_at(std::slice::from_ref(path)).await?;
            Ok(claims.get(path).map_or(Fate::Skipped, |claim| fate(scan, *claim)))
        }
    }
}

fn fate(scan: &Scan, claim: PathClaim) -> Fate {
    match claim.scan {
        Some(id) if id == scan.id => Fate::Created(claim.video),
        _ if scan.skip_existing => Fate::Skipped,
        _ => Fate::Updated(claim.video),
    }
}

/// Counts a file, and answers the video to look at.
fn count(result: &mut ScanPage, fate: Fate) -> Option<VideoId> {
    match fate {
        Fate::Created(id) => {
            result.created += 1;
            Some(id)
        }
        Fate::Updated(id) => {
            result.updated += 1;
            Some(id)
        }
        Fate::Skipped => {
            result.skipped += 1;
            None
        }
    }
}

fn fail(result: &mut ScanPage, path: &str, reason: &str) {
    result.failed += 1;
    if result.errors.len() < MOST_ERRORS {
        result.errors.push(sentence(path, reason));
    }
}

/// What is wrong with a file. Of a path that is too long for a sentence the beginning is told.
fn sentence(path: &str, reason: &str) -> String {
    let path = path.escape_debug().to_string();
    let room = MOST_CHARACTERS.saturating_sub(reason.chars().count() + 2);
    let path = if path.chars().count() > room {
        path.chars().take(room.saturating_sub(1)).chain(['…']).collect()
    } else {
        path
    };
    format!("{path}: {reason}")
}

async fn ask_to_inspect(
    queue: &Queue<LibraryJob>,
    scan: &Scan,
    page: u32,
    videos: &[VideoId],
) -> Result<(), ObjectsError> {
    let jobs: Vec<LibraryJob> = (0..)
        .zip(videos.chunks(INSPECT_GROUP))
        .map(|(group, videos)| LibraryJob::Inspect {
            video_ids: videos.to_vec(),
            scan: Some(ScanGroup { id: scan.id, page, group }),
        })
        .collect();
    queue.send_all(&jobs).await
}
