//! The rules of Framehouse: ids, states, roles, upload limits and who may watch what.
//!
//! Nothing here knows AWS, HTTP, the clock or I/O: a rule takes what it needs as arguments, so every rule is testable
//! by calling it.

mod fields;
mod id;
mod media_file;
mod principal;
mod time;
mod upload;
mod watch;

pub use fields::FieldErrors;
pub use id::{IdError, MediaFileId};
pub use media_file::{LiveVersion, MediaFile, MediaStatus, PendingUpload, Rendition, UploadMethod};
pub use principal::{Principal, Role, Session};
pub use time::Timestamp;
pub use upload::{
    MAX_FORM_BYTES, MAX_OBJECT_BYTES, MAX_PARTS, NewUpload, SINGLE_PUT_BYTES, UploadDraft, part_count, part_range,
    part_size,
};
pub use watch::may_watch;
