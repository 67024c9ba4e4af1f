use std::convert::Infallible;

use axum::extract::FromRequestParts;
use framehouse_api::ApiError;
use framehouse_domain::{FieldErrors, Session};
use framehouse_store::UploadClaim;
use http::request::Parts;
use serde::Serialize;

const MAX_CHARS: usize = 255;

/// The header `Idempotency-Key` (IETF draft "The Idempotency-Key HTTP Header Field"), if there is one.
pub(crate) struct IdempotencyKey(Option<Vec<u8>>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get("idempotency-key").map(|value| value.as_bytes().to_vec())))
    }
}

impl IdempotencyKey {
    /// The caller's claim on this request, if the key is there and of the right form.
    pub(crate) fn claim(self, session: &Session, request: &impl Serialize) -> Result<Option<UploadClaim>, ApiError> {
        let Some(key) = self.0 else { return Ok(None) };
        let key = String::from_utf8(key)
            .ok()
            .filter(|key| (1..=MAX_CHARS).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
        let Some(key) = key else {
            let sentence = format!("The key must have 1 to {MAX_CHARS} visible ASCII characters.");
            return Err(FieldErrors::one("Idempotency-Key", sentence).into());
        };
        let request = serde_json::to_string(request).map_err(|error| ApiError::Internal(error.into()))?;
        Ok(Some(UploadClaim::new(&session.subject, &key, &request)))
    }
}
