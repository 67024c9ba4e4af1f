use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// Why an operation on the table did not come to pass. A condition that did not hold is a result, not an error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB could not be reached, throttled or refused the call; trying again later can help.
    #[error("{verb}: {cause}")]
    Unavailable {
        /// Verb and object, such as "read media file".
        verb: &'static str,
        /// What the SDK said, for the log.
        cause: String,
    },
    /// The stored item is not of the shape that this version of the code writes.
    #[error("{verb}: stored item is malformed: {cause}")]
    Malformed {
        /// Verb and object.
        verb: &'static str,
        /// What is wrong with it.
        cause: String,
    },
}

impl StoreError {
    /// Verb and object: what may be told to an operator. The cause can name roles and hosts and is for the log.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Unavailable { verb, .. } | Self::Malformed { verb, .. } => verb,
        }
    }
}

/// Turns the SDK's error into ours, keeping its whole chain for the log.
pub(crate) fn unavailable<E, R>(verb: &'static str) -> impl FnOnce(SdkError<E, R>) -> StoreError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    move |error| StoreError::Unavailable { verb, cause: DisplayErrorContext(&error).to_string() }
}

/// A stored item that could not be read back.
pub(crate) fn malformed(verb: &'static str) -> impl FnOnce(serde_dynamo::Error) -> StoreError {
    move |error| StoreError::Malformed { verb, cause: error.to_string() }
}
