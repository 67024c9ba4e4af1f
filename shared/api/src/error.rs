use std::{collections::BTreeMap, error::Error};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use framehouse_catalog::CursorError;
use framehouse_domain::FieldErrors;
use framehouse_feed::FeedError;
use framehouse_objects::ObjectsError;
use framehouse_store::StoreError;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{public_videos::LOCKED_MEDIA, serve::request_id};

/// The one shape of every error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// A sentence for people.
    pub error: String,
    /// A stable name for programs.
    #[schema(example = "not_found")]
    pub code: String,
    /// Finds the request in the logs.
    pub request_id: String,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

/// Everything a handler can fail with; becomes HTTP here and nowhere else.
#[derive(Debug)]
pub enum ApiError {
    /// 400: fields of the request break rules.
    Invalid(FieldErrors),
    /// 400: the request as a whole cannot be read.
    Unreadable(String),
    /// 400: it can be read, and is not wanted.
    Refused {
        /// A stable name for programs.
        code: &'static str,
        /// A sentence for people.
        sentence: String,
    },
    /// 401: no token, or none that is accepted; the sentence says why.
    Unauthorized(&'static str),
    /// 403: the token is accepted and its role is not enough.
    Forbidden,
    /// 403: it is somebody else's; the sentence says what.
    NotYours(&'static str),
    /// 404: no such thing; the sentence says what.
    NotFound(&'static str),
    /// 409: it clashes with what there is.
    Conflict {
        /// A stable name for programs.
        code: &'static str,
        /// A sentence for people.
        sentence: String,
    },
    /// 412: the thing was changed since the caller read it (RFC 9110 §13.1.1).
    Stale,
    /// 413: the request body is too long.
    TooLarge,
    /// 415: the request body is not JSON.
    NotJson,
    /// 403: an admin withdrew it from viewers.
    Locked,
    /// 429: the client did it too often; it may again after so many seconds.
    TooMany(u32),
    /// 503: an admin switched the whole API off.
    Disabled,
    /// 503: something behind us does not answer. The cause is logged, not shown.
    Unavailable(Box<dyn Error + Send + Sync>),
    /// 500: our mistake. The cause is logged, not shown.
    Internal(Box<dyn Error + Send + Sync>),
}

impl ApiError {
    /// A conflict under a name for programs.
    pub fn conflict(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::Conflict { code, sentence: sentence.into() }
    }

    /// The name for programs and the sentence for people, for an answer that tells of several failures.
    pub fn told(&self) -> (&'static str, String) {
        match self {
            Self::Unavailable(cause) | Self::Internal(cause) => tracing::error!(%cause, "one of several failed"),
            _ => {}
        }
        let (_, code, sentence) = self.parts();
        (code, sentence)
    }

    /// The status, the name for programs, and the sentence for people.
    fn parts(&self) -> (StatusCode, &'static str, String) {
        let (status, code, sentence) = match self {
            Self::Invalid(_) => {
                (StatusCode::BAD_REQUEST, "invalid_request", "Some fields of the request are not right.")
            }
            Self::Unreadable(sentence) => return (StatusCode::BAD_REQUEST, "invalid_request", sentence.clone()),
            Self::Refused { code, sentence } => return (StatusCode::BAD_REQUEST, code, sentence.clone()),
            Self::Unauthorized(sentence) => (StatusCode::UNAUTHORIZED, "unauthorized", *sentence),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "Your role does not allow this."),
            Self::NotYours(sentence) => (StatusCode::FORBIDDEN, "forbidden", *sentence),
            Self::NotFound(sentence) => (StatusCode::NOT_FOUND, "not_found", *sentence),
            Self::Conflict { code, sentence } => return (StatusCode::CONFLICT, code, sentence.clone()),
            Self::Stale => (
                StatusCode::PRECONDITION_FAILED,
                "precondition_failed",
                "It was changed since you read it. Read it again, and send its new ETag with your change.",
            ),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "The request body is too long."),
            Self::NotJson => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "Send JSON with content-type application/json; the file itself goes to the URL in the answer.",
            ),
            Self::Locked => (StatusCode::FORBIDDEN, "media_locked", LOCKED_MEDIA),
            Self::TooMany(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                "Too many requests. Wait as long as the header Retry-After says.",
            ),
            Self::Disabled => (
                StatusCode::SERVICE_UNAVAILABLE,
                "media_disabled",
                "The media features are switched off. An administrator can switch them on in the settings.",
            ),
            Self::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "service_unavailable",
                "A service behind this one does not answer. Try again in a moment.",
            ),
            Self::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "Something went wrong on our side.")
            }
        };
        (status, code, sentence.to_owned())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, error) = self.parts();
        let request_id = request_id();
        match &self {
            Self::Unavailable(cause) => tracing::error!(request_id, %cause, "service unavailable"),
            Self::Internal(cause) => tracing::error!(request_id, %cause, "internal error"),
            _ => {}
        }
        let fields = match &self {
            Self::Invalid(errors) => errors.iter().map(|(field, text)| (field.to_owned(), text.to_owned())).collect(),
            _ => BTreeMap::new(),
        };
        let body = ErrorBody { error, code: code.to_owned(), request_id, fields };
        let mut response = (status, Json(body)).into_response();
        match self {
            // RFC 9110 §11.6.1: a 401 names the scheme.
            Self::Unauthorized(_) => {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::Unavailable(_) => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            // RFC 6585 §4.
            Self::TooMany(seconds) => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            _ => {}
        }
        response
    }
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<CursorError> for ApiError {
    /// A list that is asked for with the cursor of another one.
    fn from(_: CursorError) -> Self {
        FieldErrors::one("cursor", "It belongs to a list in another order. Begin again without one.").into()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::Unavailable(error.into()),
            StoreError::Malformed { .. } => Self::Internal(error.into()),
        }
    }
}

impl From<FeedError> for ApiError {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::Store(error) => error.into(),
            FeedError::Objects(error) => error.into(),
            FeedError::Rebuilding => Self::Unavailable(error.into()),
            FeedError::Encode(_) | FeedError::Stopped(_) => Self::Internal(error.into()),
        }
    }
}

impl From<ObjectsError> for ApiError {
    fn from(error: ObjectsError) -> Self {
        match error {
            ObjectsError::Unavailable { .. } => Self::Unavailable(error.into()),
            ObjectsError::NotFound { .. } | ObjectsError::Refused { .. } => Self::Internal(error.into()),
        }
    }
}
