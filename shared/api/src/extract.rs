//! axum's extractors with our error shape as their rejection.

use axum::{
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts, OptionalFromRequest, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Response},
};
use framehouse_domain::FieldErrors;
use http::{HeaderValue, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::ApiError;

/// A JSON body, asked for or answered. Answers are never cached: they carry signed URLs or change at any time.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A JSON body of a page that is being closed: `sendBeacon` and its like call it text, so that no preflight is needed.
#[derive(Debug)]
pub struct Beacon<T>(pub T);

/// Parameters in the path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiError))]
pub struct Path<T>(pub T);

/// Parameters in the query string.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiError))]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let axum::Json(body) = <axum::Json<Value> as FromRequest<S>>::from_request(request, state).await?;
        object(body)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Beacon<T> {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("text/plain") {
            request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        <Json<T> as FromRequest<S>>::from_request(request, state).await.map(|Json(body)| Self(body))
    }
}

/// Every body is an object with named fields: serde would take an array for one, by the order of the fields.
fn object<T: DeserializeOwned>(body: Value) -> Result<Json<T>, ApiError> {
    if !body.is_object() {
        return Err(ApiError::Unreadable("The request body must be a JSON object.".to_owned()));
    }
    let unfit =
        |cause| ApiError::Unreadable(format!("The request body is not the JSON that this route takes: {cause}."));
    serde_json::from_value(body).map(Json).map_err(unfit)
}

/// A body that may be left out; an empty one is none, whatever its type is said to be.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Beacon<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        match body_of(request, state).await? {
            Some(request) => <Self as FromRequest<S>>::from_request(request, state).await.map(Some),
            None => Ok(None),
        }
    }
}

/// The request, unless its body is empty.
async fn body_of<S: Send + Sync>(request: Request, state: &S) -> Result<Option<Request>, ApiError> {
    let (parts, body) = request.into_parts();
    let bytes = Bytes::from_request(Request::new(body), state).await.map_err(|rejection| {
        if rejection.status() == 413 { ApiError::TooLarge } else { ApiError::Unreadable(rejection.body_text()) }
    })?;
    Ok((!bytes.is_empty()).then(|| Request::from_parts(parts, bytes.into())))
}

/// A body that may be left out, as above.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        match body_of(request, state).await? {
            Some(request) => <Self as FromRequest<S>>::from_request(request, state).await.map(Some),
            None => Ok(None),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.0).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::MissingJsonContentType(_) => Self::NotJson,
            JsonRejection::BytesRejection(rejection) if rejection.status() == 413 => Self::TooLarge,
            other => {
                let text = other.body_text();
                let cause = text.split_once(": ").map_or(text.as_str(), |(_, cause)| cause);
                Self::Unreadable(format!("The request body is not the JSON that this route takes: {cause}."))
            }
        }
    }
}

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        use axum::extract::path::ErrorKind::{DeserializeError, Message, ParseErrorAtKey};
        match rejection {
            PathRejection::FailedToDeserializePathParams(failed) => match failed.into_kind() {
                Message(sentence) | DeserializeError { message: sentence, .. } => {
                    FieldErrors::one("id", format!("In the path: {sentence}.")).into()
                }
                ParseErrorAtKey { key, value, .. } => Self::Unreadable(format!("{value:?} is not a valid {key}.")),
                other => Self::Unreadable(format!("The path is not right: {other}.")),
            },
            other => Self::Internal(other.into()),
        }
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        let text = rejection.body_text();
        let cause = text.rsplit_once(": ").map_or(text.as_str(), |(_, cause)| cause);
        Self::Unreadable(format!("The query string is not right: {cause}."))
    }
}
