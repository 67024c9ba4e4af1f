use std::collections::{BTreeMap, BTreeSet};

use framehouse_domain::{ReactionId, Role, VideoId};
use framehouse_tests::{
    Answer, Api, DURATION, act_on, api, own_address, published_video, published_with, store, token_of, unique, user,
    visitor,
};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const REACTIONS: &str = "/api/reactions";
const TYPES: [&str; 6] = ["like", "love", "laugh", "wow", "sad", "angry"];

async fn react(api: &Api, video: VideoId, reaction_type: &str, at: u32) -> Answer {
    let body = json!({ "mediaId": video, "reactionType": reaction_type, "videoTimestamp": at });
    api.json(Method::POST, REACTIONS, &body).await
}

async fn remove(api: &Api, id: &str) -> Answer {
    api.call(Method::DELETE, &format!("{REACTIONS}/{id}")).await
}

fn id_of(reaction: &Value) -> String {
    reaction["id"].as_str().expect("an id").to_owned()
}

/// Every reaction that a query finds, page by page.
async fn all(query: &str, limit: usize) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = visitor().get(&format!("{REACTIONS}?{query}&limit={limit}{cursor}")).await;
        let reactions = page["reactions"].as_array().unwrap();
        assert!(reactions.len() == limit || page["nextCursor"].is_null(), "{page}");
        found.extend(reactions.iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn heatmap(video: VideoId) -> Value {
    visitor().get(&format!("{REACTIONS}/heatmap?mediaId={video}")).await
}

#[tokio::test]
async fn a_reaction_has_the_shape_of_the_spec() {
    let (video, anna) = (published_video().await, unique("anna"));
    let answer = react(&user(&anna), video, "love", 27).await.expect(200);
    let reaction = &answer["reaction"];
    let expected = json!({ "success": true, "reaction": {
        "id": reaction["id"], "mediaId": video, "userId": anna, "reactionType": "love", "videoTimestamp": 27,
        "emoji": "❤️", "formattedTime": "0:27", "createdAt": reaction["createdAt"],
    } });
    assert_eq!(answer, expected);
    assert!(reaction["createdAt"].as_str().unwrap().ends_with('Z'));
    let id: ReactionId = id_of(reaction).parse().unwrap();
    assert_eq!(id.as_uuid().get_version_num(), 8);
    let list = visitor().get(&format!("{REACTIONS}?mediaId={video}")).await;
    assert_eq!(list, json!({ "reactions": [reaction], "nextCursor": null }));
}

#[tokio::test]
async fn the_types_are_told_with_their_emoji_and_labels() {
    let kinds = [("👍", "Like"), ("❤️", "Love"), ("😂", "Laugh"), ("😮", "Wow"), ("😢", "Sad"), ("😠", "Angry")];
    let kinds: Vec<Value> = TYPES
        .iter()
        .zip(kinds)
        .map(|(kind, (emoji, label))| json!({ "type": kind, "emoji": emoji, "label": label }))
        .collect();
    assert_eq!(visitor().get(&format!("{REACTIONS}/config")).await, json!({ "reactions": kinds }));
}

#[tokio::test]
async fn what_is_no_reaction_is_refused_with_its_reason() {
    let (video, anna) = (published_video().await, user(&unique("anna")));
    for kind in ["dislike", "LIKE", "", "❤️", "like "] {
        react(&anna, video, kind, 1).await.expect_sentence(400, "invalid_request", "Invalid reaction type");
    }
    react(&anna, video, "like", DURATION).await.expect(200);
    for at in [DURATION + 1, u32::MAX] {
        let refused = react(&anna, video, "like", at).await.expect_error(400, "invalid_request");
        assert_eq!(refused["fields"]["videoTimestamp"], "The video ends after 300 seconds.");
    }
    let good = json!({ "mediaId": video, "reactionType": "like", "videoTimestamp": 1 });
    for (field, bad) in [
        ("mediaId", json!(456)),
        ("mediaId", json!("456")),
        ("reactionType", json!(null)),
        ("reactionType", json!(1)),
        ("videoTimestamp", json!(-1)),
        ("videoTimestamp", json!(1.5)),
        ("videoTimestamp", json!("1")),
        ("videoTimestamp", json!(4_294_967_296_u64)),
        ("videoTimestamp", json!(null)),
        ("more", json!(1)),
    ] {
        let mut body = good.clone();
        body[field] = bad;
        anna.json(Method::POST, REACTIONS, &body).await.expect_error(400, "invalid_request");
    }
    anna.call(Method::POST, REACTIONS).await.expect_error(415, "unsupported_media_type");
    visitor().json(Method::POST, REACTIONS, &good).await.expect_error(401, "unauthorized");
}

#[tokio::test]
async fn what_is_locked_unpublished_or_unknown_takes_no_reactions() {
    let anna = user(&unique("anna"));
    let hidden = published_with(|video| video.published = false).await;
    for video in [hidden, VideoId::generate()] {
        react(&anna, video, "like", 1).await.expect_sentence(404, "not_found", "Video not found");
        for path in ["?mediaId", "/heatmap?mediaId"] {
            let answer = visitor().call(Method::GET, &format!("{REACTIONS}{path}={video}")).await;
            answer.expect_sentence(404, "not_found", "Video not found");
        }
    }
    let locked = published_video().await;
    let reaction = react(&anna, locked, "like", 1).await.expect(200);
    act_on(locked, "lock").await;
    react(&anna, locked, "sad", 1).await.expect_sentence(403, "media_locked", "Media is locked");
    for path in ["?mediaId", "/heatmap?mediaId"] {
        let answer = visitor().call(Method::GET, &format!("{REACTIONS}{path}={locked}")).await;
        answer.expect_sentence(403, "media_locked", "Media is locked");
    }
    // What one said one can take back, wherever the video is.
    remove(&anna, &id_of(&reaction["reaction"])).await.expect(200);
}

#[tokio::test]
async fn repeating_a_reaction_answers_the_first_one() {
    let (video, name) = (published_video().await, unique("anna"));
    let devices: Vec<Api> = (0..12).map(|_| user(&name)).collect();
    let answers = join_all(devices.iter().map(|device| react(device, video, "wow", 61))).await;
    let reactions: BTreeSet<String> = answers.iter().map(|answer| answer.expect(200)["reaction"].to_string()).collect();
    assert_eq!(reactions.len(), 1, "{reactions:?}");
    assert_eq!(all(&format!("mediaId={video}"), 50).await.len(), 1);
    assert_eq!(heatmap(video).await["totals"]["wow"], 1);
    let first = &answers[0].expect(200)["reaction"];
    assert_eq!(first["formattedTime"], "1:01");
    for (kind, at) in [("wow", 62), ("sad", 61)] {
        assert_ne!(react(&devices[0], video, kind, at).await.expect(200)["reaction"]["id"], first["id"]);
    }
    remove(&devices[0], &id_of(first)).await.expect(200);
    let again = react(&devices[0], video, "wow", 61).await.expect(200);
    assert_eq!(again["reaction"]["id"], first["id"]);
    assert!(again["reaction"]["createdAt"].as_str() > first["createdAt"].as_str(), "it is a new one");
}

#[tokio::test]
async fn lists_are_newest_first_and_pages_stand_still_while_others_react() {
    let (video, other) = (published_video().await, published_video().await);
    let names = [unique("anna"), unique("ben")];
    let users = [user(&names[0]), user(&names[1])];
    let mut made = Vec::new();
    for n in 0..13 {
        made.insert(0, react(&users[n % 2], video, TYPES[n % 6], n as u32).await.expect(200)["reaction"].clone());
    }
    react(&users[0], other, "like", 1).await.expect(200);
    for limit in [1, 4, 13, 50] {
        assert_eq!(all(&format!("mediaId={video}"), limit).await, made, "{limit}");
    }
    let of_anna: Vec<Value> = made.iter().filter(|reaction| reaction["userId"] == names[0]).cloned().collect();
    assert_eq!(all(&format!("mediaId={video}&userId={}", names[0]), 2).await, of_anna);
    assert_eq!(all(&format!("userId={}", names[0]), 3).await.len(), of_anna.len() + 1);
    assert!(all(&format!("userId={}", unique("nobody")), 50).await.is_empty());

    let first = visitor().get(&format!("{REACTIONS}?mediaId={video}&limit=5")).await;
    for n in 20..24 {
        react(&users[0], video, "like", n).await.expect(200);
    }
    remove(&users[1], &id_of(&made[6])).await.expect_error(403, "forbidden");
    remove(&users[0], &id_of(&made[6])).await.expect(200);
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = visitor().get(&format!("{REACTIONS}?mediaId={video}&cursor={cursor}")).await;
    let ids = |list: &[Value]| list.iter().map(id_of).collect::<Vec<_>>();
    assert_eq!(ids(first["reactions"].as_array().unwrap()), ids(&made[..5]));
    let left: Vec<Value> = made[5..].iter().filter(|reaction| reaction["id"] != made[6]["id"]).cloned().collect();
    assert_eq!(ids(rest["reactions"].as_array().unwrap()), ids(&left));
}

#[tokio::test]
async fn a_users_history_shows_others_what_is_in_the_gallery_and_nothing_else() {
    let videos = [published_video().await, published_video().await, published_video().await];
    let name = unique("anna");
    let anna = user(&name);
    let mut made = Vec::new();
    for (n, &video) in videos.iter().chain(&videos).enumerate() {
        made.insert(0, id_of(&react(&anna, video, TYPES[n], 1).await.expect(200)["reaction"]));
    }
    act_on(videos[0], "lock").await;
    act_on(videos[1], "unpublish").await;
    let seen = async |api: &Api| -> Vec<String> {
        let page = api.get(&format!("{REACTIONS}?userId={name}")).await;
        assert_eq!(page["nextCursor"], Value::Null);
        page["reactions"].as_array().unwrap().iter().map(id_of).collect()
    };
    let shown = [made[0].clone(), made[3].clone()];
    for stranger in [visitor(), user(&unique("ben"))] {
        assert_eq!(seen(&stranger).await, shown);
    }
    for knower in [anna, Api::of(Role::MapAdmin)] {
        assert_eq!(seen(&knower).await, made);
    }
}

#[tokio::test]
async fn lists_refuse_what_they_do_not_know() {
    let video = published_video().await;
    for (query, field) in [
        (String::new(), Some("mediaId")),
        ("userId=".to_owned(), Some("mediaId")),
        (format!("userId={}", "x".repeat(1025)), Some("userId")),
        (format!("mediaId={video}&userId={}", "ö".repeat(513)), Some("userId")),
        (format!("mediaId={video}&limit=0"), Some("limit")),
        (format!("mediaId={video}&limit=101"), Some("limit")),
        (format!("mediaId={video}&cursor=x"), Some("cursor")),
        (format!("mediaId={video}&limit=x"), None),
        ("mediaId=456".to_owned(), None),
        (format!("mediaId={video}&page=2"), None),
    ] {
        let refused = visitor().call(Method::GET, &format!("{REACTIONS}?{query}")).await;
        let refused = refused.expect_error(400, "invalid_request");
        assert!(field.is_none_or(|field| refused["fields"][field].is_string()), "{query}: {refused}");
    }
    for query in ["", "?mediaId=456"] {
        let refused = visitor().call(Method::GET, &format!("{REACTIONS}/heatmap{query}")).await;
        refused.expect_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_heatmap_is_the_sum_of_the_list_whoever_reacts_and_takes_back_at_once() {
    let video = published_video().await;
    let users: Vec<Api> = (0..10).map(|n| user(&unique(&format!("u{n}")))).collect();
    let wanted = (0..60_u32).map(|n| (&users[n as usize % 10], TYPES[n as usize % 6], n * 5));
    let made = join_all(wanted.map(async |(user, kind, at)| react(user, video, kind, at).await.expect(200))).await;
    // Each third is taken back, by its user and by an admin at the same time.
    let gone = made.iter().enumerate().filter(|(n, _)| n % 3 == 0);
    let removals = gone.map(async |(n, answer)| {
        let id = id_of(&answer["reaction"]);
        let (own, admin) = (remove(&users[n % 10], &id), api());
        let (own, admin) = futures::join!(own, remove(&admin, &id));
        let statuses = BTreeSet::from([own.status, admin.status]);
        assert_eq!(statuses, BTreeSet::from([200, 404]), "{own:?} {admin:?}");
    });
    join_all(removals).await;
    let list = all(&format!("mediaId={video}"), 7).await;
    assert_eq!(list.len(), 40);
    let heat = heatmap(video).await;
    assert_eq!(
        (&heat["mediaId"], &heat["durationSeconds"], &heat["bucketSeconds"]),
        (&json!(video), &json!(DURATION), &json!(6.0))
    );
    let buckets = heat["buckets"].as_array().unwrap();
    assert_eq!(buckets.len(), 50);
    let mut totals: BTreeMap<&str, u64> = TYPES.iter().map(|&kind| (kind, 0)).collect();
    for (n, bucket) in buckets.iter().enumerate() {
        let edges = (&json!(n as f64 * 6.0), &json!((n + 1) as f64 * 6.0));
        assert_eq!((&bucket["fromSeconds"], &bucket["toSeconds"]), edges);
        let is_in = |reaction: &&Value| reaction["videoTimestamp"].as_u64().unwrap() / 6 == n as u64;
        let here: Vec<&Value> = list.iter().filter(is_in).collect();
        assert_eq!(bucket["total"], here.len(), "{bucket}");
        for kind in TYPES {
            let count = here.iter().filter(|reaction| reaction["reactionType"] == kind).count() as u64;
            assert_eq!(bucket[kind], count, "{bucket}");
            *totals.get_mut(kind).unwrap() += count;
        }
    }
    assert_eq!(heat["totals"], json!(totals));
}

#[tokio::test]
async fn reacting_and_taking_back_at_once_leaves_one_or_none_and_the_heatmap_knows() {
    let (video, name) = (published_video().await, unique("anna"));
    let id = id_of(&react(&user(&name), video, "like", 5).await.expect(200)["reaction"]);
    let devices: Vec<Api> = (0..6).map(|_| user(&name)).collect();
    join_all(devices.iter().map(async |device| {
        for _ in 0..4 {
            assert!([200, 404].contains(&remove(device, &id).await.status));
            react(device, video, "like", 5).await.expect(200);
        }
    }))
    .await;
    let there = all(&format!("mediaId={video}"), 50).await.len();
    assert_eq!(there, 1, "each ended with a reaction");
    assert_eq!(heatmap(video).await["totals"]["like"], 1);
    remove(&devices[0], &id).await.expect(200);
    assert_eq!(heatmap(video).await["totals"]["like"], 0);
}

#[tokio::test]
async fn reactions_are_taken_back_by_who_made_them_and_by_admins() {
    let (video, name) = (published_video().await, unique("anna"));
    let anna = user(&name);
    let made = async |at| id_of(&react(&anna, video, "like", at).await.expect(200)["reaction"]);
    let id = made(1).await;
    visitor().call(Method::DELETE, &format!("{REACTIONS}/{id}")).await.expect_error(401, "unauthorized");
    remove(&user(&unique("ben")), &id).await.expect_error(403, "forbidden");
    assert_eq!(remove(&anna, &id).await.expect(200), json!({ "success": true }));
    remove(&anna, &id).await.expect_sentence(404, "not_found", "Reaction not found");
    for role in [Role::SuperAdmin, Role::InfluenceAdmin, Role::MapAdmin] {
        let admin = Api::with(Some(token_of(&unique("admin"), role))).at(own_address());
        remove(&admin, &made(2).await).await.expect(200);
    }
    assert_eq!(heatmap(video).await["totals"]["like"], 0);
    let unknown = ReactionId::generate().to_string();
    remove(&anna, &unknown).await.expect_sentence(404, "not_found", "Reaction not found");
    remove(&anna, "789").await.expect_error(400, "invalid_request");
}

#[tokio::test]
async fn a_users_reactions_can_be_exported_and_erased() {
    let (video, name) = (published_video().await, unique("anna"));
    for at in 0..5 {
        react(&user(&name), video, "love", at).await.expect(200);
    }
    react(&user(&unique("ben")), video, "love", 1).await.expect(200);
    let mine = store().reactions_of(&name).await.unwrap();
    assert_eq!(mine.iter().map(|reaction| reaction.video_timestamp).collect::<Vec<_>>(), [4, 3, 2, 1, 0]);
    for reaction in &mine {
        assert_eq!(store().remove_reaction(reaction.id).await.unwrap().as_ref(), Some(reaction));
        assert_eq!(store().remove_reaction(reaction.id).await.unwrap(), None);
    }
    assert!(store().reactions_of(&name).await.unwrap().is_empty());
    assert_eq!(heatmap(video).await["totals"]["love"], 1);
}

#[tokio::test]
async fn sixty_reactions_a_minute_are_enough_for_one_address() {
    let (video, anna) = (published_video().await, user(&unique("anna")));
    // The minute may change in between, and then there are two windows.
    let answers = join_all((0..130).map(|at| react(&anna, video, "like", at))).await;
    let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!((10..=70).contains(&refused.len()), "{}", refused.len());
    for answer in refused {
        answer.expect_error(429, "rate_limited");
        let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(heatmap(video).await["totals"]["like"], done);
}
