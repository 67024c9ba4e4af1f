use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, SuperAdmin};
use framehouse_domain::DirectoryType;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(crate) struct StorageSummary {
    /// Every directory type.
    directories: Vec<DirectoryStorage>,
    total: Sums,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DirectoryStorage {
    directory_type: DirectoryType,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Sums {
    /// Valid videos.
    count: u64,
    /// Bytes of their files, transcodes excluded.
    bytes: u64,
    duration_seconds: u64,
}

/// How much the library holds.
#[utoipa::path(
    get,
    path = "/api/media/videos/storage",
    operation_id = "storage_summary",
    tag = "library",
    security(("bearer" = [])),
    responses(
        (status = 200, body = StorageSummary),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn storage_summary(State(app): State<App>, _: SuperAdmin) -> Result<Json<StorageSummary>, ApiError> {
    let mut total = Sums::default();
    let mut directories = Vec::new();
    for (directory_type, storage) in app.catalog().await?.fresh().await?.storage() {
        let sums = Sums { count: storage.count, bytes: storage.bytes, duration_seconds: storage.seconds };
        total.count += sums.count;
        total.bytes += sums.bytes;
        total.duration_seconds += sums.duration_seconds;
        directories.push(DirectoryStorage { directory_type, sums });
    }
    Ok(Json(StorageSummary { directories, total }))
}
