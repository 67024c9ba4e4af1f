use http::Method;
use serde_json::json;

use crate::world::{Ask, World, fresh_app};

const DOCUMENT: &str = "/api/openapi.json";
const SETTINGS: &str = "/api/media/settings";

pub(crate) async fn measure(world: &mut World) {
    for path in ["/health", "/api/videos/health", DOCUMENT] {
        world.measure(path, "", Ask::new(Method::GET, path, 200)).await;
    }
    let first = Ask::new(Method::GET, DOCUMENT, 200);
    world.measure_in(&fresh_app(), DOCUMENT, "first request in five seconds", first).await;
    world.measure(SETTINGS, "", Ask::new(Method::GET, SETTINGS, 200)).await;
    world.measure_list("/metrics", Ask::new(Method::GET, "/metrics", 200)).await;
    let change = json!({ "duplicateUploads": "allow" });
    world.measure(SETTINGS, "", Ask::new(Method::PUT, SETTINGS, 200).json(&change)).await;
}
