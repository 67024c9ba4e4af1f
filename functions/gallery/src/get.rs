use std::time::Duration;

use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, Query, Visit};
use framehouse_domain::{Timestamp, Video, VideoId, View, ViewId};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use utoipa::{IntoParams, ToSchema};

use crate::view::{PublicVideo, public};

/// How long an answer waits for its view to be stored. Lambda holds the process once it has answered, so what takes
/// longer is stored when the next request comes.
const PATIENCE: Duration = Duration::from_millis(50);

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DetailParameters {
    /// Asks whether this session has voted, and says that this is its view.
    session_id: Option<String>,
}

/// A video of the gallery with everything that the audience may know.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicVideoDetails {
    #[serde(flatten)]
    video: PublicVideo,
    path: String,
    /// Bytes of the original.
    file_size: Option<u64>,
    /// Pixels.
    width: Option<u32>,
    /// Pixels.
    height: Option<u32>,
    has_audio: bool,
    /// Times watched to the end.
    finish_count: u64,
    /// Seconds.
    total_watch_time: u64,
    updated_at: Timestamp,
    /// The view that this request began; a player names it in `/api/track/…`.
    view_id: ViewId,
    /// The HLS master playlist.
    manifest_url: Option<String>,
    /// Pictures along the seek bar, as WebVTT.
    storyboard_url: Option<String>,
    /// Whether the session that was named has voted.
    upvoted: Option<bool>,
}

/// A video of the gallery. Asking for it counts a view.
#[utoipa::path(
    get,
    path = "/api/media/public/{id}",
    operation_id = "get_public_video",
    tag = "gallery",
    security((), ("bearer" = [])),
    params(("id" = VideoId, Path), DetailParameters),
    responses(
        (status = 200, body = PublicVideoDetails),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Media not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn get_public_video(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<VideoId>,
    Query(parameters): Query<DetailParameters>,
) -> Result<Json<PublicVideoDetails>, ApiError> {
    let session = parameters.session_id.filter(|id| !id.is_empty());
    let digest = session.as_deref().map(|id| app.session_digest(Some(id))).transpose()?;
    let video = app.public_video(id).await?;
    let view = app.begin_view(app.viewer(&visit, session.as_deref()).await?, &video, None, false).await;
    let view_id = view.id();
    let counted = count(&app, view);
    let upvoted = match digest {
        Some(session) => Some(app.store().await.has_upvoted(id, &session).await?),
        None => None,
    };
    counted.await;
    Ok(Json(details(&video, view_id, upvoted)))
}

/// Stores the view; what goes wrong with that is no business of whoever watches.
fn count(app: &App, view: View) -> impl Future<Output = ()> + use<> {
    let app = app.clone();
    let stored = tokio::spawn(async move {
        if let Err(error) = app.store().await.open_view(&view).await {
            tracing::error!(%error, view = %view.id(), "a view was not counted");
        }
    });
    async move { timeout(PATIENCE, stored).await.map_or((), |_| ()) }
}

fn details(video: &Video, view_id: ViewId, upvoted: Option<bool>) -> PublicVideoDetails {
    let facts = video.facts.as_ref();
    let stream = |file: &str| video.media_file_id.map(|id| format!("/stream/hls/{id}/{file}"));
    PublicVideoDetails {
        video: public(video),
        path: video.path.to_string(),
        file_size: facts.map(|facts| facts.file_size),
        width: facts.and_then(|facts| facts.width),
        height: facts.and_then(|facts| facts.height),
        has_audio: facts.is_some_and(|facts| facts.has_audio),
        finish_count: video.engagement.completions,
        total_watch_time: video.engagement.watch_time,
        updated_at: video.changed_at,
        view_id,
        manifest_url: stream("master.m3u8"),
        storyboard_url: stream("storyboard.vtt"),
        upvoted,
    }
}
