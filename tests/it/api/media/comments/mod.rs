mod change;
mod create;
mod list;
mod moderate;

use framehouse_domain::VideoId;
use framehouse_tests::{Answer, Api, visitor};
use reqwest::Method;
use serde_json::{Value, json};

const COMMENTS: &str = "/api/media/comments";

/// Somebody, at an address of their own, writes in a session.
async fn write(api: &Api, video: VideoId, content: &str, session: &str) -> Answer {
    api.json(Method::POST, COMMENTS, &json!({ "mediaId": video, "content": content, "sessionId": session })).await
}

/// A new comment of a session.
async fn written(video: VideoId, content: &str, session: &str) -> Value {
    write(&visitor(), video, content, session).await.expect(201)["comment"].take()
}

async fn edit(api: &Api, id: &str, content: &str, session: Option<&str>) -> Answer {
    let body = json!({ "content": content, "sessionId": session });
    api.json(Method::PUT, &format!("{COMMENTS}/{id}"), &body).await
}

async fn remove(api: &Api, id: &str, session: Option<&str>) -> Answer {
    let query = session.map(|session| format!("?sessionId={session}")).unwrap_or_default();
    api.call(Method::DELETE, &format!("{COMMENTS}/{id}{query}")).await
}

async fn moderate(api: &Api, id: &str, verb: &str) -> Answer {
    api.call(Method::POST, &format!("{COMMENTS}/{id}/{verb}")).await
}

fn id_of(comment: &Value) -> &str {
    comment["id"].as_str().expect("an id")
}

fn ids(comments: &[Value]) -> Vec<&str> {
    comments.iter().map(id_of).collect()
}

/// A page of a video's comments.
async fn page(api: &Api, video: VideoId, query: &str) -> Value {
    api.get(&format!("{COMMENTS}?mediaId={video}{query}")).await
}

/// Every comment that a caller sees, page by page, and their exact number as each page tells it.
async fn all(api: &Api, video: VideoId, limit: usize) -> (Vec<Value>, u64) {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = page(api, video, &format!("&limit={limit}{cursor}")).await;
        let comments = page["comments"].as_array().unwrap();
        assert!(comments.len() == limit || page["nextCursor"].is_null(), "{page}");
        found.extend(comments.iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (found, page["total"].as_u64().unwrap()),
        }
    }
}
