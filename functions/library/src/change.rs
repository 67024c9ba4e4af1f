use framehouse_api::{ApiError, App, now};
use framehouse_domain::{FieldErrors, Timestamp, Video, VideoId, VideoRefusal};
use framehouse_store::Modified;

use crate::{etag::IfMatch, view::NO_VIDEO};

/// Changes the video that the caller read, and waits until lists know of it, so that whoever changed it finds it changed.
pub(crate) async fn change(
    app: &App,
    id: VideoId,
    if_match: &IfMatch,
    apply: impl Fn(&mut Video, Timestamp) -> Result<(), VideoRefusal>,
) -> Result<Video, ApiError> {
    let (video, changed) = modify(app, id, if_match, apply).await?;
    if changed {
        app.store().await.await_change(id, video.changed_at).await;
    }
    Ok(video)
}

/// Changes the video that the caller read without waiting for lists. Answers it, and whether it did change.
pub(crate) async fn modify(
    app: &App,
    id: VideoId,
    if_match: &IfMatch,
    apply: impl Fn(&mut Video, Timestamp) -> Result<(), VideoRefusal>,
) -> Result<(Video, bool), ApiError> {
    let now = now();
    let guarded =
        |video: &mut Video| if if_match.allows(video.revision) { apply(video, now) } else { Err(VideoRefusal::Stale) };
    match app.store().await.modify_video(id, now, guarded).await? {
        Modified::Done(video) => Ok((*video, true)),
        Modified::Unchanged(video) => Ok((*video, false)),
        Modified::Refused(refusal) => Err(refused(refusal)),
        Modified::PathTaken(other) => Err(path_taken(other)),
        Modified::Gone => Err(ApiError::NotFound(NO_VIDEO)),
    }
}

/// Why a change was refused, as an answer.
pub(crate) fn refused(refusal: VideoRefusal) -> ApiError {
    match refusal {
        VideoRefusal::Stale => ApiError::Stale,
        VideoRefusal::Published => ApiError::conflict(
            "published",
            "It is in the gallery, and nothing in private or inbox ever is. Unpublish it first.",
        ),
        VideoRefusal::PathTooLong => {
            FieldErrors::one("directoryType", "Its path would be longer there than a path can be, 1,000 bytes.").into()
        }
        VideoRefusal::Ineligible => ApiError::conflict(
            "not_eligible",
            "Nothing in private or inbox is ever published. Move it to another directory type first.",
        ),
        VideoRefusal::Invalid => ApiError::conflict(
            "not_valid",
            "It was deleted, or its file is missing or corrupt. Restore or validate it first.",
        ),
        VideoRefusal::Unpublished => ApiError::conflict("not_published", "It is not in the gallery. Publish it first."),
    }
}

/// The answer when another video lies at the path.
pub(crate) fn path_taken(other: VideoId) -> ApiError {
    ApiError::conflict("path_taken", format!("Another video lies at this path: {other}."))
}
