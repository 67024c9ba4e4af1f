use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, SuperAdmin};
use framehouse_domain::{DuplicateUploads, Settings, ViewerIdentity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an admin can switch while the system runs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Settings)]
pub(crate) struct SettingsView {
    /// Whether anything but health and settings answers.
    enable_media_features: bool,
    /// What happens to an upload whose bytes are in the library already.
    duplicate_uploads: DuplicateUploads,
    /// For how many days views are kept; those that are stored already keep their day.
    analytics_retention_days: u16,
    /// What is kept of those who view.
    viewer_identity: ViewerIdentity,
    /// Words that no comment may have.
    comment_filter: Vec<String>,
}

/// What to switch; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SettingsChange {
    enable_media_features: Option<bool>,
    duplicate_uploads: Option<DuplicateUploads>,
    /// 1 to 3650.
    analytics_retention_days: Option<u16>,
    viewer_identity: Option<ViewerIdentity>,
    /// All of them, at most 200 of at most 64 characters.
    comment_filter: Option<Vec<String>>,
}

/// The settings.
#[utoipa::path(
    get,
    path = "/api/media/settings",
    operation_id = "get_settings",
    tag = "system",
    security(("bearer" = [])),
    responses(
        (status = 200, body = SettingsView),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn get_settings(State(app): State<App>, _: SuperAdmin) -> Result<Json<SettingsView>, ApiError> {
    let settings = app.store().await.settings().await?;
    Ok(Json(view(&app, settings)))
}

/// Switch settings. Functions that run already notice within five seconds.
#[utoipa::path(
    put,
    path = "/api/media/settings",
    operation_id = "change_settings",
    tag = "system",
    security(("bearer" = [])),
    request_body = SettingsChange,
    responses(
        (status = 200, body = SettingsView),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn change_settings(
    State(app): State<App>,
    SuperAdmin(session): SuperAdmin,
    Json(change): Json<SettingsChange>,
) -> Result<Json<SettingsView>, ApiError> {
    let change = Settings {
        enable_media_features: change.enable_media_features,
        duplicate_uploads: change.duplicate_uploads,
        analytics_retention_days: change.analytics_retention_days,
        viewer_identity: change.viewer_identity,
        comment_filter: change.comment_filter,
    };
    let change = change.check()?;
    tracing::info!(subject = session.subject, ?change, "change settings");
    let settings = app.store().await.change_settings(change).await?;
    Ok(Json(view(&app, settings)))
}

fn view(app: &App, settings: Settings) -> SettingsView {
    SettingsView {
        enable_media_features: settings.enable_media_features.unwrap_or(app.config().enable_media_features),
        duplicate_uploads: settings.duplicate_uploads.unwrap_or(DuplicateUploads::Allow),
        analytics_retention_days: settings.retention_days(),
        viewer_identity: settings.viewer_identity.unwrap_or(ViewerIdentity::Hashed),
        comment_filter: settings.comment_filter.unwrap_or_default(),
    }
}
