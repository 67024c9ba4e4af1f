use framehouse_api::now;
use framehouse_domain::{Video, VideoFacts, VideoId};
use framehouse_store::Modified;
use framehouse_tests::stack;
use http::Method;
use serde_json::{Value, json};

use crate::{
    media_files::ready,
    world::{Ask, World},
};

const VIDEOS: &str = "/api/media/videos";
const VIDEO: &str = "/api/media/videos/{id}";
const BULK: &str = "/api/media/videos/bulk";
const SCAN: &str = "/api/media/videos/scan";
const DUPLICATES: &str = "/api/media/videos/duplicates";

pub(crate) async fn measure(world: &mut World) {
    lists(world).await;
    records(world).await;
    bulk(world).await;
    scans(world).await;
}

async fn lists(world: &mut World) {
    for name in ["a.mp4", "b.mp4"] {
        video(world, name).await;
    }
    for path in [VIDEOS, "/api/videos", "/api/media/videos/storage"] {
        world.measure_list(path, Ask::new(Method::GET, path, 200)).await;
    }
    let suggestions = "/api/media/videos/suggestions";
    world.measure_list(suggestions, Ask::new(Method::GET, format!("{suggestions}?field=tags"), 200)).await;
    world.measure_list(DUPLICATES, Ask::new(Method::GET, DUPLICATES, 200)).await;
}

async fn records(world: &mut World) {
    put_object("videos/new.mp4").await;
    let made = world.measure(VIDEOS, "", Ask::new(Method::POST, VIDEOS, 201).json(&new("new.mp4"))).await;
    let id = id_of(&made);
    for path in [VIDEO, "/api/videos/{id}"] {
        world.measure(path, "", Ask::new(Method::GET, at(path, id), 200)).await;
    }
    let edit = |change: Value| Ask::new(Method::PUT, at(VIDEO, id), 200).json(&change);
    world.measure(VIDEO, "", edit(json!({ "title": "Ferien am Meer, dritter Teil" }))).await;
    world.measure(VIDEO, "to another directory", edit(json!({ "directoryType": "gifs" }))).await;
    let validate = "/api/media/videos/{id}/validate";
    let ask = Ask::new(Method::POST, at(validate, id), 202).header("prefer", "respond-async");
    world.measure(validate, "not waiting", ask).await;
    world.measure(VIDEO, "", Ask::new(Method::DELETE, at(VIDEO, id), 200)).await;
    let restore = "/api/media/videos/{id}/restore";
    world.measure(restore, "", Ask::new(Method::POST, at(restore, id), 200)).await;
    for action in ["lock", "unlock"] {
        let route = format!("{VIDEO}/{action}");
        world.measure(&route, "", Ask::new(Method::POST, at(&route, id), 200)).await;
    }
    published(world).await;
    let id = video(world, "gone.mp4").await;
    let forever = Ask::new(Method::DELETE, format!("{}?permanent=true", at(VIDEO, id)), 200);
    world.measure(VIDEO, "permanent, hashed", forever).await;
}

/// A video that can be published: its media file is ready.
async fn published(world: &mut World) {
    let id = video(world, "public.mp4").await;
    let media = ready(world).await;
    let link = |video: &mut Video| -> Result<(), ()> {
        video.media_file_id = Some(media);
        Ok(())
    };
    world.store().modify_video(id, now(), link).await.expect("the table answers");
    let body = |category: &str| json!({ "category": category });
    for (action, method, body) in [
        ("publish", Method::POST, body("highlights")),
        ("category", Method::PUT, body("sports")),
        ("unpublish", Method::POST, Value::Null),
    ] {
        let route = format!("{VIDEO}/{action}");
        world.measure(&route, "", Ask::new(method, at(&route, id), 200).json(&body)).await;
    }
}

async fn bulk(world: &mut World) {
    let id = video(world, "bulk.mp4").await;
    let ask = |body: Value| Ask::new(Method::POST, BULK, 200).json(&body);
    world.measure(BULK, "one is locked", ask(json!({ "action": "lock", "ids": [id] }))).await;
    world.measure(BULK, "one is validated", ask(json!({ "action": "validate", "ids": [id] }))).await;
}

async fn scans(world: &mut World) {
    put_object("highlights/found.mp4").await;
    let ask = || Ask::new(Method::POST, SCAN, 200).json(&json!({ "directoryType": "highlights" }));
    let scanned = world.measure(SCAN, "one new file", ask()).await;
    assert_eq!(scanned["created"], 1, "{scanned}");
    world.measure(SCAN, "no new file", ask()).await;
    let status = "/api/media/videos/scans/{id}";
    let id = scanned["scanId"].as_str().expect("an id");
    world.measure(status, "", Ask::new(Method::GET, status.replace("{id}", id), 200)).await;
}

fn at(route: &str, id: VideoId) -> String {
    route.replace("{id}", &id.to_string())
}

fn id_of(made: &Value) -> VideoId {
    made["id"].as_str().expect("an id").parse().expect("an id of ours")
}

fn new(name: &str) -> Value {
    json!({
        "path": format!("videos/{name}"), "title": "Ferien am Meer, zweiter Teil", "producer": "Studio Sonnenschein",
        "creator": "A. Beispiel", "tags": ["meer", "sommer"]
    })
}

async fn put_object(path: &str) {
    let key = format!("library/{path}");
    let put = stack().s3().put_object().bucket(&stack().media_bucket).key(key).body(b"bytes".to_vec().into());
    put.send().await.expect("the owner may write");
}

/// A video of the library that was looked at; each has the same bytes.
async fn video(world: &World, name: &str) -> VideoId {
    put_object(&format!("videos/{name}")).await;
    let id = id_of(&world.prepare(Ask::new(Method::POST, VIDEOS, 201).json(&new(name))).await);
    let facts = VideoFacts {
        duration_seconds: Some(30),
        width: Some(1920),
        height: Some(1080),
        has_audio: true,
        file_size: 22_718_509,
        e_tag: Some("\"d41d8cd98f00b204e9800998ecf8427e\"".into()),
        file_hash: Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".into()),
    };
    let look = |video: &mut Video| -> Result<(), ()> {
        video.facts = Some(facts.clone());
        video.last_validated = Some(now());
        Ok(())
    };
    let looked = world.store().modify_video(id, now(), look).await.expect("the table answers");
    assert!(matches!(looked, Modified::Done(_)));
    id
}
