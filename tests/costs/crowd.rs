//! Many viewers of one video write to many keys: what they share, requests do not write.

use std::collections::{BTreeMap, BTreeSet};

use framehouse_api::App;
use http::Method;
use serde_json::{Value, json};

use crate::{
    gallery::published,
    meter::Cost,
    world::{Ask, World, fresh_app},
};

const VIEWERS: usize = 200;

/// What the viewers' requests of one kind wrote: for each key, and for each partition key of the table and its indexes, the
/// viewers whose request did.
#[derive(Debug, Default)]
struct Writes {
    keys: BTreeMap<String, BTreeSet<usize>>,
    partitions: BTreeMap<String, BTreeSet<usize>>,
}

impl Writes {
    fn add(&mut self, viewer: usize, cost: &Cost) {
        assert!(cost.refused.is_empty(), "{:?}", cost.refused);
        for item in &cost.written {
            let text = |name: &str| item[name]["S"].as_str();
            let (pk, sk) = (text("pk").expect("a key"), text("sk").expect("a key"));
            self.keys.entry(format!("{pk} {sk}")).or_default().insert(viewer);
            for partition in [Some(pk), text("byVideo"), text("byUser"), text("changes")].into_iter().flatten() {
                self.partitions.entry(partition.to_owned()).or_default().insert(viewer);
            }
        }
    }

    /// The most viewers that write one of these.
    fn busiest(of: &BTreeMap<String, BTreeSet<usize>>) -> (usize, &str) {
        of.iter().map(|(key, viewers)| (viewers.len(), key.as_str())).max().expect("something is written")
    }
}

/// Two hundred people open one video, watch it, vote, react and comment, each from an address of their own. No request writes
/// an item that more than a few of the others write as well, and views are on all partitions alike.
pub(crate) async fn spreads(world: &World) {
    let video = published(world).await.to_string();
    let app = fresh_app();
    let mut kinds: BTreeMap<&str, Writes> = BTreeMap::new();
    for viewer in 0..VIEWERS {
        for (kind, cost) in visit(world, &app, &video, viewer).await {
            kinds.entry(kind).or_default().add(viewer, &cost);
        }
    }
    for (kind, writes) in &kinds {
        let (viewers, key) = Writes::busiest(&writes.keys);
        // Of sixteen counters, chance gives one half as many again as its share.
        assert!(viewers <= VIEWERS / 8, "{kind}: {viewers} of {VIEWERS} viewers write {key}");
    }
    for kind in ["open", "track", "heartbeat", "finish"] {
        let (viewers, partition) = Writes::busiest(&kinds[kind].partitions);
        assert!(viewers <= VIEWERS / 16, "{kind}: {viewers} of {VIEWERS} viewers write to partition {partition}");
        let views = kinds[kind].partitions.keys().filter(|partition| partition.starts_with("VIEWS#")).count();
        assert!(views > 50, "{kind}: the views of {VIEWERS} viewers are on {views} partitions");
    }
}

/// Everything that a viewer does.
async fn visit(world: &World, app: &App, video: &str, viewer: usize) -> Vec<(&'static str, Cost)> {
    let address = format!("198.51.{}.{}", viewer / 250, viewer % 250 + 1);
    let session = format!("session of viewer {viewer}");
    let subject = format!("viewer-{viewer}");
    let path = format!("/api/media/public/{video}");
    let mut costs = Vec::new();
    let (opened, cost) = world.watch(app, &address, Ask::new(Method::GET, &path, 200).without_token()).await;
    costs.push(("open", cost));
    let post = |path: String, status, body: Value| Ask::new(Method::POST, path, status).json(&body);
    let view = &opened["viewId"];
    let asks = [
        ("track", post("/track/view".into(), 200, json!({ "videoId": video, "viewId": view }))),
        ("heartbeat", post("/track/heartbeat".into(), 200, json!({ "viewId": view, "watchTimeSeconds": 1 }))),
        ("finish", post(format!("{path}/finish"), 200, json!({ "viewId": view }))),
        ("upvote", post(format!("{path}/upvote"), 200, json!({ "sessionId": session }))),
        (
            "comment",
            post(
                "/api/media/comments".into(),
                201,
                json!({ "mediaId": video, "content": "So!", "sessionId": session }),
            ),
        ),
    ];
    for (kind, ask) in asks {
        costs.push((kind, world.watch(app, &address, ask.without_token()).await.1));
    }
    let reaction = json!({ "mediaId": video, "reactionType": "love", "videoTimestamp": 7 });
    let ask = post("/api/reactions".into(), 200, reaction).of(&subject);
    costs.push(("react", world.watch(app, &address, ask).await.1));
    costs
}
