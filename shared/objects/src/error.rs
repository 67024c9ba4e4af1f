use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// Why a call to S3 or SQS did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// The object, upload or bucket does not exist.
    #[error("{verb}: not found")]
    NotFound {
        /// Verb and object, such as "read upload".
        verb: &'static str,
    },
    /// S3 understood the request and refused it because of what it says, as with parts that do not fit.
    #[error("{verb}: refused with {code}: {message}")]
    Refused {
        /// Verb and object.
        verb: &'static str,
        /// S3's error code, such as `InvalidPart`.
        code: String,
        /// S3's sentence.
        message: String,
    },
    /// The service could not be reached, throttled, or denied access; trying again later can help.
    #[error("{verb}: {cause}")]
    Unavailable {
        /// Verb and object.
        verb: &'static str,
        /// What the SDK said, for the log.
        cause: String,
    },
}

impl ObjectsError {
    /// Verb and object: what may be told to an operator. The cause can name roles and hosts and is for the log.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::NotFound { verb } | Self::Refused { verb, .. } | Self::Unavailable { verb, .. } => verb,
        }
    }
}

const NOT_FOUND: [&str; 4] = ["NoSuchKey", "NoSuchUpload", "NoSuchBucket", "NotFound"];
const REFUSED: [&str; 5] = ["InvalidPart", "InvalidPartOrder", "EntityTooSmall", "InvalidRange", "PreconditionFailed"];

pub(crate) fn failed<E>(
    verb: &'static str,
) -> impl FnOnce(SdkError<E, aws_sdk_s3::config::http::HttpResponse>) -> ObjectsError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    move |error| {
        let code = error.code().unwrap_or_default();
        let status = error.raw_response().map(|response| response.status().as_u16());
        if NOT_FOUND.contains(&code) || (code.is_empty() && status == Some(404)) {
            ObjectsError::NotFound { verb }
        } else if REFUSED.contains(&code) {
            let message = error.message().unwrap_or_default().to_owned();
            ObjectsError::Refused { verb, code: code.to_owned(), message }
        } else {
            ObjectsError::Unavailable { verb, cause: DisplayErrorContext(&error).to_string() }
        }
    }
}
