//! Presigned URLs by AWS Signature Version 4 (AWS documentation, "Authenticating requests: using query parameters").
//!
//! The SDK presigns too, one asynchronous request pipeline per URL. A playlist holds thousands of URLs that differ in
//! their path only, so the signing key and the query are made once here and each URL costs one hash and one HMAC. Tests
//! compare the result with the SDK's, byte for byte.

use std::{fmt::Write, time::SystemTime};

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use framehouse_domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use url::Url;

use crate::{ObjectKey, ObjectsError};

/// Longest life of a presigned URL in seconds: 7 days (AWS limit).
const MAX_EXPIRES: u32 = 7 * 24 * 60 * 60;

/// Makes [`Signer`]s with whatever credentials are valid at the moment.
#[derive(Debug, Clone)]
pub struct Presigner {
    credentials: SharedCredentialsProvider,
    region: String,
    bucket: String,
    /// Scheme and host, then the path up to and including the slash before the key.
    origin: String,
    host: String,
    base_path: String,
}

/// Signs any number of requests with one set of credentials at one moment. Lives no longer than a request: the
/// credentials behind it expire.
#[derive(Debug, Clone)]
pub struct Signer {
    pub(crate) signing_key: [u8; 32],
    pub(crate) access_key: String,
    pub(crate) session_token: Option<String>,
    pub(crate) scope: String,
    pub(crate) amz_date: String,
    pub(crate) now: Timestamp,
    pub(crate) bucket: String,
    origin: String,
    host: String,
    base_path: String,
}

/// A presigned PUT: the client sends exactly these headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresignedPut {
    /// Where to.
    pub url: String,
    /// Lower-case names and values. `content-length` is signed as well; every client sends it by itself.
    pub headers: Vec<(&'static str, String)>,
}

/// Presigned GETs that share their expiry.
#[derive(Debug)]
pub struct GetSigner<'a> {
    signer: &'a Signer,
    query: String,
}

impl Presigner {
    /// A presigner for `bucket`. `endpoint` is where S3 is when it is not at AWS; the bucket is then part of the path.
    pub fn new(
        credentials: SharedCredentialsProvider,
        region: &str,
        bucket: &str,
        endpoint: Option<&Url>,
    ) -> Result<Self, ObjectsError> {
        let base = match endpoint {
            Some(endpoint) => format!("{}/{bucket}/", endpoint.as_str().trim_end_matches('/')),
            None => format!("https://{bucket}.s3.{region}.amazonaws.com/"),
        };
        let malformed =
            |cause: String| ObjectsError::Unavailable { verb: "read S3 endpoint", cause: format!("{base}: {cause}") };
        let url = Url::parse(&base).map_err(|error| malformed(error.to_string()))?;
        let host = url.host_str().ok_or_else(|| malformed("it has no host".to_owned()))?;
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let origin = format!("{}://{host}", url.scheme());
        let base_path = url.path().to_owned();
        Ok(Self { credentials, region: region.to_owned(), bucket: bucket.to_owned(), origin, host, base_path })
    }

    /// A signer for this moment.
    pub async fn signer(&self) -> Result<Signer, ObjectsError> {
        let credentials = self
            .credentials
            .provide_credentials()
            .await
            .map_err(|error| ObjectsError::Unavailable { verb: "read credentials", cause: error.to_string() })?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let now = Timestamp::from_millis(i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
        Ok(self.signer_at(
            credentials.access_key_id(),
            credentials.secret_access_key(),
            credentials.session_token(),
            now,
        ))
    }

    pub(crate) fn signer_at(&self, access_key: &str, secret: &str, token: Option<&str>, now: Timestamp) -> Signer {
        let amz_date: String =
            now.to_string().chars().take(19).filter(|c| !matches!(c, '-' | ':')).chain(['Z']).collect();
        let date = &amz_date[..8];
        let mut signing_key = hmac(format!("AWS4{secret}").as_bytes(), date.as_bytes());
        for part in [self.region.as_str(), "s3", "aws4_request"] {
            signing_key = hmac(&signing_key, part.as_bytes());
        }
        Signer {
            signing_key,
            access_key: access_key.to_owned(),
            session_token: token.map(str::to_owned),
            scope: format!("{date}/{}/s3/aws4_request", self.region),
            amz_date,
            now,
            bucket: self.bucket.clone(),
            origin: self.origin.clone(),
            host: self.host.clone(),
            base_path: self.base_path.clone(),
        }
    }
}

impl Signer {
    /// When something signed now for `seconds` stops working.
    pub fn expires_at(&self, seconds: u32) -> Timestamp {
        Timestamp::from_millis(self.now.as_millis() / 1000 * 1000).plus_seconds(i64::from(seconds))
    }

