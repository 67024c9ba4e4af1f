use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody, Json, SuperAdmin, now};
use framehouse_domain::{DirectoryType, FieldErrors, LibraryPath, Video, VideoEdit, VideoId};
use framehouse_objects::{LibraryJob, ObjectKey};
use framehouse_store::VideoCreated;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    change::path_taken,
    etag::etag,
    view::{VideoDetails, details},
};

/// A file that lies in the library and has no record yet.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateVideo {
    /// Where it lies, from the library's root: directory type, folders, filename.
    #[schema(example = "videos/new-video.mp4", max_length = 1000)]
    path: String,
    /// The last part of the path, to be sure.
    filename: Option<String>,
    /// The first part of the path, to be sure.
    directory_type: Option<DirectoryType>,
    original_filename: Option<String>,
    title: Option<String>,
    producer: Option<String>,
    creator: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    thumbnail_path: Option<String>,
}

/// Make a record of a file that lies in the library. A worker looks at the file afterwards.
#[utoipa::path(
    post,
    path = "/api/media/videos",
    operation_id = "create_video",
    tag = "library",
    security(("bearer" = [])),
    request_body = CreateVideo,
    responses(
        (status = 201, body = VideoDetails),
        (status = 400, body = ErrorBody, description = "A field is not right, or no such file lies in the library"),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "There is a record of this path"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn create_video(
    State(app): State<App>,
    SuperAdmin(session): SuperAdmin,
    Json(request): Json<CreateVideo>,
) -> Result<impl IntoResponse, ApiError> {
    let video = request.video(session.subject)?;
    let key = ObjectKey::Library(video.path.clone());
    if app.objects().await?.head(&key).await?.is_none() {
        let sentence = format!("There is no file at {key} in the media bucket. Put it there first, or upload it.");
        return Err(FieldErrors::one("path", sentence).into());
    }
    match app.store().await.create_video(&video, None).await? {
        VideoCreated::New | VideoCreated::Known => inspect(&app, video.id).await?,
        VideoCreated::PathTaken(other) => return Err(taken(&app, other).await?),
    }
    app.store().await.await_change(video.id, video.changed_at).await;
    let mut headers = etag(video.revision);
    let location = HeaderValue::from_str(&format!("/api/media/videos/{}", video.id));
    headers.extend(location.ok().map(|location| (header::LOCATION, location)));
    Ok((StatusCode::CREATED, headers, Json(details(&app, video).await?)))
}

async fn inspect(app: &App, id: VideoId) -> Result<(), ApiError> {
    let job = LibraryJob::Inspect { video_ids: vec![id], scan: None };
    Ok(app.library_queue().await.send(&job, 0).await?)
}

/// The answer when there is a record of the path. One that nobody has looked at may be this caller's own, of an attempt that
/// broke before it asked for the look.
async fn taken(app: &App, other: VideoId) -> Result<ApiError, ApiError> {
    let video = app.store().await.video(other).await?;
    if video.is_some_and(|video| video.last_validated.is_none()) {
        inspect(app, other).await?;
    }
    Ok(path_taken(other))
}

impl CreateVideo {
    /// The record that it asks for.
    fn video(self, subject: String) -> Result<Video, FieldErrors> {
        let now = now();
        let edit = VideoEdit {
            title: Some(self.title),
            producer: Some(self.producer),
            creator: Some(self.creator),
            tags: Some(self.tags),
            thumbnail_path: Some(self.thumbnail_path),
            directory_type: None,
        };
        let edit = edit.check()?;
        let path: LibraryPath = self.path.parse().map_err(|error| FieldErrors::one("path", format!("{error}")))?;
        let mut errors = FieldErrors::default();
        if self.filename.is_some_and(|name| name != path.filename()) {
            errors.add("filename", format!("The path ends in {:?}.", path.filename()));
        }
        if self.directory_type.is_some_and(|kind| kind != path.directory_type()) {
            errors.add("directoryType", format!("The path begins with {}/.", path.directory_type()));
        }
        let odd = |name: &String| name.chars().count() > 255 || name.chars().any(char::is_control);
        if self.original_filename.as_ref().is_some_and(odd) {
            errors.add("originalFilename", "It is longer than 255 characters, or has a control character.");
        }
        errors.ok(())?;
        let key = ObjectKey::Library(path.clone()).to_string();
        let mut video = Video::new(VideoId::generate(), path, key, subject, now);
        video.original_filename = self.original_filename.filter(|name| !name.is_empty());
        (video.title, video.producer) = (edit.title.flatten(), edit.producer.flatten());
        (video.creator, video.thumbnail_path) = (edit.creator.flatten(), edit.thumbnail_path.flatten());
        video.tags = edit.tags.unwrap_or_default();
        Ok(video)
    }
}
