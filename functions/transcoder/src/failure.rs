use framehouse_media::Rejected;
use framehouse_objects::ObjectsError;
use framehouse_store::StoreError;
use thiserror::Error;

/// Why a step did not come to its end.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The source can never become a video: FAILED at once, not retried.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The media file was deleted or another version is being made.
    #[error("the version is not wanted any more")]
    Superseded,
    /// Another worker took the task over.
    #[error("another worker has the task")]
    LostLease,
    /// This process is ending.
    #[error("the worker is stopping")]
    Stopped,
    /// Trying again can help.
    #[error("{0}")]
    Transient(String),
}

impl Failure {
    /// A transient failure: verb and object, then the cause.
    pub(crate) fn transient(context: &str, cause: impl std::fmt::Display) -> Self {
        Self::Transient(format!("{context}: {cause}"))
    }

    /// What to note with the task, for whoever gives it up in the end; nothing unless trying again is what may help.
    pub(crate) fn trouble(&self) -> String {
        match self {
            Self::Transient(cause) => cause.chars().take(500).collect(),
            _ => String::new(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Transient(error.to_string())
    }
}

impl From<ObjectsError> for Failure {
    fn from(error: ObjectsError) -> Self {
        Self::Transient(error.to_string())
    }
}
