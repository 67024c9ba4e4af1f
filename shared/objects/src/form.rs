use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use crate::{ObjectKey, Signer, sigv4::hmac};

/// A presigned POST form (AWS documentation, "Browser-based uploads using POST"): `multipart/form-data` with every field,
/// then `file` as the last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresignedForm {
    /// The form's action.
    pub url: String,
    /// Hidden fields.
    pub fields: BTreeMap<&'static str, String>,
}

impl Signer {
    /// A form that takes one object of exactly `length` bytes of `content_type`.
    ///
    /// A form knows no `If-None-Match`: within its life it can be posted twice, which the events' sequencers make harmless.
    pub fn form(&self, key: &ObjectKey, length: u64, content_type: &str, seconds: u32) -> PresignedForm {
        let mut fields = BTreeMap::from([
            ("Content-Type", content_type.to_owned()),
            ("key", key.to_string()),
            ("success_action_status", "201".to_owned()),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential", self.credential()),
            ("x-amz-date", self.amz_date.clone()),
        ]);
        fields.extend(self.session_token.iter().map(|token| ("x-amz-security-token", token.clone())));
        let mut conditions: Vec<_> = fields.iter().map(|(name, value)| json!({ *name: value })).collect();
        conditions.push(json!(["content-length-range", length, length]));
        conditions.push(json!({ "bucket": self.bucket }));
        let policy = json!({ "expiration": self.expires_at(seconds), "conditions": conditions });
        let policy = BASE64_STANDARD.encode(policy.to_string());
        let signature = hex::encode(hmac(&self.signing_key, policy.as_bytes()));
        fields.insert("policy", policy);
        fields.insert("x-amz-signature", signature);
        PresignedForm { url: self.bucket_url(), fields }
    }
}
