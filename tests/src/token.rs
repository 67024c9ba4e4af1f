use std::time::SystemTime;

use framehouse_domain::Role;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::{Stack, stack};

/// What can be wrong with an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// `exp` is past.
    Expired,
    /// `nbf` is to come.
    NotYet,
    /// Signed with another secret.
    WrongKey,
    /// For somebody else.
    WrongAudience,
    /// By somebody else.
    WrongIssuer,
    /// `alg: none`, without a signature.
    NoneAlgorithm,
    /// HS256 with the issuer's public key as the secret.
    PublicKeyAsSecret,
    /// HS512, which is not on the list.
    OtherAlgorithm,
    /// Without `exp`.
    NoExpiry,
    /// A playback token.
    PlaybackToken,
    /// Not a token.
    Garbage,
}

impl TokenFault {
    /// Every fault.
    pub const ALL: [Self; 11] = [
        Self::Expired,
        Self::NotYet,
        Self::WrongKey,
        Self::WrongAudience,
        Self::WrongIssuer,
        Self::NoneAlgorithm,
        Self::PublicKeyAsSecret,
        Self::OtherAlgorithm,
        Self::NoExpiry,
        Self::PlaybackToken,
        Self::Garbage,
    ];

    /// A super admin's token, but for this fault.
    pub async fn token(self) -> String {
        let stack = stack();
        let secret = stack.jwt_hs256_secret.as_bytes();
        let mut claims = claims(stack, Role::SuperAdmin);
        match self {
            Self::Expired => claims["exp"] = json!(now() - 3600),
            Self::NotYet => claims["nbf"] = json!(now() + 3600),
            Self::WrongAudience => claims["aud"] = json!("someone-else"),
            Self::WrongIssuer => claims["iss"] = json!("someone-else"),
            Self::NoExpiry => claims = without(claims, "exp"),
            Self::WrongKey => return sign(Algorithm::HS256, &claims, b"another secret, long enough to be one"),
            Self::OtherAlgorithm => return sign(Algorithm::HS512, &claims, secret),
            Self::PublicKeyAsSecret => {
                let keys = reqwest::get(&stack.jwt_jwks_url).await.expect("the development issuer answers");
                return sign(Algorithm::HS256, &claims, &keys.bytes().await.expect("its keys can be read"));
            }
            Self::NoneAlgorithm => {
                let signed = sign(Algorithm::HS256, &claims, secret);
                let payload = signed.split('.').nth(1).unwrap_or_default().to_owned();
                // {"alg":"none","typ":"JWT"}
                return format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
            }
            Self::PlaybackToken => {
                claims["aud"] = json!("playback");
                return sign(Algorithm::HS256, &claims, stack.playback_token_secret.as_bytes());
            }
            Self::Garbage => return "garbage".to_owned(),
        }
        sign(Algorithm::HS256, &claims, secret)
    }
}

/// A valid access token of a role.
pub fn token(role: Role, algorithm: Algorithm) -> String {
    let stack = stack();
    let claims = claims(stack, role);
    if algorithm == Algorithm::HS256 {
        return sign(algorithm, &claims, stack.jwt_hs256_secret.as_bytes());
    }
    let pem = std::fs::read(&stack.jwt_es256_private_key).expect("the development issuer's key can be read");
    let key = EncodingKey::from_ec_pem(&pem).expect("it is a PKCS #8 PEM");
    encode(&Header::new(algorithm), &claims, &key).expect("it signs")
}

/// A valid access token of somebody with this subject.
pub fn token_of(subject: &str, role: Role) -> String {
    let mut claims = claims(stack(), role);
    claims["sub"] = json!(subject);
    sign(Algorithm::HS256, &claims, stack().jwt_hs256_secret.as_bytes())
}

fn claims(stack: &Stack, role: Role) -> Value {
    json!({
        "sub": format!("test-{role}"), "role": role, "iss": stack.jwt_issuer, "aud": stack.jwt_audience,
        "iat": now(), "nbf": now() - 5, "exp": now() + 3600,
    })
}

fn without(mut claims: Value, name: &str) -> Value {
    if let Some(claims) = claims.as_object_mut() {
        claims.remove(name);
    }
    claims
}

fn sign(algorithm: Algorithm, claims: &Value, secret: &[u8]) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret)).expect("it signs")
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("the clock is past 1970");
    since.as_secs().try_into().expect("it is before the year 292 billion")
}
