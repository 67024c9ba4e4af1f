//! The rules of Framehouse: ids, states, roles, upload limits and who may watch what.
//!
//! Nothing here knows AWS, HTTP, the clock or I/O: a rule takes what it needs as arguments, so every rule is testable
//! by calling it.

mod category;
mod closed_set;
mod comment;
mod device;
mod fields;
mod fold;
mod id;
mod library;
mod library_path;
mod media_file;
mod principal;
mod reaction;
mod scan;
mod settings;
mod time;
mod upload;
mod video;
mod video_edit;
mod view;
mod view_id;
mod watch;

pub use category::check_category;
pub use closed_set::UnknownName;
pub use comment::{Comment, CommentAuthor, MAX_COMMENT, check_author_name, check_comment, refused_word};
pub use device::{Device, trim_referer, trim_user_agent};
pub use fields::FieldErrors;
pub use fold::{fold, fold_into};
pub use id::{CommentId, IdError, MediaFileId, ReactionId, ScanId, VideoId};
pub use library::{DirectoryType, Orientation, Quality};
pub use library_path::{LibraryPath, LibraryPathError};
pub use media_file::{LiveVersion, MediaFile, MediaStatus, PendingUpload, Rendition, UploadMethod};
pub use principal::{Principal, Role, Session};
pub use reaction::{HEAT_BUCKETS, Reaction, ReactionType, format_time, heat_bucket};
pub use scan::Scan;
pub use settings::{Settings, ViewerIdentity};
pub use time::Timestamp;
pub use upload::{
    MAX_FORM_BYTES, MAX_OBJECT_BYTES, MAX_PARTS, NewUpload, SINGLE_PUT_BYTES, UploadDraft, part_count, part_range,
    part_size,
};
pub use video::{DuplicateUploads, Engagement, Fingerprint, Lock, Video, VideoFacts, VideoRefusal};
pub use video_edit::{MAX_BULK, VideoEdit};
pub use view::{SEGMENTS, View, Viewer, believed_seconds, segment, watched_segments};
pub use view_id::{VIEW_SHARDS, ViewId};
pub use watch::may_watch;
