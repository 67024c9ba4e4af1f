use serde::{Deserialize, Serialize};

use crate::DuplicateUploads;

/// What an admin can switch while the system runs; absent ones are as the deployment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Whether anything but health answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_media_features: Option<bool>,
    /// What happens to an upload whose bytes are in the library already; allowed when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_uploads: Option<DuplicateUploads>,
}
