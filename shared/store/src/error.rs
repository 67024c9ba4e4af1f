use aws_sdk_dynamodb::{
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::update_item::UpdateItemError,
};

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

    /// Somebody else changed the same item each time that this was tried.
    pub(crate) fn outrun(verb: &'static str, attempts: u32) -> Self {
        Self::Unavailable { verb, cause: format!("others were faster {attempts} times") }
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

/// Whether an update met somebody else's: a newer state, or a transaction that is not done.
pub(crate) fn is_outrun<R>(error: &SdkError<UpdateItemError, R>) -> bool {
    let met = |error: &UpdateItemError| {
        error.is_conditional_check_failed_exception() || error.is_transaction_conflict_exception()
    };
    error.as_service_error().is_some_and(met)
}

/// A stored item that could not be read back.
pub(crate) fn malformed(verb: &'static str) -> impl FnOnce(serde_dynamo::Error) -> StoreError {
    move |error| StoreError::Malformed { verb, cause: error.to_string() }
}
