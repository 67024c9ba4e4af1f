use std::collections::HashMap;

use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Query, SuperAdmin};
use framehouse_domain::{FieldErrors, Video, VideoId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    list_query::within,
    view::{VideoSummary, summary},
};

/// The most groups of a page, and the most videos that are shown of one.
const MAX_GROUPS: usize = 50;
const MAX_MEMBERS: usize = 20;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DuplicateParameters {
    /// From 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<String>,
    /// Groups of candidates on a page, 20 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50)]
    limit: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DuplicateList {
    groups: Vec<DuplicateGroup>,
    page: usize,
    limit: usize,
    /// Groups of videos that agree in duration, size and dimensions. A group whose hashes all differ is counted and not
    /// shown.
    candidates: usize,
}

/// Videos that are the same, the oldest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DuplicateGroup {
    /// Their SHA-256; null while not all of them are hashed.
    file_hash: Option<String>,
    /// Whether their bytes are known to be the same; else only duration, size and dimensions are.
    confirmed: bool,
    /// At most 20 of them.
    videos: Vec<VideoSummary>,
}

/// Videos that are in the library more than once: duration, size and dimensions find them, SHA-256 confirms it.
#[utoipa::path(
    get,
    path = "/api/media/videos/duplicates",
    operation_id = "list_duplicates",
    tag = "library",
    security(("bearer" = [])),
    params(DuplicateParameters),
    responses(
        (status = 200, body = DuplicateList),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_duplicates(
    State(app): State<App>,
    _: SuperAdmin,
    Query(parameters): Query<DuplicateParameters>,
) -> Result<Json<DuplicateList>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = within("page", parameters.page.as_deref(), 1, 1..=u32::MAX as usize, &mut errors);
    let limit = within("limit", parameters.limit.as_deref(), 20, 1..=MAX_GROUPS, &mut errors);
    errors.ok(())?;
    let found = app.catalog().await?.fresh().await?.duplicates((page - 1).saturating_mul(limit), limit, MAX_MEMBERS);
    let candidates: Vec<Vec<VideoId>> =
        found.groups.iter().map(|group| group.entries.iter().map(|entry| entry.id.into()).collect()).collect();
    let ids: Vec<VideoId> = candidates.iter().flatten().copied().collect();
    let videos = app.store().await.videos(&ids).await?;
    let mut videos: HashMap<VideoId, Video> = videos.into_iter().map(|video| (video.id, video)).collect();
    let groups = candidates.into_iter().flat_map(|ids| {
        let members = ids.iter().filter_map(|id| videos.remove(id)).filter(Video::is_valid).collect();
        confirm(members)
    });
    Ok(Json(DuplicateList { groups: groups.collect(), page, limit, candidates: found.total }))
}

/// The groups that the hashes make of candidates. Those that are not hashed yet may be like any of the others.
fn confirm(candidates: Vec<Video>) -> Vec<DuplicateGroup> {
    let group = |file_hash: Option<String>, videos: Vec<Video>| DuplicateGroup {
        confirmed: file_hash.is_some(),
        file_hash,
        videos: videos.into_iter().map(summary).collect(),
    };
    if candidates.len() > 1 && candidates.iter().any(|video| video.file_hash().is_none()) {
        return vec![group(None, candidates)];
    }
    let mut same: Vec<(String, Vec<Video>)> = Vec::new();
    for video in candidates {
        let Some(hash) = video.file_hash().map(str::to_owned) else { continue };
        match same.iter_mut().find(|(known, _)| *known == hash) {
            Some((_, videos)) => videos.push(video),
            None => same.push((hash, vec![video])),
        }
    }
    same.into_iter().filter(|(_, videos)| videos.len() > 1).map(|(hash, videos)| group(Some(hash), videos)).collect()
}
