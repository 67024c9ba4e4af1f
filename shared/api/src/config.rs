use std::{env, fmt};

use framehouse_domain::MAX_OBJECT_BYTES;

/// What the environment configures; ARCHITECTURE.md lists the variables.
///
/// A function has only the variables that its route uses, so a missing one is an error when it is used, not before.
#[derive(Clone, Default)]
pub struct Config {
    /// `TABLE_NAME`.
    pub table_name: String,
    /// `MEDIA_BUCKET`.
    pub media_bucket: String,
    /// `TRANSCODE_QUEUE_URL`.
    pub transcode_queue_url: String,
    /// `LIBRARY_QUEUE_URL`.
    pub library_queue_url: String,
    /// `JWT_ISSUER`, the required `iss`.
    pub jwt_issuer: String,
    /// `JWT_AUDIENCE`, the required `aud`.
    pub jwt_audience: String,
    /// `JWT_HS256_SECRET`; enables HS256.
    pub jwt_hs256_secret: Option<String>,
    /// `JWT_JWKS_URL`; enables RS256 and ES256.
    pub jwt_jwks_url: Option<String>,
    /// `PLAYBACK_TOKEN_SECRET`.
    pub playback_token_secret: String,
    /// `VIEWER_HASH_SECRET`, the key of the digests of addresses and session ids.
    pub viewer_hash_secret: String,
    /// `MAX_UPLOAD_BYTES`, 5 TiB when absent.
    pub max_upload_bytes: u64,
    /// `EXPOSE_METRICS`: whether `GET /metrics` answers.
    pub expose_metrics: bool,
    /// `ENABLE_MEDIA_FEATURES`: what holds until an admin switches it; on unless it is `false`.
    pub enable_media_features: bool,
}

impl Config {
    /// Reads the environment.
    pub fn from_env() -> Self {
        let text = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            table_name: text("TABLE_NAME").unwrap_or_default(),
            media_bucket: text("MEDIA_BUCKET").unwrap_or_default(),
            transcode_queue_url: text("TRANSCODE_QUEUE_URL").unwrap_or_default(),
            library_queue_url: text("LIBRARY_QUEUE_URL").unwrap_or_default(),
            jwt_issuer: text("JWT_ISSUER").unwrap_or_default(),
            jwt_audience: text("JWT_AUDIENCE").unwrap_or_default(),
            jwt_hs256_secret: text("JWT_HS256_SECRET"),
            jwt_jwks_url: text("JWT_JWKS_URL"),
            playback_token_secret: text("PLAYBACK_TOKEN_SECRET").unwrap_or_default(),
            viewer_hash_secret: text("VIEWER_HASH_SECRET").unwrap_or_default(),
            max_upload_bytes: text("MAX_UPLOAD_BYTES").and_then(|text| text.parse().ok()).unwrap_or(MAX_OBJECT_BYTES),
            expose_metrics: text("EXPOSE_METRICS").is_some_and(|text| text == "true"),
            enable_media_features: text("ENABLE_MEDIA_FEATURES").is_none_or(|text| text != "false"),
        }
    }
}

/// Leaves the secrets out, so that a configuration can be logged.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("table_name", &self.table_name)
            .field("media_bucket", &self.media_bucket)
            .field("transcode_queue_url", &self.transcode_queue_url)
            .field("library_queue_url", &self.library_queue_url)
            .field("jwt_issuer", &self.jwt_issuer)
            .field("jwt_audience", &self.jwt_audience)
            .field("jwt_jwks_url", &self.jwt_jwks_url)
            .field("max_upload_bytes", &self.max_upload_bytes)
            .field("expose_metrics", &self.expose_metrics)
            .field("enable_media_features", &self.enable_media_features)
            .finish_non_exhaustive()
    }
}
