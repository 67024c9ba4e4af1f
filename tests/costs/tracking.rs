use framehouse_domain::{VideoId, ViewId};
use http::Method;
use serde_json::{Value, json};

use crate::{
    gallery::published,
    world::{Ask, World},
};

/// The two forms of each path.
const PREFIXES: [&str; 2] = ["", "/api"];

pub(crate) async fn measure(world: &mut World) {
    for prefix in PREFIXES {
        let id = published(world).await;
        let path = |what: &str| format!("{prefix}/track/{what}");
        let ask = |what: &str, body: &Value| Ask::new(Method::POST, path(what), 200).without_token().json(body);
        let told = world.measure(&path("view"), "", ask("view", &json!({ "videoId": id }))).await;
        world.prepare(Ask::new(Method::GET, format!("/api/media/public/{id}"), 200).without_token()).await;
        world.measure(&path("view"), "in a page that is open", ask("view", &json!({ "videoId": id }))).await;
        let view = &told["viewId"];
        let beat = |seconds: u32| json!({ "viewId": view, "watchTimeSeconds": seconds, "position": seconds });
        world.measure(&path("heartbeat"), "", ask("heartbeat", &beat(1))).await;
        let events = |count| json!({ "events": vec![(); count].iter().map(|()| event(id, view)).collect::<Vec<_>>() });
        world.measure(&path("event"), "", ask("event", &event(id, view))).await;
        world.measure(&path("event"), "50 of a view", ask("event", &events(50))).await;
        let mut complete = event(id, view);
        complete["eventType"] = json!("complete");
        world.measure(&path("event"), "the end of a view", ask("event", &complete)).await;
    }
}

fn event(id: VideoId, view: &Value) -> Value {
    let event_id = ViewId::generate(id, 7, framehouse_api::now()).view;
    json!({ "videoId": id, "viewId": view, "eventType": "seek", "timestamp": 1.5, "eventId": event_id })
}
