use framehouse_api::{ApiError, App};
use framehouse_domain::{Comment, CommentId, Session, Timestamp, VideoId, refused_word};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) const NO_COMMENT: &str = "Comment not found";

/// A comment as clients see it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommentView {
    id: CommentId,
    media_id: VideoId,
    /// Text. Markup in it is text too: show it as it is, do not render it.
    content: String,
    /// As the author wants to be called.
    author_name: Option<String>,
    /// Who wrote it, if signed in.
    user_id: Option<String>,
    /// Only admins see it.
    hidden: bool,
    /// Its author changed it.
    edited: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// Whether whoever asks wrote it.
    own: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Commented {
    success: bool,
    comment: CommentView,
}

/// Whoever asks: as whom they are signed in, and the digest of the session id they made up.
pub(crate) struct Asker {
    pub(crate) session: Option<Session>,
    pub(crate) digest: Option<String>,
}

impl Asker {
    /// Whoever is signed in like this, and sent this session id.
    pub(crate) fn new(app: &App, session: Option<Session>, session_id: Option<&str>) -> Result<Self, ApiError> {
        let session_id = session_id.filter(|id| !id.is_empty());
        Ok(Self { session, digest: session_id.map(|id| app.session_digest(Some(id))).transpose()? })
    }

    pub(crate) fn wrote(&self, comment: &Comment) -> bool {
        comment.is_own(self.session.as_ref().map(|session| session.subject.as_str()), self.digest.as_deref())
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.role.is_admin())
    }

    /// The comment as they see it.
    pub(crate) fn view(&self, comment: Comment) -> CommentView {
        CommentView {
            own: self.wrote(&comment),
            id: comment.id,
            media_id: comment.video_id,
            user_id: comment.author.user_id().map(str::to_owned),
            content: comment.content,
            author_name: comment.author_name,
            hidden: comment.hidden,
            edited: comment.edited,
            created_at: comment.created_at,
            updated_at: comment.updated_at,
        }
    }

    /// The answer to a change of the comment.
    pub(crate) fn answer(&self, comment: Comment) -> Commented {
        Commented { success: true, comment: self.view(comment) }
    }
}

/// Refuses words that the settings do not want, without telling which: that would teach how to get around them.
pub(crate) async fn check_words<'a>(app: &App, texts: impl IntoIterator<Item = &'a str>) -> Result<(), ApiError> {
    let words = app.settings().await.comment_filter.unwrap_or_default();
    if texts.into_iter().any(|text| refused_word(text, &words).is_some()) {
        let sentence = "This comment has words that are not wanted here. Write it in others.".to_owned();
        return Err(ApiError::Refused { code: "comment_refused", sentence });
    }
    Ok(())
}
