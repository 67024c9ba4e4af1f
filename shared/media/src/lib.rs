//! Everything about the media itself that can be decided from bytes and text: what a file is,
//! which renditions to make of it, the ffmpeg arguments that make them and the playlists over them.
//!
//! Nothing here starts a process, opens a socket or knows AWS; the transcoder does.

pub mod codecs;
pub mod command;
pub mod complete;
pub mod container;
pub mod images;
pub mod ladder;
pub mod mp4;
pub mod output;
pub mod plan;
pub mod playlist;
pub mod probe;
pub mod rate;
pub mod rejected;
pub mod timeline;

pub use container::Container;
pub use ladder::Rung;
pub use plan::Plan;
pub use probe::Source;
pub use rate::Rate;
pub use rejected::Rejected;
