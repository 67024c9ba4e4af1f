//! Contract tests of every route, on the deployed stack; the modules mirror the URLs.

mod api;
mod authorization;
mod events;
mod health;
mod media_files;
mod storage;
mod stream;
