use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Query};
use framehouse_catalog::{Cursor, CursorError, Field, Filter, Query as CatalogQuery, Sort, SortBy, Start};
use framehouse_domain::{FieldErrors, Orientation};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::view::{PublicVideo, gallery, listed, shown};

const DEFAULT_LIMIT: usize = 24;
const MAX_LIMIT: usize = 100;

/// What the gallery can be asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GalleryParameters {
    /// A category, whole.
    category: Option<String>,
    /// Part of a title, filename, path, producer or creator, without regard to case and accents.
    search: Option<String>,
    /// `recent` (default), `popular` (most upvotes) or `most_viewed`.
    #[param(example = "recent")]
    sort: Option<String>,
    /// One of `landscape`, `portrait`, `square`; several by commas.
    orientation: Option<String>,
    /// Videos on a page, 1 to 100, default 24.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// So many videos are left out first.
    #[param(minimum = 0)]
    offset: Option<usize>,
    /// Instead of an offset: where the last page ended.
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct GalleryList {
    videos: Vec<PublicVideo>,
    pagination: GalleryPagination,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GalleryPagination {
    /// How many videos meet the conditions, exactly.
    total: usize,
    limit: usize,
    /// 0 when a cursor was followed.
    offset: usize,
    has_more: bool,
    /// Where the next page begins, null after the last.
    next_cursor: Option<String>,
}

/// A page of the gallery: published videos that are not locked.
#[utoipa::path(
    get,
    path = "/api/media/public",
    operation_id = "list_gallery",
    tag = "gallery",
    params(GalleryParameters),
    responses(
        (status = 200, body = GalleryList),
        (status = 400, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_gallery(
    State(app): State<App>,
    Query(parameters): Query<GalleryParameters>,
) -> Result<Json<GalleryList>, ApiError> {
    let query = parameters.check()?;
    let list = gallery(&app).await?.list(&query)?;
    let offset = if let Start::Offset(offset) = query.start { offset } else { 0 };
    let pagination = GalleryPagination {
        total: list.total,
        limit: query.limit,
        offset,
        has_more: list.next.is_some(),
        next_cursor: list.next.map(|cursor| cursor.encode()),
    };
    Ok(Json(GalleryList { videos: list.entries.into_iter().map(listed).collect(), pagination }))
}

impl GalleryParameters {
    fn check(self) -> Result<CatalogQuery, FieldErrors> {
        let mut errors = FieldErrors::default();
        let by = match self.sort.as_deref() {
            None | Some("recent") => SortBy::Published,
            Some("popular") => SortBy::Upvotes,
            Some("most_viewed") => SortBy::Views,
            Some(_) => {
                errors.add("sort", "Use one of: recent, popular, most_viewed.");
                SortBy::Published
            }
        };
        let orientations = self.orientation.iter().flat_map(|text| text.split(','));
        let orientations = orientations.map(str::parse::<Orientation>).collect::<Result<Vec<_>, _>>();
        let orientations = orientations.unwrap_or_else(|unknown| {
            errors.add("orientation", unknown.to_string());
            Vec::new()
        });
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            errors.add("limit", format!("Ask for 1 to {MAX_LIMIT} videos."));
        }
        let start = match (self.cursor, self.offset) {
            (None, offset) => Start::Offset(offset.unwrap_or_default()),
            (Some(_), Some(_)) => {
                errors.add("cursor", "Send an offset or a cursor, not both.");
                Start::default()
            }
            (Some(cursor), None) => Cursor::decode(&cursor).map_or_else(
                |CursorError| {
                    errors.add("cursor", "It is damaged. Begin again without one.");
                    Start::default()
                },
                Start::After,
            ),
        };
        let filter = Filter {
            orientations,
            category: self.category.unwrap_or_default(),
            search: self.search.unwrap_or_default(),
            search_in: vec![Field::Title, Field::File, Field::Producer, Field::Creator],
            ..shown()
        };
        errors.ok(CatalogQuery { filter, sort: Sort { by, descending: true }, start, limit })
    }
}
