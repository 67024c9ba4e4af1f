use framehouse_library::LibraryError;
use framehouse_media::Rejected;
use framehouse_objects::ObjectsError;
use framehouse_store::StoreError;
use thiserror::Error;

/// The longest note of what went wrong, in characters.
const MOST_CHARACTERS: usize = 500;

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
    /// The table, the bucket or the queue did not do what it was asked; trying again can help.
    #[error("{cause}")]
    Service {
        /// Verb and object, which may be told to an operator.
        verb: &'static str,
        /// The whole cause, which can name roles and hosts: for the log alone.
        cause: String,
    },
}

impl Failure {
    /// A transient failure: verb and object, then the cause.
    pub(crate) fn transient(context: &str, cause: impl std::fmt::Display) -> Self {
        Self::Transient(format!("{context}: {cause}"))
    }

    /// What to note with the task, for whoever gives it up in the end; nothing unless trying again is what may help.
    pub(crate) fn trouble(&self) -> String {
        match self {
            Self::Transient(cause) => told(cause).chars().take(MOST_CHARACTERS).collect(),
            Self::Service { verb, .. } => (*verb).to_owned(),
            _ => String::new(),
        }
    }
}

/// `text` in one line, as it may be stored and shown: without addresses, which carry signatures, and local paths.
pub(crate) fn told(text: &str) -> String {
    let word = |word: &str| {
        if word.contains("://") || word.contains("X-Amz-") {
            return "(source)".to_owned();
        }
        let path = word.starts_with('/') || ["'/", "\"/", "(/", "=/", ":/"].iter().any(|start| word.contains(start));
        if path { "(file)".to_owned() } else { word.to_owned() }
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Service { verb: error.verb(), cause: error.to_string() }
    }
}

impl From<ObjectsError> for Failure {
    fn from(error: ObjectsError) -> Self {
        Self::Service { verb: error.verb(), cause: error.to_string() }
    }
}

impl From<LibraryError> for Failure {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Store(error) => error.into(),
            LibraryError::Objects(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_of_a_service_names_no_role_or_host() {
        let cause = "arn:aws:iam::1:role/x is not authorized".to_owned();
        let failure = Failure::from(StoreError::Unavailable { verb: "read media file", cause: cause.clone() });
        assert_eq!(failure.trouble(), "read media file");
        assert!(failure.to_string().contains(&cause), "the log keeps it");
        let failure = Failure::from(ObjectsError::Unavailable { verb: "read object", cause });
        assert_eq!(failure.trouble(), "read object");
    }

    #[test]
    fn what_is_told_has_no_addresses_and_paths() {
        let cases = [
            ("'/tmp/framehouse-task-1-x/720p_00000.m4s': No space left on device", "(file) No space left on device"),
            ("create directory at path \"/tmp/a\"", "create directory at path (file)"),
            ("Opening 'https://b.example/k?X-Amz-Signature=1' for reading", "Opening (source) for reading"),
            ("b/k?X-Amz-Signature=1: Invalid data", "(source) Invalid data"),
            ("file:/tmp/x: I/O error at 24000/1001", "(file) I/O error at 24000/1001"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), expected);
            assert_eq!(Failure::Transient(text.to_owned()).trouble(), expected);
        }
    }
}
