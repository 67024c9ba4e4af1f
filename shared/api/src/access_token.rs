//! Access tokens (RFC 7519), verified as RFC 8725 advises: an allow-list of algorithms per configuration, each bound to its
//! own kind of key, and `iss`, `aud`, `exp` and `nbf` checked.

use framehouse_domain::{FieldErrors, Role, Session};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, errors::ErrorKind};
use serde::Deserialize;

use crate::{ApiError, Config, jwks::Jwks};

/// Clocks of issuers may be off by this many seconds.
const LEEWAY_SECONDS: u64 = 30;
/// The longest subject in bytes: it becomes part of keys, of which DynamoDB takes 2,048 bytes (AWS limit), and OIDC
/// bounds it by 255 characters.
const MAX_SUBJECT: usize = 1024;

/// Refuses what no token has as its subject, before it becomes part of a key.
///
/// # Errors
/// When it is too long.
pub fn check_subject(field: &'static str, subject: &str) -> Result<(), FieldErrors> {
    if subject.len() <= MAX_SUBJECT {
        return Ok(());
    }
    Err(FieldErrors::one(field, format!("It is longer than {MAX_SUBJECT} bytes. No subject of a token is.")))
}

const NOT_ACCEPTED: &str = "The access token is not accepted here.";
const EXPIRED: &str = "The access token has expired. Sign in again.";

#[derive(Debug)]
pub(crate) struct Verifier {
    issuer: String,
    audience: String,
    hs256: Option<DecodingKey>,
    jwks: Option<Jwks>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    aud: OneOrMany,
    /// Cognito's access tokens have no `aud`; they name the app client here (Cognito Developer Guide, "Understanding the
    /// access token").
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    token_use: Option<String>,
    #[serde(default)]
    role: OneOrMany,
    #[serde(default)]
    roles: OneOrMany,
    #[serde(default, rename = "cognito:groups")]
    cognito_groups: OneOrMany,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Verifier {
    pub(crate) fn new(config: &Config) -> Self {
        let secret = config.jwt_hs256_secret.as_deref();
        Self {
            issuer: config.jwt_issuer.clone(),
            audience: config.jwt_audience.clone(),
            hs256: secret.map(|secret| DecodingKey::from_secret(secret.as_bytes())),
            jwks: config.jwt_jwks_url.clone().map(Jwks::new),
        }
    }

    /// The session of a valid token.
    pub(crate) async fn verify(&self, token: &str) -> Result<Session, ApiError> {
        let refused = ApiError::Unauthorized(NOT_ACCEPTED);
        let Ok(header) = decode_header(token) else { return Err(refused) };
        let session = match (header.alg, &self.hs256, &self.jwks) {
            (Algorithm::HS256, Some(key), _) => self.session(token, Algorithm::HS256, key),
            (algorithm @ (Algorithm::RS256 | Algorithm::ES256), _, Some(jwks)) => {
                let Some(key) = jwks.key(header.kid.as_deref(), algorithm).await? else { return Err(refused) };
                self.session(token, algorithm, &key)
            }
            _ => return Err(refused),
        };
        session.map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => ApiError::Unauthorized(EXPIRED),
            _ => refused,
        })
    }

    fn session(
        &self,
        token: &str,
        algorithm: Algorithm,
        key: &DecodingKey,
    ) -> Result<Session, jsonwebtoken::errors::Error> {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.issuer]);
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        let claims = decode::<Claims>(token, key, &validation)?.claims;
        if !is_for(&claims, &self.audience) {
            return Err(ErrorKind::InvalidAudience.into());
        }
        if claims.sub.is_empty() || claims.sub.len() > MAX_SUBJECT {
            return Err(ErrorKind::InvalidSubject.into());
        }
        Ok(Session { role: strongest(&claims), subject: claims.sub })
    }
}

/// Whether the token was made for `audience`.
fn is_for(claims: &Claims, audience: &str) -> bool {
    match claims.aud.as_slice() {
        [] => claims.token_use.as_deref() == Some("access") && claims.client_id.as_deref() == Some(audience),
        named => named.iter().any(|named| named == audience),
    }
}

/// Tokens of different issuers name roles in different claims; a caller with several has the strongest.
fn strongest(claims: &Claims) -> Role {
    let named: Vec<Role> = [&claims.role, &claims.roles, &claims.cognito_groups]
        .into_iter()
        .flat_map(OneOrMany::as_slice)
        .filter_map(|name| name.parse().ok())
        .collect();
    Role::ALL.into_iter().find(|role| named.contains(role)).unwrap_or(Role::User)
}

impl OneOrMany {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audience_is_named_or_is_the_client_of_a_cognito_access_token() {
        let for_us = |json: &str| is_for(&serde_json::from_str(json).unwrap(), "us");
        assert!(for_us(r#"{"sub":"a","aud":"us"}"#));
        assert!(for_us(r#"{"sub":"a","aud":["them","us"]}"#));
        assert!(for_us(r#"{"sub":"a","client_id":"us","token_use":"access"}"#));
        assert!(!for_us(r#"{"sub":"a","client_id":"us","token_use":"id"}"#));
        assert!(!for_us(r#"{"sub":"a","client_id":"us","token_use":"access","aud":"them"}"#));
        assert!(!for_us(r#"{"sub":"a","client_id":"us"}"#));
        assert!(!for_us(r#"{"sub":"a"}"#));
    }

    #[test]
    fn roles_are_read_from_each_claim_and_the_strongest_counts() {
        let role = |json: &str| strongest(&serde_json::from_str(json).unwrap());
        assert_eq!(role(r#"{"sub":"a"}"#), Role::User);
        assert_eq!(role(r#"{"sub":"a","role":"MAP_ADMIN"}"#), Role::MapAdmin);
        assert_eq!(role(r#"{"sub":"a","role":["user","SUPER_ADMIN"]}"#), Role::SuperAdmin);
        assert_eq!(role(r#"{"sub":"a","role":"USER","cognito:groups":["INFLUENCE_ADMIN"]}"#), Role::InfluenceAdmin);
        assert_eq!(role(r#"{"sub":"a","roles":["ROOT"]}"#), Role::User);
    }
}