    /// A PUT of exactly `length` bytes of `content_type` that succeeds once: `If-None-Match: *` refuses to overwrite.
    pub fn put(&self, key: &ObjectKey, length: u64, content_type: &str, seconds: u32) -> PresignedPut {
        let headers = [
            ("content-length", length.to_string()),
            ("content-type", content_type.to_owned()),
            ("if-none-match", "*".to_owned()),
        ];
        let url = self.url("PUT", key, &[], &headers, seconds);
        PresignedPut { url, headers: headers.into_iter().skip(1).collect() }
    }

    /// A PUT of part `number` of a multipart upload, exactly `length` bytes.
    pub fn part(&self, key: &ObjectKey, upload_id: &str, number: u64, length: u64, seconds: u32) -> String {
        let query = [("partNumber", number.to_string()), ("uploadId", upload_id.to_owned())];
        self.url("PUT", key, &query, &[("content-length", length.to_string())], seconds)
    }

    /// A GET of one object.
    pub fn get(&self, key: &ObjectKey, seconds: u32) -> String {
        self.gets(seconds).url(key)
    }

    /// GETs of many objects.
    pub fn gets(&self, seconds: u32) -> GetSigner<'_> {
        GetSigner { signer: self, query: self.query(&[], "host", seconds) }
    }

    /// URL of the bucket itself, where forms are posted.
    pub(crate) fn bucket_url(&self) -> String {
        format!("{}{}", self.origin, self.base_path)
    }

    pub(crate) fn credential(&self) -> String {
        format!("{}/{}", self.access_key, self.scope)
    }

    fn url(
        &self,
        method: &str,
        key: &ObjectKey,
        query: &[(&str, String)],
        headers: &[(&str, String)],
        seconds: u32,
    ) -> String {
        let mut headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.push(("host", &self.host));
        headers.sort_unstable();
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let signed_headers = names.join(";");
        let canonical_headers = headers.iter().fold(String::new(), |mut text, (name, value)| {
            let _ = writeln!(text, "{name}:{}", value.trim());
            text
        });
        let query = self.query(query, &signed_headers, seconds);
        self.sign(method, key, &query, &canonical_headers, &signed_headers)
    }

    /// The canonical query string, sorted by name; it is the URL's own, less the signature.
    fn query(&self, extra: &[(&str, String)], signed_headers: &str, seconds: u32) -> String {
        let mut pairs = vec![
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("X-Amz-Credential", self.credential()),
            ("X-Amz-Date", self.amz_date.clone()),
            ("X-Amz-Expires", seconds.clamp(1, MAX_EXPIRES).to_string()),
            ("X-Amz-SignedHeaders", signed_headers.to_owned()),
        ];
        pairs.extend(self.session_token.iter().map(|token| ("X-Amz-Security-Token", token.clone())));
        pairs.extend(extra.iter().cloned());
        pairs.sort_unstable();
        let mut query = String::new();
        for (name, value) in pairs {
            if !query.is_empty() {
                query.push('&');
            }
            encode(&mut query, name, false);
            query.push('=');
            encode(&mut query, &value, false);
        }
        query
    }

    fn sign(
        &self,
        method: &str,
        key: &ObjectKey,
        query: &str,
        canonical_headers: &str,
        signed_headers: &str,
    ) -> String {
        let mut path = self.base_path.clone();
        encode(&mut path, &key.to_string(), true);
        let canonical = format!("{method}\n{path}\n{query}\n{canonical_headers}\n{signed_headers}\nUNSIGNED-PAYLOAD");
        let digest = hex::encode(Sha256::digest(canonical));
        let to_sign = format!("AWS4-HMAC-SHA256\n{}\n{}\n{digest}", self.amz_date, self.scope);
        let signature = hex::encode(hmac(&self.signing_key, to_sign.as_bytes()));
        format!("{}{path}?{query}&X-Amz-Signature={signature}", self.origin)
    }
}

impl GetSigner<'_> {
    /// The presigned URL of one object.
    pub fn url(&self, key: &ObjectKey) -> String {
        let headers = format!("host:{}\n", self.signer.host);
        self.signer.sign("GET", key, &self.query, &headers, "host")
    }
}

