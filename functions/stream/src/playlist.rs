use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody, MaybeSession, Path, PlaybackToken, Query, now};
use framehouse_domain::{LiveVersion, MediaFile, MediaFileId, Principal, may_watch};
use framehouse_objects::{ObjectKey, ObjectsError};
use http::header;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::rewrite::{Kind, rewrite};

/// A viewer that pauses this many seconds in total still finds the segments.
const PAUSE_SECONDS: u32 = 3600;
/// The credentials of a Lambda function live no longer, and the URLs die with them.
const MAX_URL_SECONDS: u32 = 12 * 3600;
const NO_PLAYLIST: &str = "There is no such playlist.";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Access {
    /// A playback token, as in a media file's `playback.url`.
    token: Option<String>,
}

/// A playlist (or the storyboard's WebVTT) of the live version.
#[utoipa::path(
    get,
    path = "/stream/hls/{id}/{playlist}",
    operation_id = "get_playlist",
    tag = "stream",
    security((), ("bearer" = [])),
    params(
        ("id" = MediaFileId, Path),
        ("playlist" = String, Path, description = "master.m3u8, 1080p.m3u8, audio.m3u8, storyboard.vtt"),
        Access
    ),
    responses(
        (status = 200, content_type = "application/vnd.apple.mpegurl", body = String),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn get_playlist(
    State(app): State<App>,
    session: MaybeSession,
    Path((id, playlist)): Path<(MediaFileId, String)>,
    Query(access): Query<Access>,
) -> Result<impl IntoResponse, ApiError> {
    let kind = Kind::of(&playlist).ok_or(ApiError::NotFound(NO_PLAYLIST))?;
    let principal = principal(&app, session, access.token.as_deref(), id)?;
    let media = app.store().await.media_file(id).await?.ok_or(ApiError::NotFound("There is no such video."))?;
    allow(&media, &principal)?;
    let live = media.live.ok_or(ApiError::NotFound("The video is not ready to play."))?;
    let token = child_token(&app, &principal, access.token, id)?;
    let body = signed_playlist(&app, id, &live, &playlist, kind, token.as_deref()).await?;
    Ok(([(header::CONTENT_TYPE, kind.content_type()), (header::CACHE_CONTROL, "private, no-store")], body))
}

fn principal(
    app: &App,
    MaybeSession(session): MaybeSession,
    token: Option<&str>,
    id: MediaFileId,
) -> Result<Principal, ApiError> {
    match (session, token) {
        (Some(session), _) if session.role.is_admin() => Ok(Principal::Signed(session)),
        (_, Some(token)) => PlaybackToken::verify(app, token, id).map(|()| Principal::Playback),
        (Some(session), None) => Ok(Principal::Signed(session)),
        (None, None) => Ok(Principal::Anonymous),
    }
}

fn allow(media: &MediaFile, principal: &Principal) -> Result<(), ApiError> {
    match principal {
        _ if may_watch(media, principal) => Ok(()),
        Principal::Anonymous if !media.locked => {
            Err(ApiError::Unauthorized("This video is not published. Sign in as an admin to watch it."))
        }
        _ => Err(ApiError::Forbidden),
    }
}

/// The token that the playlists inside a master playlist are asked for with. Players repeat no header on segments (S3
/// refuses a request that is signed twice), so an admin who came with a header gets a token for the rest.
fn child_token(
    app: &App,
    principal: &Principal,
    token: Option<String>,
    id: MediaFileId,
) -> Result<Option<String>, ApiError> {
    match principal {
        Principal::Playback => Ok(token),
        Principal::Signed(session) if session.role.is_admin() => {
            PlaybackToken::issue(app, id, now()).map(|token| Some(token.text))
        }
        Principal::Signed(_) | Principal::Anonymous => Ok(None),
    }
}

async fn signed_playlist(
    app: &App,
    id: MediaFileId,
    live: &LiveVersion,
    playlist: &str,
    kind: Kind,
    token: Option<&str>,
) -> Result<String, ApiError> {
    let objects = app.objects().await?;
    let text = objects.get(&ObjectKey::hls(id, live.version, playlist)).await.map_err(|error| match error {
        ObjectsError::NotFound { .. } => ApiError::NotFound(NO_PLAYLIST),
        other => other.into(),
    })?;
    let text = std::str::from_utf8(&text).map_err(|error| ApiError::Internal(error.into()))?;
    let signer = objects.signer().await?;
    let seconds = (live.duration.max(0.0).ceil() as u32).saturating_add(PAUSE_SECONDS).min(MAX_URL_SECONDS);
    let urls = signer.gets(seconds);
    Ok(rewrite(kind, text, token, |file| urls.url(&ObjectKey::hls(id, live.version, file))))
}
