use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Query};
use framehouse_catalog::{Entry, Field, Filter, Query as CatalogQuery, Sort, Start};
use framehouse_domain::{FieldErrors, Timestamp, VideoId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::list_query::{MAX_LIMIT, text, within};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlainParameters {
    /// Entries on a page, 50 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// Entries before the page.
    #[param(value_type = Option<u32>, minimum = 0)]
    offset: Option<String>,
    /// Part of the title, without regard to case and accents.
    search: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PlainList {
    videos: Vec<PlainEntry>,
    /// How many videos there are, exactly.
    total: usize,
    limit: usize,
    offset: usize,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlainEntry {
    id: VideoId,
    title: Option<String>,
    filename: String,
    /// Seconds.
    duration: Option<u32>,
    /// Bytes.
    file_size: Option<u64>,
    width: Option<u16>,
    height: Option<u16>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The valid videos of the library, newest first.
#[utoipa::path(
    get,
    path = "/api/videos",
    operation_id = "list_plain_videos",
    tag = "library",
    security(("bearer" = [])),
    params(PlainParameters),
    responses(
        (status = 200, body = PlainList),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_plain_videos(
    State(app): State<App>,
    _: Admin,
    Query(parameters): Query<PlainParameters>,
) -> Result<Json<PlainList>, ApiError> {
    let mut errors = FieldErrors::default();
    let limit = within("limit", parameters.limit.as_deref(), 50, 1..=MAX_LIMIT, &mut errors);
    let offset = within("offset", parameters.offset.as_deref(), 0, 0..=u32::MAX as usize, &mut errors);
    let search = text("search", parameters.search.as_deref(), &mut errors);
    errors.ok(())?;
    let filter = Filter { is_valid: Some(true), search, search_in: vec![Field::Title], ..Filter::default() };
    let query = CatalogQuery { filter, sort: Sort::default(), start: Start::Offset(offset), limit };
    let list = app.catalog().await?.fresh().await?.list(&query)?;
    let videos = list.entries.into_iter().map(plain).collect();
    Ok(Json(PlainList { videos, total: list.total, limit, offset }))
}

fn plain(entry: Entry) -> PlainEntry {
    let moment = |millis: u64| Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
    PlainEntry {
        id: entry.id.into(),
        title: Some(entry.title).filter(|title| !title.is_empty()),
        filename: entry.filename,
        duration: entry.duration_seconds,
        file_size: entry.file_size,
        width: entry.width,
        height: entry.height,
        created_at: moment(entry.created_at),
        updated_at: moment(entry.changed_at),
    }
}
