//! The rules of Framehouse: ids, states, roles, upload limits and who may watch what.
//!
//! Nothing here knows AWS, HTTP, the clock or I/O: a rule takes what it needs as arguments, so every rule is testable
//! by calling it.

mod analytics;
mod category;
mod closed_set;
mod comment;
mod day_range;
mod device;
mod fields;
mod fold;
mod id;
mod library;
mod library_path;
mod media_file;
mod player_event;
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
mod view_tally;
mod watch;

pub use analytics::{
    Analytics, Audience, DayCounts, DayViews, DeviceViews, PlayQuality, ReferrerViews, RetentionPart, analyze,
};
pub use category::check_category;
pub use closed_set::UnknownName;
pub use comment::{Comment, CommentAuthor, MAX_COMMENT, check_author_name, check_comment, refused_word};
pub use day_range::{DayRange, MAX_DAYS};
pub use device::{Device, trim_referer, trim_user_agent};
pub use fields::FieldErrors;
pub use fold::{fold, fold_into};
pub use id::{CommentId, IdError, MediaFileId, ReactionId, ScanId, VideoId};
pub use library::{DirectoryType, Orientation, Quality};
pub use library_path::{LibraryPath, LibraryPathError};
pub use media_file::{LiveVersion, MediaFile, MediaStatus, PendingUpload, Rendition, UploadMethod};
pub use player_event::{EventType, MAX_EVENTS, PlayerEvent, SentEvent};
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
pub use view_tally::{ViewTally, WATCH_TIME_BOUNDS, WATCH_TIME_CLASSES};
pub use watch::may_watch;