pub(crate) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("any length works"));
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, as Signature Version 4 wants it.
pub(crate) fn encode(out: &mut String, text: &str, keep_slash: bool) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            b'/' if keep_slash => out.push('/'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use aws_credential_types::Credentials;
    use aws_sdk_s3::{
        Client,
        config::{BehaviorVersion, Region},
        presigning::PresigningConfig,
    };
    use framehouse_domain::MediaFileId;

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn sdk(endpoint: Option<&str>, token: Option<&str>) -> Client {
        let credentials = Credentials::new("AKIDEXAMPLE", SECRET, token.map(str::to_owned), None, "test");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(credentials)
            .request_checksum_calculation(aws_sdk_s3::config::RequestChecksumCalculation::WhenRequired);
        let config = match endpoint {
            Some(endpoint) => config.endpoint_url(endpoint).force_path_style(true),
            None => config,
        };
        Client::from_conf(config.build())
    }

    fn signer(endpoint: Option<&str>, token: Option<&str>, now: Timestamp) -> Signer {
        let credentials = SharedCredentialsProvider::new(Credentials::new("a", "b", None, None, "test"));
        let endpoint = endpoint.map(|endpoint| Url::parse(endpoint).unwrap());
        let presigner = Presigner::new(credentials, "eu-central-1", "media", endpoint.as_ref()).unwrap();
        presigner.signer_at("AKIDEXAMPLE", SECRET, token, now)
    }

    /// The query parameters in the order of their names; the SDK leaves out none of ours and adds `x-id`, which it signs.
    fn same_but_for_x_id(ours: &str, sdks: &str) -> bool {
        let names = |url: &str| {
            let url = Url::parse(url).unwrap();
            let pairs: std::collections::BTreeMap<_, _> = url
                .query_pairs()
                .filter(|(name, _)| name != "x-id" && name != "X-Amz-Signature")
                .collect::<Vec<_>>()
                .into_iter()
                .map(|(a, b)| (a.into_owned(), b.into_owned()))
                .collect();
            (url.path().to_owned(), url.host_str().map(str::to_owned), url.port(), pairs)
        };
        names(ours) == names(sdks)
    }

    #[tokio::test]
    async fn part_urls_are_the_sdks_but_for_its_operation_marker() {
        let now = Timestamp::from_millis(1_771_000_000_000);
        let key = ObjectKey::Original { id: MediaFileId::generate(), extension: "mp4".into() };
        for (endpoint, token) in [(None, None), (Some("http://127.0.0.1:4566"), Some("tok/en+=="))] {
            let config = PresigningConfig::builder()
                .expires_in(Duration::from_secs(900))
                .start_time(UNIX_EPOCH + Duration::from_secs(1_771_000_000))
                .build()
                .unwrap();
            let sdks = sdk(endpoint, token)
                .upload_part()
                .bucket("media")
                .key(key.to_string())
                .upload_id("u/1+2")
                .part_number(7)
                .content_length(5)
                .presigned(config)
                .await
                .unwrap();
            let signer = signer(endpoint, token, now);
            let ours = signer.part(&key, "u/1+2", 7, 5, 900);
            assert!(same_but_for_x_id(&ours, sdks.uri()), "\n{ours}\n{}", sdks.uri());
            let with_marker = signer.url(
                "PUT",
                &key,
                &[("partNumber", "7".into()), ("uploadId", "u/1+2".into()), ("x-id", "UploadPart".into())],
                &[("content-length", "5".into())],
                900,
            );
            let signature = |url: &str| url.rsplit_once("X-Amz-Signature=").map(|(_, s)| s[..64].to_owned());
            assert_eq!(signature(&with_marker), signature(sdks.uri()), "the same request has the same signature");
        }
    }

    #[tokio::test]
    async fn get_urls_carry_the_sdks_signature() {
        let now = Timestamp::from_millis(1_771_000_000_000);
        let key = ObjectKey::hls(MediaFileId::generate(), 3, "segments/720p_00001.m4s");
        let config = PresigningConfig::builder()
            .expires_in(Duration::from_secs(3600))
            .start_time(UNIX_EPOCH + Duration::from_secs(1_771_000_000))
            .build()
            .unwrap();
        let sdks = sdk(None, None).get_object().bucket("media").key(key.to_string()).presigned(config).await.unwrap();
        let signer = signer(None, None, now);
        let ours = signer.url("GET", &key, &[("x-id", "GetObject".into())], &[], 3600);
        let pairs = |url: &str| {
            let mut pairs: Vec<_> = Url::parse(url).unwrap().query_pairs().into_owned().collect();
            pairs.sort();
            pairs
        };
        assert_eq!(pairs(&ours), pairs(sdks.uri()));
        assert_eq!(signer.gets(3600).url(&key), signer.url("GET", &key, &[], &[], 3600));
    }

    #[test]
    fn a_put_signs_length_type_and_refuses_to_overwrite() {
        let signer = signer(None, None, Timestamp::from_millis(1_771_000_000_000));
        let key = ObjectKey::Original { id: MediaFileId::generate(), extension: "mp4".into() };
        let put = signer.put(&key, 10, "video/mp4", 900);
        assert!(put.url.contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match"));
        assert_eq!(put.headers, [("content-type", "video/mp4".into()), ("if-none-match", "*".into())]);
        assert_ne!(put.url, signer.put(&key, 11, "video/mp4", 900).url);
        assert_eq!(signer.expires_at(900).to_string(), "2026-02-13T16:41:40.000Z");
    }
}
