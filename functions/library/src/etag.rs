use axum::extract::FromRequestParts;
use framehouse_api::{ApiError, App};
use http::{HeaderMap, HeaderValue, header, request::Parts};

/// What the caller's `If-Match` asks for (RFC 9110 §13.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// Nothing, or `*`.
    Any,
    /// One of these entity tags.
    OneOf(Vec<String>),
}

impl IfMatch {
    /// Whether a video of this revision is meant.
    pub(crate) fn allows(&self, revision: u64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.contains(&tag(revision)),
        }
    }
}

/// The header that names a revision.
pub(crate) fn etag(revision: u64) -> HeaderMap {
    let value = HeaderValue::from_str(&tag(revision)).unwrap_or(HeaderValue::from_static("\"\""));
    HeaderMap::from_iter([(header::ETAG, value)])
}

fn tag(revision: u64) -> String {
    format!("\"{revision}\"")
}

impl FromRequestParts<App> for IfMatch {
    type Rejection = ApiError;

    /// A weak tag is compared strongly, so it never matches: what it would guard is exact.
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let mut tags = Vec::new();
        for value in parts.headers.get_all(header::IF_MATCH) {
            let text = value.to_str().map_err(|_| ApiError::Unreadable("The If-Match header is not text.".into()))?;
            tags.extend(text.split(',').map(|tag| tag.trim().to_owned()));
        }
        if tags.is_empty() || tags.iter().any(|tag| tag == "*") { Ok(Self::Any) } else { Ok(Self::OneOf(tags)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_revision_is_allowed() {
        let tags = IfMatch::OneOf(vec!["\"6\"".into(), "W/\"8\"".into(), "\"7\"".into()]);
        assert!(tags.allows(6) && tags.allows(7));
        assert!(!tags.allows(8) && !tags.allows(1));
        assert!(IfMatch::Any.allows(1));
    }
}
