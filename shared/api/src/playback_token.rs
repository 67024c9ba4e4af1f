use framehouse_domain::{MediaFileId, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::{ApiError, App};

const AUDIENCE: &str = "playback";
/// How long a playback token opens playlists: long enough to paste it into a player, short enough to be shared by mistake.
const LIFETIME_SECONDS: i64 = 6 * 60 * 60;

/// Lets whoever holds it play one media file, without being an access token: it has its own key and audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaybackToken {
    /// The compact JWT.
    pub text: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl PlaybackToken {
    /// A new token for one media file.
    pub fn issue(app: &App, id: MediaFileId, now: Timestamp) -> Result<Self, ApiError> {
        let secret = secret(app)?;
        let expires_at = Timestamp::from_millis((now.as_seconds() + LIFETIME_SECONDS) * 1000);
        let claims = Claims {
            sub: id.to_string(),
            aud: AUDIENCE.to_owned(),
            iat: now.as_seconds(),
            exp: expires_at.as_seconds(),
        };
        let text = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret))
            .map_err(|error| ApiError::Internal(error.into()))?;
        Ok(Self { text, expires_at })
    }

    /// Whether `text` is a valid token for this media file.
    pub fn verify(app: &App, text: &str, id: MediaFileId) -> Result<(), ApiError> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "aud", "sub"]);
        validation.sub = Some(id.to_string());
        decode::<Claims>(text, &DecodingKey::from_secret(secret(app)?), &validation).map(drop).map_err(|_| {
            ApiError::Unauthorized("The playback token is not valid for this video, or has expired. Ask for a new one.")
        })
    }
}

fn secret(app: &App) -> Result<&[u8], ApiError> {
    match app.config().playback_token_secret.as_bytes() {
        [] => Err(ApiError::Internal("PLAYBACK_TOKEN_SECRET is not set".into())),
        secret => Ok(secret),
    }
}
