use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json};
use framehouse_catalog::{Filter, SortBy};
use serde::Serialize;
use utoipa::ToSchema;

use crate::top::{TopVideo, top};

/// Videos and categories that an overview names.
const NAMED: usize = 5;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Overview {
    /// Videos of the library that are valid.
    total_videos: usize,
    /// Those of them that are in the gallery.
    published_videos: usize,
    /// Views of all videos, those that left the gallery among them.
    total_views: u64,
    total_watch_time_seconds: u64,
    /// Per view, to two decimals; 0 without views.
    average_watch_time_seconds: f64,
    total_upvotes: u64,
    total_comments: u64,
    total_completions: u64,
    /// Completions in percent of the views, to two decimals; 0 without views.
    completion_rate: f64,
    /// The five with the most views.
    top_videos: Vec<TopVideo>,
    /// The gallery's five largest categories.
    top_categories: Vec<TopCategory>,
}

#[derive(Serialize, ToSchema)]
struct TopCategory {
    category: String,
    /// Videos of the gallery in it.
    count: usize,
    /// Their views.
    views: u64,
}

/// What viewers did with the whole library.
#[utoipa::path(
    get,
    path = "/api/videos/analytics/overview",
    operation_id = "analytics_overview",
    tag = "analytics",
    security(("bearer" = [])),
    responses(
        (status = 200, body = Overview),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn analytics_overview(State(app): State<App>, _: Admin) -> Result<Json<Overview>, ApiError> {
    let catalog = app.catalog().await?.fresh().await?;
    let valid = Filter { is_valid: Some(true), ..Filter::default() };
    let published = Filter { published: Some(true), ..valid.clone() };
    let totals = catalog.totals(&Filter::default());
    let top_categories = catalog.categories(&published).into_iter().take(NAMED).map(|(category, count)| {
        let views = catalog.totals(&Filter { category: category.clone(), ..published.clone() }).views;
        TopCategory { category, count, views }
    });
    Ok(Json(Overview {
        total_videos: catalog.count(&valid),
        published_videos: catalog.count(&published),
        total_views: totals.views,
        total_watch_time_seconds: totals.watch_time,
        average_watch_time_seconds: per(totals.watch_time, totals.views, 1.0),
        total_upvotes: totals.upvotes,
        total_comments: totals.comments,
        total_completions: totals.completions,
        completion_rate: per(totals.completions, totals.views, 100.0),
        top_videos: top(&catalog, SortBy::Views, NAMED)?,
        top_categories: top_categories.collect(),
    }))
}

/// So many times a part per whole, to two decimals; 0 of nothing.
pub(crate) fn per(part: u64, whole: u64, times: f64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 * times * 100.0 / whole as f64).round() / 100.0 }
}
