//! Who comes, of those who need not sign in.

use std::{fmt, net::IpAddr};

use axum::extract::FromRequestParts;
use framehouse_domain::{Device, Session, Viewer, ViewerIdentity, trim_user_agent};
use hmac::{Hmac, KeyInit, Mac};
use http::{header, request::Parts};
use lambda_http::request::RequestContext;
use sha2::Sha256;

use crate::{ApiError, App, MaybeSession};

/// The longest session id in bytes.
const MAX_SESSION: usize = 256;

/// The client's address as the gateway saw it. Headers such as `X-Forwarded-For` are the client's own words, and are not
/// looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientIp(String);

/// A request of anybody: from where, with which browser, and signed in or not. A token that is not accepted is an error.
#[derive(Debug, Clone)]
pub struct Visit {
    /// From where.
    pub ip: ClientIp,
    /// Who, if signed in.
    pub session: Option<Session>,
    user_agent: String,
}

impl App {
    /// A text's digest under the deployment's secret, 64 hexadecimal digits: addresses and session ids are stored as
    /// such, since a plain hash of an address is reversed by trying all of them.
    pub fn keyed_digest(&self, purpose: &str, text: &str) -> Result<String, ApiError> {
        let secret = match self.config().viewer_hash_secret.as_bytes() {
            [] => return Err(ApiError::Internal("VIEWER_HASH_SECRET is not set".into())),
            secret => secret,
        };
        let mut mac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(secret).map_err(|error| ApiError::Internal(error.into()))?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        Ok(hex::encode(mac.finalize().into_bytes()))
    }

    /// The digest of the session id that a client made up, of any characters.
    pub fn session_digest(&self, session_id: Option<&str>) -> Result<String, ApiError> {
        match session_id {
            None | Some("") => Err(ApiError::Unreadable("sessionId is required".to_owned())),
            Some(id) if id.len() > MAX_SESSION => {
                Err(ApiError::Unreadable(format!("sessionId is longer than {MAX_SESSION} bytes")))
            }
            Some(id) => self.keyed_digest("session", id),
        }
    }

    /// What is kept of whoever comes, as the settings say. The session that a client made up, if it names one, tells people
    /// behind one address apart.
    pub async fn viewer(&self, visit: &Visit, session_id: Option<&str>) -> Result<Viewer, ApiError> {
        let session = session_id.filter(|id| !id.is_empty()).map(|id| self.session_digest(Some(id))).transpose()?;
        if self.settings().await.viewer_identity == Some(ViewerIdentity::None) {
            return Ok(Viewer::unknown());
        }
        let ip_hash = self.keyed_digest("ip", &visit.ip.0)?;
        let user_id = visit.session.as_ref().map(|session| session.subject.clone());
        let key = match (&user_id, session) {
            (Some(user), _) => format!("u:{user}"),
            (None, Some(session)) => format!("s:{}", self.keyed_digest("viewer", &session)?),
            (None, None) => format!("i:{ip_hash}"),
        };
        Ok(Viewer {
            key: Some(key),
            user_id,
            ip_hash: Some(ip_hash),
            device: Device::of(&visit.user_agent),
            user_agent: Some(trim_user_agent(&visit.user_agent)).filter(|text| !text.is_empty()),
        })
    }
}

impl ClientIp {
    /// The network that one customer has: an IPv4 address, or the first 64 bits of an IPv6 address, of whose rest
    /// anybody has as many as they like (RFC 6177).
    pub(crate) fn network(&self) -> String {
        match self.0.parse().map(|ip: IpAddr| ip.to_canonical()) {
            Ok(IpAddr::V4(ip)) => ip.to_string(),
            Ok(IpAddr::V6(ip)) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
            Err(_) => self.0.clone(),
        }
    }
}

/// An address is nobody's business, not even the log's.
impl fmt::Debug for ClientIp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientIp(…)")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientIp {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let ip = match parts.extensions.get() {
            Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone(),
            _ => None,
        };
        ip.map(Self).ok_or_else(|| ApiError::Internal("the gateway does not say who calls".into()))
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let ip = ClientIp::from_request_parts(parts, app).await?;
        let MaybeSession(session) = MaybeSession::from_request_parts(parts, app).await?;
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self { ip, session, user_agent: user_agent.unwrap_or_default().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CallPace, Config};

    fn app() -> App {
        App::new(Config { viewer_hash_secret: "s".repeat(32), ..Config::default() }, CallPace::Interactive)
    }

    #[test]
    fn digests_are_keyed_and_tell_purposes_apart() {
        let digest = app().keyed_digest("ip", "192.0.2.1").unwrap();
        assert_eq!(digest.len(), 64);
        assert_ne!(digest, app().keyed_digest("session", "192.0.2.1").unwrap());
        let other = Config { viewer_hash_secret: "t".repeat(32), ..Config::default() };
        assert_ne!(App::new(other, CallPace::Interactive).keyed_digest("ip", "192.0.2.1").unwrap(), digest);
        assert!(App::new(Config::default(), CallPace::Interactive).keyed_digest("ip", "192.0.2.1").is_err());
    }

    #[test]
    fn session_ids_are_any_text_of_bounded_length() {
        let app = app();
        for id in ["sess_abc123", "ü \n \0 💥", "#", &"x".repeat(256)] {
            assert_eq!(app.session_digest(Some(id)).unwrap().len(), 64, "{id:?}");
        }
        for id in [None, Some(""), Some("x".repeat(257).as_str())] {
            assert!(matches!(app.session_digest(id), Err(ApiError::Unreadable(_))), "{id:?}");
        }
    }

    #[test]
    fn a_customer_of_ipv6_is_one_network() {
        let network = |ip: &str| ClientIp(ip.to_owned()).network();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}
