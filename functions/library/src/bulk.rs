use std::collections::{HashMap, HashSet};

use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, SuperAdmin};
use framehouse_domain::{FieldErrors, MAX_BULK, Timestamp, Video, VideoEdit, VideoId, check_category};
use framehouse_objects::LibraryJob;
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    change::modify, etag::IfMatch, fields::VideoFields, lock::check_reason, publish::require_ready, update::apply_edit,
    view::NO_VIDEO,
};

/// Videos that are worked on at once.
const AT_ONCE: usize = 16;

/// What to do with many videos.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum BulkAction {
    /// Change fields, the same for all: `changes`.
    Edit,
    /// Look at their files anew, in the background.
    Validate,
    /// Delete softly.
    Delete,
    /// Take soft deletions back.
    Restore,
    /// Withdraw from viewers: `reason`.
    Lock,
    /// Give back to viewers.
    Unlock,
    /// Put into the gallery, or into another category: `category`.
    Publish,
    /// Take out of the gallery.
    Unpublish,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bulk {
    /// 1 to 1,000 videos.
    #[schema(min_items = 1, max_items = 1000)]
    ids: Vec<String>,
    action: BulkAction,
    /// For `edit` alone.
    changes: Option<VideoFields>,
    /// For `lock` alone: at most 500 characters.
    reason: Option<String>,
    /// For `publish` alone: 1 to 64 characters.
    category: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct BulkDone {
    /// One for each id, in the order of the request.
    results: Vec<BulkResult>,
    succeeded: usize,
    failed: usize,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct BulkResult {
    /// As it was sent.
    id: String,
    ok: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The same for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

/// One action on up to 1,000 videos. Each succeeds or fails by itself.
#[utoipa::path(
    post,
    path = "/api/media/videos/bulk",
    operation_id = "bulk_videos",
    tag = "library",
    security(("bearer" = [])),
    request_body = Bulk,
    responses(
        (status = 200, body = BulkDone),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn bulk_videos(
    State(app): State<App>,
    _: SuperAdmin,
    Json(request): Json<Bulk>,
) -> Result<Json<BulkDone>, ApiError> {
    let names = distinct(&request.ids)?;
    let change = Change::of(request)?;
    let ids: Vec<VideoId> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let mut done: HashMap<VideoId, Result<(), ApiError>> = match change {
        Some(change) => {
            let run = |id| one(&app, id, &change);
            let results: Vec<_> = stream::iter(ids).map(run).buffered(AT_ONCE).collect().await;
            show(&app, &results).await;
            results.into_iter().map(|(id, result)| (id, result.map(drop))).collect()
        }
        None => validate(&app, &ids).await?,
    };
    let result = |name: String| {
        let outcome = name.parse().ok().and_then(|id: VideoId| done.remove(&id));
        let unknown = || Err(FieldErrors::one("ids", "It is not a UUID.").into());
        BulkResult::of(name, outcome.unwrap_or_else(unknown))
    };
    let results: Vec<BulkResult> = names.into_iter().map(result).collect();
    let succeeded = results.iter().filter(|result| result.ok).count();
    Ok(Json(BulkDone { failed: results.len() - succeeded, results, succeeded }))
}

/// A change that cannot be refused.
type Apply = Box<dyn Fn(&mut Video, Timestamp) + Send + Sync>;

/// A change of one video.
enum Change {
    Edit(VideoEdit),
    Publish(String),
    Simple(Apply),
}

impl Change {
    /// The change that is asked for; none when it changes nothing by itself.
    fn of(request: Bulk) -> Result<Option<Self>, FieldErrors> {
        let Bulk { action, changes, reason, category, .. } = request;
        let mut errors = FieldErrors::default();
        for (field, given, of) in [
            ("changes", changes.is_some(), BulkAction::Edit),
            ("reason", reason.is_some(), BulkAction::Lock),
            ("category", category.is_some(), BulkAction::Publish),
        ] {
            if given && action != of {
                errors.add(field, "This action does not know it.");
            }
        }
        errors.ok(())?;
        Ok(Some(match action {
            BulkAction::Validate => return Ok(None),
            BulkAction::Edit => Self::Edit(changes.unwrap_or_default().check()?),
            BulkAction::Publish => Self::Publish(check_category(&category.unwrap_or_default())?),
            BulkAction::Unpublish => Self::Simple(Box::new(Video::unpublish)),
            BulkAction::Delete => Self::Simple(Box::new(Video::delete)),
            BulkAction::Restore => Self::Simple(Box::new(|video, _| video.restore())),
            BulkAction::Unlock => Self::Simple(Box::new(|video, _| video.unlock())),
            BulkAction::Lock => {
                let reason = check_reason(reason)?;
                Self::Simple(Box::new(move |video, now| video.lock(reason.clone(), now)))
            }
        }))
    }
}

impl BulkResult {
    fn of(id: String, result: Result<(), ApiError>) -> Self {
        match result {
            Ok(()) => Self { id, ok: true, error: None, code: None },
            Err(error) => {
                let (code, sentence) = error.told();
                Self { id, ok: false, error: Some(sentence), code: Some(code) }
            }
        }
    }
}

async fn one(app: &App, id: VideoId, change: &Change) -> (VideoId, Result<Option<Timestamp>, ApiError>) {
    let changed = match change {
        Change::Edit(edit) => apply_edit(app, id, edit, &IfMatch::Any).await,
        Change::Publish(category) => match require_ready(app, id).await {
            Ok(()) => modify(app, id, &IfMatch::Any, |video, now| video.publish(category, now)).await,
            Err(error) => Err(error),
        },
        Change::Simple(apply) => {
            let apply = |video: &mut Video, now| {
                apply(video, now);
                Ok(())
            };
            modify(app, id, &IfMatch::Any, apply).await
        }
    };
    (id, changed.map(|(video, changed)| changed.then_some(video.changed_at)))
}

/// Waits until lists show the last change; the earlier ones are shown by then, or within the next list's overlap.
async fn show(app: &App, results: &[(VideoId, Result<Option<Timestamp>, ApiError>)]) {
    let changed = results.iter().filter_map(|(id, result)| Some((*id, (*result.as_ref().ok()?)?)));
    if let Some((id, at)) = changed.max_by_key(|(_, at)| *at) {
        app.store().await.await_change(id, at).await;
    }
}

async fn validate(app: &App, ids: &[VideoId]) -> Result<HashMap<VideoId, Result<(), ApiError>>, ApiError> {
    let found: HashSet<VideoId> = app.store().await.videos(ids).await?.into_iter().map(|video| video.id).collect();
    let known: Vec<VideoId> = ids.iter().copied().filter(|id| found.contains(id)).collect();
    app.library_queue().await.send_all(&LibraryJob::inspect_all(&known)).await?;
    let result = |id: &VideoId| if found.contains(id) { Ok(()) } else { Err(ApiError::NotFound(NO_VIDEO)) };
    Ok(ids.iter().map(|id| (*id, result(id))).collect())
}

/// The ids without repetitions, in their order.
fn distinct(ids: &[String]) -> Result<Vec<String>, FieldErrors> {
    let mut seen = HashSet::new();
    let ids: Vec<String> = ids.iter().filter(|id| seen.insert(*id)).cloned().collect();
    match ids.len() {
        0 => Err(FieldErrors::one("ids", "Name at least one video.")),
        1..=MAX_BULK => Ok(ids),
        _ => Err(FieldErrors::one(
            "ids",
            format!("These are more than {MAX_BULK} videos. Send them in several requests."),
        )),
    }
}
