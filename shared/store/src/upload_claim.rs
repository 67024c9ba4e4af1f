//! | access pattern | key |
//! |---|---|
//! | the upload that an `Idempotency-Key` started | `UPLOADCLAIM#{digest}` / `CLAIM`, expires after a day |

use framehouse_domain::{MediaFileId, Timestamp};
use sha2::{Digest, Sha256};

use crate::{
    attribute::{Item, get_text, number, text},
    key::{EXPIRES_AT, Key},
};

const LIFETIME_SECONDS: i64 = 24 * 60 * 60;

/// One caller's use of one `Idempotency-Key` for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadClaim {
    digest: String,
    fingerprint: String,
}

impl UploadClaim {
    /// The claim of `subject` under the header value `key` for a request whose canonical text is `request`.
    ///
    /// Keys of different callers never meet, and the stored digest gives neither the subject nor the key away.
    pub fn new(subject: &str, key: &str, request: &str) -> Self {
        let mut digest = Sha256::new();
        digest.update((subject.len() as u64).to_be_bytes());
        digest.update(subject);
        digest.update(key);
        Self { digest: hex::encode(digest.finalize()), fingerprint: hex::encode(Sha256::digest(request)) }
    }

    pub(crate) fn key(&self) -> Key<'_> {
        Key::UploadClaim(&self.digest)
    }

    pub(crate) fn item(&self, id: MediaFileId, now: Timestamp) -> Item {
        let mut item = self.key().attributes();
        item.insert("mediaFileId".to_owned(), text(id));
        item.insert("fingerprint".to_owned(), text(&self.fingerprint));
        item.insert(EXPIRES_AT.to_owned(), number(now.plus_seconds(LIFETIME_SECONDS).as_seconds()));
        item
    }

    /// The upload that `item`, a stored claim under the same key, stands for, and whether it was for the same request.
    pub(crate) fn read(&self, item: &Item) -> Option<(MediaFileId, bool)> {
        let id = get_text(item, "mediaFileId")?.parse().ok()?;
        Some((id, get_text(item, "fingerprint")? == self.fingerprint))
    }
}
