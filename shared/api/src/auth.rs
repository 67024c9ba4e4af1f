//! Who is asking. A handler names what it needs in its signature; nothing else decides about access.

use axum::extract::FromRequestParts;
use framehouse_domain::{Role, Session};
use http::{header, request::Parts};

use crate::{ApiError, App};

/// The caller is one of the three admin roles.
#[derive(Debug, Clone)]
pub struct Admin(pub Session);

/// The caller is a super admin.
#[derive(Debug, Clone)]
pub struct SuperAdmin(pub Session);

/// The caller is signed in, in whichever role.
#[derive(Debug, Clone)]
pub struct Signed(pub Session);

/// The caller, if the request carries a token; a token that is not accepted is an error even where none is needed.
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

impl FromRequestParts<App> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let session = signed_in(parts, app).await?;
        if session.role.is_admin() { Ok(Self(session)) } else { Err(ApiError::Forbidden) }
    }
}

impl FromRequestParts<App> for SuperAdmin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let session = signed_in(parts, app).await?;
        if session.role == Role::SuperAdmin { Ok(Self(session)) } else { Err(ApiError::Forbidden) }
    }
}

impl FromRequestParts<App> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        signed_in(parts, app).await.map(Self)
    }
}

impl FromRequestParts<App> for MaybeSession {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        session(parts, app).await.map(Self)
    }
}

async fn signed_in(parts: &Parts, app: &App) -> Result<Session, ApiError> {
    session(parts, app)
        .await?
        .ok_or(ApiError::Unauthorized("Sign in: send an access token in the header Authorization: Bearer."))
}

async fn session(parts: &Parts, app: &App) -> Result<Option<Session>, ApiError> {
    let Some(value) = parts.headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).and_then(|(scheme, token)| {
        // RFC 9110 §11.1: the scheme's name is case-insensitive.
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let token = token.filter(|token| !token.is_empty()).ok_or(ApiError::Unauthorized(
        "The Authorization header is not of the form: Bearer, a space, an access token.",
    ))?;
    app.verifier().verify(token).await.map(Some)
}
