use http::Method;
use serde_json::{Value, json};

use crate::{
    gallery::published,
    world::{Ask, World},
};

const COMMENTS: &str = "/api/media/comments";
const COMMENT: &str = "/api/media/comments/{id}";

/// A comment of an ordinary length.
const TEXT: &str =
    "The waves at the end of the second part are lovely, where exactly is that? We would like to go there too.";

pub(crate) async fn measure(world: &mut World) {
    let video = published(world).await;
    let write = || {
        let body = json!({ "mediaId": video, "content": TEXT, "sessionId": "anna", "authorName": "Anna" });
        Ask::new(Method::POST, COMMENTS, 201).json(&body)
    };
    world.measure(COMMENTS, "in a session", write().without_token()).await;
    let made = world.measure(COMMENTS, "signed in", write()).await;
    let list = || Ask::new(Method::GET, format!("{COMMENTS}?mediaId={video}&sessionId=anna"), 200);
    world.measure(COMMENTS, "", list().without_token()).await;
    world.measure(COMMENTS, "as an admin", list()).await;
    let at = |route: &str, comment: &Value| route.replace("{id}", comment["id"].as_str().expect("an id"));
    let edit =
        Ask::new(Method::PUT, at(COMMENT, &made["comment"]), 200).json(&json!({ "content": format!("{TEXT}!") }));
    world.measure(COMMENT, "", edit).await;
    for verb in ["hide", "restore"] {
        let route = format!("{COMMENT}/{verb}");
        world.measure(&route, "", Ask::new(Method::POST, at(&route, &made["comment"]), 200)).await;
    }
    world.measure(COMMENT, "", Ask::new(Method::DELETE, at(COMMENT, &made["comment"]), 200)).await;
}
