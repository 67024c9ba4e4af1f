use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use framehouse_api::{ApiError, App, ErrorBody, NO_MEDIA, Path};
use framehouse_domain::{MediaFile, Video, VideoId};
use framehouse_objects::ObjectKey;
use http::{HeaderValue, StatusCode, header};

/// Life of the signed URL in seconds.
const URL_SECONDS: u32 = 3600;
/// How long browsers go on using it; a locked video's picture is gone from caches after that.
const CACHED: &str = "private, max-age=600";

/// The picture of a video of the gallery, as a redirect to where it is.
#[utoipa::path(
    get,
    path = "/api/media/public/{id}/thumbnail",
    operation_id = "get_thumbnail",
    tag = "gallery",
    params(("id" = VideoId, Path)),
    responses(
        (status = 302, description = "To a JPEG or PNG, signed for an hour", headers(("Location" = String))),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn get_thumbnail(State(app): State<App>, Path(id): Path<VideoId>) -> Result<Response, ApiError> {
    let video = app.public_video(id).await?;
    let key = picture(&app, &video).await?.ok_or(ApiError::NotFound(NO_MEDIA))?;
    let url = app.objects().await?.signer().await?.get(&key, URL_SECONDS);
    let location = HeaderValue::try_from(url).map_err(|error| ApiError::Internal(error.into()))?;
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static(CACHED))];
    Ok((StatusCode::FOUND, headers).into_response())
}

/// The picture that an admin chose or a look at the file made, else the poster of the transcode.
async fn picture(app: &App, video: &Video) -> Result<Option<ObjectKey>, ApiError> {
    let chosen = video.thumbnail_path.as_deref().and_then(|path| path.parse().ok());
    if let Some(key @ (ObjectKey::Thumbnail(_) | ObjectKey::Picture(_) | ObjectKey::Hls { .. })) = chosen {
        return Ok(Some(key));
    }
    let Some(id) = video.media_file_id else { return Ok(None) };
    let media: Option<MediaFile> = app.store().await.media_file(id).await?;
    let live = media.and_then(|media| media.live);
    Ok(live.map(|live| ObjectKey::hls(id, live.version, "poster.jpg")))
}
