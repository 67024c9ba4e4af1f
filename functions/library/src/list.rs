use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Query, SuperAdmin};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    list_query::ListParameters,
    view::{VideoSummary, listed},
};

#[derive(Serialize, ToSchema)]
pub(crate) struct VideoList {
    data: Vec<VideoSummary>,
    pagination: Pagination,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    /// From 1; 1 when a cursor was followed.
    page: usize,
    limit: usize,
    /// How many videos meet the conditions, exactly.
    total: usize,
    total_pages: usize,
    /// Where the next page begins, null after the last.
    next_cursor: Option<String>,
}

/// A page of the library.
///
/// Whatever was written before the request is in the answer. Any mix of conditions, orders and pages costs the same few
/// reads: what changed since the last list.
#[utoipa::path(
    get,
    path = "/api/media/videos",
    operation_id = "list_videos",
    tag = "library",
    security(("bearer" = [])),
    params(ListParameters),
    responses(
        (status = 200, body = VideoList),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_videos(
    State(app): State<App>,
    _: SuperAdmin,
    Query(parameters): Query<ListParameters>,
) -> Result<Json<VideoList>, ApiError> {
    let request = parameters.check()?;
    let limit = request.query.limit;
    let list = app.catalog().await?.fresh().await?.list(&request.query)?;
    let pagination = Pagination {
        page: request.page,
        limit,
        total: list.total,
        total_pages: list.total.div_ceil(limit),
        next_cursor: list.next.map(|cursor| cursor.encode()),
    };
    Ok(Json(VideoList { data: list.entries.into_iter().map(listed).collect(), pagination }))
}
