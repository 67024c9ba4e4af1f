use framehouse_domain::{VideoId, View, ViewId, Viewer};
use framehouse_store::Store;
use http::Method;
use serde_json::json;

use crate::{
    gallery::published,
    world::{Ask, World, fresh_app},
};

pub(crate) async fn measure(world: &mut World) {
    let id = published(world).await;
    let get = |path: String| Ask::new(Method::GET, path, 200);
    for path in ["/api/videos/analytics/top", "/api/videos/analytics/overview"] {
        world.measure_list(path, get(path.to_owned())).await;
    }
    let route = "/api/videos/{id}/analytics";
    world.measure(route, "nobody viewed it", get(format!("/api/videos/{id}/analytics"))).await;
    count_views(world.store(), id).await;
    let path = format!("/api/videos/{id}/analytics?startDate=2026-11-01");
    world.measure(route, "ten views in one partition", get(path)).await;
    let viewers = format!("/api/videos/{id}/analytics/viewers");
    world.measure("/api/videos/{id}/analytics/viewers", "the same", get(viewers)).await;
    let act = |path: String| Ask::new(Method::POST, path, 200);
    let aggregate = format!("/api/videos/{id}/analytics/aggregate");
    world.measure("/api/videos/{id}/analytics/aggregate", "the same", act(aggregate)).await;
    let data = "/api/media/viewers/{userId}/data";
    world.measure(data, "ten views", get(data.replace("{userId}", "anna"))).await;
    let erase = Ask::new(Method::DELETE, data.replace("{userId}", "anna"), 200);
    world.measure(data, "ten views", erase).await;
    let reset = format!("/api/videos/{id}/reset-analytics");
    world.measure("/api/videos/{id}/reset-analytics", "ten views", act(reset)).await;
}

/// Ten views of a signed-in viewer, stored and counted.
async fn count_views(store: &Store, id: VideoId) {
    let viewer = Viewer { key: Some("u:anna".into()), user_id: Some("anna".into()), ..Viewer::unknown() };
    let shard = viewer.shard();
    let mut records = Vec::new();
    for n in 0..10 {
        let began = framehouse_api::now().plus_seconds(-n - 60);
        let view = View::begin(ViewId::generate(id, shard, began), viewer.clone(), None, true, 90);
        store.open_view(&view).await.unwrap();
        let text = |text: String| json!({ "S": text });
        let image = json!({ "watchTimeSeconds": { "N": "0" }, "completed": { "BOOL": false },
            "expiresAt": { "N": view.expires_at.to_string() } });
        let keys = json!({ "pk": text(format!("VIEWS#{id}#{shard:02}")), "sk": text(format!("{}#VIEW", view.view)) });
        let change = json!({ "Keys": keys, "NewImage": image, "SequenceNumber": format!("{}", 100 + n),
            "StreamViewType": "NEW_AND_OLD_IMAGES", "SizeBytes": 300, "ApproximateCreationDateTime": 1_771_000_000 });
        records.push(json!({ "eventID": n.to_string(), "eventName": "INSERT", "eventSource": "aws:dynamodb",
            "eventVersion": "1.1", "awsRegion": "eu-central-1", "dynamodb": change }));
    }
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    let counted = framehouse_counters::count(&fresh_app(), &event).await;
    assert_eq!((counted.tally.views, counted.answer.batch_item_failures.len()), (10, 0));
}
