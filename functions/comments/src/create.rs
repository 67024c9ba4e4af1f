use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody, Json, Limit, Visit, now};
use framehouse_domain::{Comment, CommentAuthor, FieldErrors, VideoId, check_author_name, check_comment};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::view::{Asker, Commented, check_words};

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewComment {
    /// A video of the gallery.
    media_id: VideoId,
    /// Text of 1 to 2,000 characters. Line feeds are the only control characters that it may have.
    #[schema(min_length = 1, max_length = 2000)]
    content: String,
    /// Needed from those who are not signed in. Made up by the client, kept to itself: whoever knows it can change the
    /// comment. Any text of 1 to 256 bytes.
    #[schema(example = "sess_abc123def456")]
    session_id: Option<String>,
    /// As the author wants to be called.
    #[schema(max_length = 60)]
    author_name: Option<String>,
}

/// Comment on a video, signed in or not.
#[utoipa::path(
    post,
    path = "/api/media/comments",
    operation_id = "create_comment",
    tag = "comments",
    security((), ("bearer" = [])),
    request_body = NewComment,
    responses(
        (status = 201, body = Commented),
        (status = 400, body = ErrorBody, description = "A field is not right, or sessionId is required; comment_refused"),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Media not found"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn create_comment(
    State(app): State<App>,
    visit: Visit,
    Json(request): Json<NewComment>,
) -> Result<impl IntoResponse, ApiError> {
    let NewComment { media_id, content, session_id, author_name } = request;
    let (content, author_name) = check(&content, author_name.as_deref())?;
    let asker = Asker::new(&app, visit.session, session_id.as_deref())?;
    let author = match (&asker.session, &asker.digest) {
        (Some(session), _) => CommentAuthor::User(session.subject.clone()),
        (None, Some(digest)) => CommentAuthor::Session(digest.clone()),
        (None, None) => return Err(ApiError::Unreadable("sessionId is required".to_owned())),
    };
    // Whoever tries out words is slowed down as well.
    app.rate_limit(Limit::Comment, &visit.ip).await?;
    check_words(&app, [content.as_str()].into_iter().chain(author_name.as_deref())).await?;
    app.public_video(media_id).await?;
    let comment = Comment::new(media_id, author, author_name, content, now());
    app.store().await.create_comment(&comment).await?;
    Ok((StatusCode::CREATED, Json(asker.answer(comment))))
}

fn check(content: &str, author_name: Option<&str>) -> Result<(String, Option<String>), FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut note = |broken: FieldErrors| {
        for (field, sentence) in broken.iter() {
            errors.add(field.to_owned(), sentence);
        }
    };
    let content = check_comment(content).map_err(&mut note).unwrap_or_default();
    let author_name = check_author_name(author_name).map_err(note).unwrap_or_default();
    errors.ok((content, author_name))
}
