//! `/api/media/public`: the gallery.

mod finish;
mod get;
mod list;
mod upvote;
mod watch_time;
