use http::Method;
use reqwest::Client;
use serde_json::{Value, json};

use crate::world::{Ask, World};

const UPLOAD: &str = "/api/media/uploads/{id}";
const PARTS: &str = "/api/media/uploads/{id}/parts";
const COMPLETE: &str = "/api/media/uploads/{id}/complete";

pub(crate) async fn measure(world: &mut World) {
    for path in ["/api/media/uploads", "/api/media/upload/single", "/media/upload"] {
        let create = |method| Ask::new(Method::POST, path, 201).json(&file(method));
        world.measure(path, "", create("PUT")).await;
        world.measure(path, "multipart", create("MULTIPART")).await;
        let key = format!("costs-{}", framehouse_domain::MediaFileId::generate());
        world.measure(path, "with an idempotency key", create("PUT").header("idempotency-key", &key)).await;
    }
    let upload = new_multipart(world).await;
    let urls = Ask::new(Method::POST, at(PARTS, &upload), 200).json(&json!({ "partNumbers": [1] }));
    let urls = world.measure(PARTS, "", urls).await;
    let url = urls["parts"][0]["url"].as_str().expect("a URL");
    let sent = Client::new().put(url).body("bytes").send().await.expect("S3 answers");
    assert!(sent.status().is_success(), "{:?}", sent.text().await);
    world.measure(PARTS, "", Ask::new(Method::GET, at(PARTS, &upload), 200)).await;
    world.measure(COMPLETE, "", Ask::new(Method::POST, at(COMPLETE, &upload), 200)).await;
    let upload = new_multipart(world).await;
    world.measure(UPLOAD, "", Ask::new(Method::DELETE, at(UPLOAD, &upload), 204)).await;
}

fn file(method: &str) -> Value {
    json!({
        "filename": "Ferien am Meer, zweiter Teil.mp4", "size": 5, "contentType": "video/mp4", "method": method,
        "title": "Ferien am Meer", "producer": "Studio Sonnenschein", "creator": "A. Beispiel", "tags": ["meer", "sommer"]
    })
}

async fn new_multipart(world: &World) -> String {
    let made = world.prepare(Ask::new(Method::POST, "/api/media/uploads", 201).json(&file("MULTIPART"))).await;
    made["mediaFileId"].as_str().expect("an id").to_owned()
}

fn at(route: &str, id: &str) -> String {
    route.replace("{id}", id)
}
