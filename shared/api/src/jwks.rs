use std::{
    fmt,
    time::{Duration, Instant},
};

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::HttpConnector, orchestrator::HttpRequest};
use aws_smithy_types::body::SdkBody;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, Jwk, JwkSet},
};
use tokio::{sync::Mutex, time::timeout};

use crate::ApiError;

/// Keys are trusted this long before they are fetched again.
const FRESH: Duration = Duration::from_secs(600);
/// An unknown key id fetches again at most this often, so that forged tokens cannot make us hammer the issuer.
const PATIENCE: Duration = Duration::from_secs(20);
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_DOCUMENT_BYTES: usize = 1 << 20;

/// The public keys of an issuer (RFC 7517), fetched when first needed.
pub(crate) struct Jwks {
    url: String,
    fetched: Mutex<Option<Fetched>>,
}

struct Fetched {
    at: Instant,
    keys: JwkSet,
}

impl Jwks {
    pub(crate) fn new(url: String) -> Self {
        Self { url, fetched: Mutex::new(None) }
    }

    /// The key that verifies a token with this key id and algorithm.
    pub(crate) async fn key(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Option<DecodingKey>, ApiError> {
        let mut fetched = self.fetched.lock().await;
        let known = fetched.as_ref().and_then(|fetched| {
            let age = fetched.at.elapsed();
            let found = find(&fetched.keys, kid, algorithm);
            (age < PATIENCE || (age < FRESH && found.is_some())).then_some(found)
        });
        if let Some(found) = known {
            return Ok(found);
        }
        let keys = fetch(&self.url)
            .await
            .map_err(|cause| ApiError::Unavailable(format!("read signing keys from {}: {cause}", self.url).into()))?;
        let found = find(&keys, kid, algorithm);
        *fetched = Some(Fetched { at: Instant::now(), keys });
        Ok(found)
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwks").field("url", &self.url).finish_non_exhaustive()
    }
}

fn find(keys: &JwkSet, kid: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
    let of_kind = |key: &&Jwk| match algorithm {
        Algorithm::RS256 => matches!(key.algorithm, AlgorithmParameters::RSA(_)),
        Algorithm::ES256 => matches!(key.algorithm, AlgorithmParameters::EllipticCurve(_)),
        _ => false,
    };
    let named = |key: &&Jwk| kid.is_none() || key.common.key_id.as_deref() == kid;
    keys.keys.iter().filter(of_kind).find(named).and_then(|key| DecodingKey::from_jwk(key).ok())
}

/// Uses the SDK's own HTTP client, so that no second one is linked into every function.
async fn fetch(url: &str) -> Result<JwkSet, String> {
    let connector = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build();
    let request = http::Request::get(url).body(SdkBody::empty()).map_err(|error| error.to_string())?;
    let request = HttpRequest::try_from(request).map_err(|error| error.to_string())?;
    let response = timeout(FETCH_TIMEOUT, connector.call(request)).await.map_err(|_| "no answer in time")?;
    let response = response.map_err(|error| format!("{error:?}"))?;
    if !response.status().is_success() {
        return Err(format!("status {}", response.status().as_u16()));
    }
    let body = axum::body::Body::new(response.into_body());
    let read = timeout(FETCH_TIMEOUT, axum::body::to_bytes(body, MAX_DOCUMENT_BYTES));
    let bytes = read.await.map_err(|_| "the document did not end in time")?.map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}
