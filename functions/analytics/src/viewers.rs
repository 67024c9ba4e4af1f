use std::{cmp::Reverse, collections::HashMap};

use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path, Query};
use framehouse_domain::{FieldErrors, Timestamp, VideoId, View};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    audience::{Sampled, each_view, video},
    range::RangeParameters,
};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ViewerParameters {
    /// The first day, or a moment (RFC 3339); since the video is in the library when absent.
    start_date: Option<String>,
    /// The last day, or the first moment that is not asked for; until now when absent.
    end_date: Option<String>,
    /// The IANA name of the time zone whose days are meant, UTC when absent.
    timezone: Option<String>,
    /// Viewers at most, 1 to 1,000, default 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// So many viewers are left out first.
    #[param(minimum = 0)]
    offset: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ViewerList {
    /// Who viewed last comes first.
    viewers: Vec<SignedViewer>,
    /// How many there are.
    total: usize,
    /// Which part of the views was read; null when it was all of them.
    sampled: Option<Sampled>,
}

#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignedViewer {
    /// Subject of the viewer's token.
    user_id: String,
    views: u64,
    watch_time_seconds: u64,
    /// Whether one of these views reached the end.
    completed: bool,
    /// When the last of them began.
    last_viewed_at: Timestamp,
}

/// The signed-in viewers of a video, as far as single views are still known.
#[utoipa::path(
    get,
    path = "/api/videos/{id}/analytics/viewers",
    operation_id = "video_viewers",
    tag = "analytics",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), ViewerParameters),
    responses(
        (status = 200, body = ViewerList),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn video_viewers(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<VideoId>,
    Query(parameters): Query<ViewerParameters>,
) -> Result<Json<ViewerList>, ApiError> {
    let (limit, offset) = (parameters.limit.unwrap_or(DEFAULT_LIMIT), parameters.offset.unwrap_or_default());
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(FieldErrors::one("limit", format!("Ask for 1 to {MAX_LIMIT} viewers.")).into());
    }
    let ViewerParameters { start_date, end_date, timezone, .. } = parameters;
    let range = RangeParameters { start_date, end_date, timezone, format: None };
    let range = range.check(&video(&app, id).await?)?;
    let mut known: HashMap<String, SignedViewer> = HashMap::new();
    let sampled = each_view(&app, id, &range, |view| take_in(&mut known, view)).await?;
    let total = known.len();
    let mut viewers: Vec<SignedViewer> = known.into_values().collect();
    viewers
        .sort_unstable_by(|a, b| (Reverse(a.last_viewed_at), &a.user_id).cmp(&(Reverse(b.last_viewed_at), &b.user_id)));
    let viewers = viewers.into_iter().skip(offset).take(limit).collect();
    Ok(Json(ViewerList { viewers, total, sampled }))
}

fn take_in(known: &mut HashMap<String, SignedViewer>, view: View) {
    let Some(user_id) = view.viewer.user_id else { return };
    let viewer = known.entry(user_id).or_insert_with_key(|user_id| SignedViewer {
        user_id: user_id.clone(),
        views: 0,
        watch_time_seconds: 0,
        completed: false,
        last_viewed_at: view.created_at,
    });
    viewer.views += 1;
    viewer.watch_time_seconds += u64::from(view.watch_time_seconds);
    viewer.completed |= view.completed;
    viewer.last_viewed_at = viewer.last_viewed_at.max(view.created_at);
}
