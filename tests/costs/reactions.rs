use framehouse_api::now;
use framehouse_domain::{HEAT_BUCKETS, Reaction, ReactionType, VideoId};
use http::Method;
use serde_json::json;

use crate::{
    gallery::published,
    world::{Ask, World},
};

const REACTIONS: &str = "/api/reactions";

pub(crate) async fn measure(world: &mut World) {
    let id = published(world).await;
    let react = |kind: &str| {
        let body = json!({ "mediaId": id, "reactionType": kind, "videoTimestamp": 7 });
        Ask::new(Method::POST, REACTIONS, 200).json(&body)
    };
    let made = world.measure(REACTIONS, "", react("love")).await;
    world.prepare(react("wow")).await;
    let get = |path: String| Ask::new(Method::GET, path, 200);
    world.measure(REACTIONS, "of a video", get(format!("{REACTIONS}?mediaId={id}"))).await;
    let user = made["reaction"]["userId"].as_str().expect("a user");
    let history = || get(format!("{REACTIONS}?userId={user}"));
    world.measure(REACTIONS, "of a user, as they or an admin", history()).await;
    world.measure(REACTIONS, "of a user, as others", history().without_token()).await;
    let config = "/api/reactions/config";
    world.measure(config, "", get(config.to_owned())).await;
    let heatmap = "/api/reactions/heatmap";
    world.measure(heatmap, "", get(format!("{heatmap}?mediaId={id}"))).await;
    let reaction = made["reaction"]["id"].as_str().expect("an id");
    let remove = Ask::new(Method::DELETE, format!("{REACTIONS}/{reaction}"), 200);
    world.measure("/api/reactions/{id}", "", remove).await;
    fill(world, id, user).await;
    world.measure(REACTIONS, "of somebody whose counter is full", react("love")).await;
}

/// Fills the counter that this user's reactions are counted on: each type in each part of the video but one reaction.
async fn fill(world: &World, video: VideoId, user: &str) {
    for at in 0..u32::from(HEAT_BUCKETS) {
        for &kind in ReactionType::ALL.iter().filter(|&&kind| (kind, at) != (ReactionType::Love, 7)) {
            let reaction = Reaction::new(video, Some(HEAT_BUCKETS.into()), user.to_owned(), kind, at, now());
            world.store().react(&reaction).await.expect("the table answers");
        }
    }
}
