use framehouse_api::now;
use framehouse_domain::{Video, VideoFacts, VideoId};
use framehouse_store::VideoCreated;
use http::Method;
use serde_json::{Value, json};

use crate::{
    media_files::ready,
    world::{Ask, World},
};

const GALLERY: &str = "/api/media/public";
const VIDEO: &str = "/api/media/public/{id}";

pub(crate) async fn measure(world: &mut World) {
    let id = published(world).await;
    for path in [GALLERY, "/api/media/public/categories"] {
        world.measure_list(path, Ask::new(Method::GET, path, 200)).await;
    }
    let related = "/api/media/public/{id}/related";
    world.measure_list(related, Ask::new(Method::GET, at(related, id), 200)).await;
    let thumbnail = "/api/media/public/{id}/thumbnail";
    world.measure(thumbnail, "", Ask::new(Method::GET, at(thumbnail, id), 302)).await;
    let open = || Ask::new(Method::GET, at(VIDEO, id), 200);
    let opened = world.measure(VIDEO, "", open().without_token()).await;
    world.measure(VIDEO, "signed in", open()).await;
    let session = Ask::new(Method::GET, format!("{}?sessionId=anna", at(VIDEO, id)), 200);
    world.measure(VIDEO, "asking for a vote", session.without_token()).await;
    let upvote = "/api/media/public/{id}/upvote";
    let vote = |method| Ask::new(method, at(upvote, id), 200).json(&json!({ "sessionId": "anna" }));
    world.measure(upvote, "", vote(Method::POST)).await;
    world.measure(upvote, "", vote(Method::DELETE)).await;
    let view = &opened["viewId"];
    let act = |path: &str, body: &Value| Ask::new(Method::POST, at(path, id), 200).json(body).without_token();
    let finish = "/api/media/public/{id}/finish";
    world.measure(finish, "", act(finish, &json!({}))).await;
    let watch_time = "/api/media/public/{id}/watch-time";
    world.measure(watch_time, "", act(watch_time, &json!({ "watchTimeSeconds": 1, "viewId": view }))).await;
}

fn at(route: &str, id: VideoId) -> String {
    route.replace("{id}", &id.to_string())
}

/// A video of the gallery that was uploaded.
pub(crate) async fn published(world: &World) -> VideoId {
    let media = ready(world).await;
    let (id, now) = (VideoId::from(media), now());
    let path = format!("videos/{id}.mp4").parse().unwrap();
    let facts = VideoFacts { duration_seconds: Some(30), file_size: 5, ..VideoFacts::default() };
    let video = Video {
        media_file_id: Some(media),
        facts: Some(facts),
        title: Some("Ferien am Meer".to_owned()),
        tags: vec!["sea".to_owned()],
        category: Some("highlights".to_owned()),
        published: true,
        published_at: Some(now),
        ..Video::new(id, path, format!("library/videos/{id}.mp4"), "admin".to_owned(), now)
    };
    assert_eq!(world.store().create_video(&video, None).await.unwrap(), VideoCreated::New);
    id
}
