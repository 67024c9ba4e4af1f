use std::net::Ipv4Addr;

use framehouse_domain::{Role, Timestamp, Video, VideoFacts, VideoId};
use framehouse_store::{Store, VideoCreated};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, Api, VIDEOS, api, stack, token_of, unique};

/// Path of the gallery's routes.
pub const GALLERY: &str = "/api/media/public";

/// Seconds that a video of [`published_video`] has.
pub const DURATION: u32 = 300;

/// The stack's table.
pub fn store() -> Store {
    Store::new(stack().dynamodb(), &stack().table_name)
}

/// The id of a new video that is in the gallery, under a title and a category that no other test uses. It has a record
/// and no file: what an audience does needs no more, and transcoding takes seconds.
pub async fn published_video() -> VideoId {
    published_with(|_| ()).await
}

/// As [`published_video`], with something else about it.
///
/// # Panics
/// When there is one at its path.
pub async fn published_with(change: impl FnOnce(&mut Video)) -> VideoId {
    let now = framehouse_api::now();
    let name = unique("gallery");
    let path = format!("videos/{name}.mp4").parse().expect("a path");
    let id = VideoId::generate();
    let facts = VideoFacts {
        duration_seconds: Some(DURATION),
        width: Some(1920),
        height: Some(1080),
        has_audio: true,
        file_size: 52_428_800,
        ..VideoFacts::default()
    };
    let mut video = Video {
        facts: Some(facts),
        title: Some(name.clone()),
        category: Some(name.clone()),
        published: true,
        published_at: Some(now),
        last_validated: Some(now),
        ..Video::new(id, path, format!("library/videos/{name}.mp4"), "tests".to_owned(), now)
    };
    change(&mut video);
    assert_eq!(store().create_video(&video, None).await.expect("the table takes it"), VideoCreated::New);
    id
}

/// Does with a video what its route does, as a super admin: `lock`, `unlock`, `unpublish` …
pub async fn act_on(id: VideoId, action: &str) -> Value {
    api().json(Method::POST, &format!("{VIDEOS}/{id}/{action}"), &json!({})).await.expect(200)
}

/// Somebody who is not signed in, at an address that no other test calls from: rate limits are each one's own.
pub fn visitor() -> Api {
    Api::with(None).at(own_address())
}

/// Somebody who is signed in under this subject in the weakest role, at an address of their own.
pub fn user(subject: &str) -> Api {
    Api::with(Some(token_of(subject, Role::User))).at(own_address())
}

/// An address of this machine that no other test calls from.
pub fn own_address() -> Ipv4Addr {
    let random = *VideoId::generate().as_uuid().as_bytes();
    Ipv4Addr::new(127, 1 + random[13] % 250, random[14], 1 + random[15] % 250)
}

impl Answer {
    /// Checks the one error shape with one of the old system's sentences, which have no full stop.
    #[track_caller]
    pub fn expect_sentence(&self, status: u16, code: &str, sentence: &str) {
        let body = self.expect(status);
        assert_eq!((&body["error"], &body["code"]), (&json!(sentence), &json!(code)), "{body}");
        assert!(body["requestId"].as_str().is_some_and(|id| !id.is_empty()), "{body}");
    }
}

/// The moment `seconds` ago.
pub fn seconds_ago(seconds: i64) -> Timestamp {
    framehouse_api::now().plus_seconds(-seconds)
}
