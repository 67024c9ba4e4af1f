use serde::{Deserialize, Serialize};

use crate::{DuplicateUploads, FieldErrors, closed_set::closed_set};

/// How long views are kept when the settings do not say.
const RETENTION_DAYS: u16 = 90;
/// The longest that views can be kept, ten years.
const MAX_RETENTION_DAYS: u16 = 3650;
/// The most words that a filter of comments has.
const MAX_WORDS: usize = 200;
/// The longest such word in characters.
const MAX_WORD: usize = 64;

closed_set! {
    /// What is kept of those who view.
    ViewerIdentity {
        /// A keyed digest of the address, the browser without versions, and the subject of signed-in ones.
        Hashed = "hashed",
        /// Nothing; each view is then somebody else's.
        None = "none",
    }
}

/// What an admin can switch while the system runs; absent ones are as the deployment says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Whether anything but health answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_media_features: Option<bool>,
    /// What happens to an upload whose bytes are in the library already; allowed when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_uploads: Option<DuplicateUploads>,
    /// For how many days views are kept; 90 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analytics_retention_days: Option<u16>,
    /// What is kept of those who view; hashed when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewer_identity: Option<ViewerIdentity>,
    /// Words that no comment may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment_filter: Option<Vec<String>>,
}

impl Settings {
    /// Checks what a client sent: words are trimmed, and each is there once.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        if self == Self::default() {
            errors.add("body", "Name at least one setting to change.");
        }
        if self.analytics_retention_days.is_some_and(|days| !(1..=MAX_RETENTION_DAYS).contains(&days)) {
            errors.add("analyticsRetentionDays", format!("Keep views for 1 to {MAX_RETENTION_DAYS} days."));
        }
        if let Some(words) = &mut self.comment_filter {
            *words = words.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
            words.sort_unstable();
            words.dedup();
            if words.len() > MAX_WORDS || words.iter().any(|word| word.chars().count() > MAX_WORD) {
                let sentence = format!("Name at most {MAX_WORDS} words of at most {MAX_WORD} characters.");
                errors.add("commentFilter", sentence);
            }
        }
        errors.ok(self)
    }

    /// For how many days views are kept.
    pub fn retention_days(&self) -> u16 {
        self.analytics_retention_days.unwrap_or(RETENTION_DAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked() {
        let words = Some(vec![" spam ".to_owned(), String::new(), "spam".to_owned()]);
        let checked = Settings { comment_filter: words, ..Settings::default() }.check().unwrap();
        assert_eq!(checked.comment_filter, Some(vec!["spam".to_owned()]));
        for days in [0, 3651] {
            assert!(Settings { analytics_retention_days: Some(days), ..Settings::default() }.check().is_err());
        }
        assert!(Settings { comment_filter: Some(vec!["x".repeat(65)]), ..Settings::default() }.check().is_err());
        assert!(Settings::default().check().is_err(), "a change of nothing");
    }
}
