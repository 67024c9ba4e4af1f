use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Query, thumbnail_path};
use framehouse_catalog::{Catalog, Entry, Filter, Query as CatalogQuery, Sort, SortBy, Start};
use framehouse_domain::{FieldErrors, VideoId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 100;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TopParameters {
    /// `views` (default) or `watchTime`.
    metric: Option<String>,
    /// Videos at most, 1 to 100, default 10.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TopVideos {
    /// By what they are ordered.
    metric: &'static str,
    /// The first is at the top. Videos that nobody viewed are not among them.
    videos: Vec<TopVideo>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopVideo {
    id: VideoId,
    title: Option<String>,
    filename: String,
    views: u64,
    watch_time_seconds: u64,
    upvotes: u64,
    /// Leads to its picture; null when the video is not in the gallery.
    thumbnail_path: Option<String>,
}

/// The videos with the most views, or that were watched the longest.
#[utoipa::path(
    get,
    path = "/api/videos/analytics/top",
    operation_id = "top_videos",
    tag = "analytics",
    security(("bearer" = [])),
    params(TopParameters),
    responses(
        (status = 200, body = TopVideos),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn top_videos(
    State(app): State<App>,
    _: Admin,
    Query(parameters): Query<TopParameters>,
) -> Result<Json<TopVideos>, ApiError> {
    let mut errors = FieldErrors::default();
    let (metric, by) = match parameters.metric.as_deref() {
        None | Some("views") => ("views", SortBy::Views),
        Some("watchTime") => ("watchTime", SortBy::WatchTime),
        Some(_) => {
            errors.add("metric", "Use one of: views, watchTime.");
            ("views", SortBy::Views)
        }
    };
    let limit = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        errors.add("limit", format!("Ask for 1 to {MAX_LIMIT} videos."));
    }
    errors.ok(())?;
    let videos = top(&*app.catalog().await?.fresh().await?, by, limit)?;
    Ok(Json(TopVideos { metric, videos }))
}

/// The first videos in an order, as far as viewers did anything with them.
pub(crate) fn top(catalog: &Catalog, by: SortBy, limit: usize) -> Result<Vec<TopVideo>, ApiError> {
    let sort = Sort { by, descending: true };
    let query = CatalogQuery { filter: Filter::default(), sort, start: Start::default(), limit };
    let page = catalog.list(&query)?;
    let seen = |entry: &Entry| entry.views > 0 || entry.watch_time > 0;
    Ok(page.entries.into_iter().filter(seen).map(told).collect())
}

fn told(entry: Entry) -> TopVideo {
    let id = VideoId::from(entry.id);
    TopVideo {
        id,
        title: Some(entry.title).filter(|title| !title.is_empty()),
        filename: entry.filename,
        views: entry.views.into(),
        watch_time_seconds: entry.watch_time,
        upvotes: entry.upvotes.into(),
        thumbnail_path: (entry.published && entry.is_valid && !entry.locked).then(|| thumbnail_path(id)),
    }
}
