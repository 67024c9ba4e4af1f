use framehouse_domain::Role;
use framehouse_tests::{Api, DURATION, VIDEOS, api, published_video, unique, user, visitor};
use reqwest::Method;
use serde_json::{Value, json};

use super::{act, analytics};
use crate::track::{counted, of_kind, raw_items, stored, track, tracked};

fn path(user: &str) -> String {
    let mut url = reqwest::Url::parse("http://x/api/media/viewers").unwrap();
    url.path_segments_mut().unwrap().push(user).push("data");
    url.path().to_owned()
}

async fn erase(user: &str) -> Value {
    api().call(Method::DELETE, &path(user)).await.expect(200)
}

#[tokio::test]
async fn a_viewer_gets_everything_and_is_forgotten_with_counts_unchanged() {
    let (video, subject) = (published_video().await, unique("anna"));
    let anna = user(&subject);
    let view = tracked(&anna, video).await;
    let late = tracked(&visitor(), video).await;
    track(&anna, "heartbeat", &json!({ "viewId": view, "watchTimeSeconds": 1 })).await.expect(200);
    let reaction = json!({ "mediaId": video, "reactionType": "love", "videoTimestamp": 27 });
    let reaction = anna.json(Method::POST, "/api/reactions", &reaction).await.expect(200)["reaction"].clone();
    let comment = json!({ "mediaId": video, "content": "Wunderbar!" });
    let comment = anna.json(Method::POST, "/api/media/comments", &comment).await.expect(201)["comment"].clone();
    counted(video, "publicViewCount", 2).await;
    counted(video, "publicCommentCount", 1).await;

    let data = api().get(&path(&subject)).await;
    assert_eq!((&data["userId"], &data["nextCursor"]), (&json!(subject), &Value::Null));
    assert_eq!(data["views"].as_array().unwrap().len(), 1);
    assert_eq!(data["views"][0], serde_json::to_value(stored(view).await).unwrap());
    let told = json!([{ "id": reaction["id"], "mediaId": video, "reactionType": "love", "videoTimestamp": 27,
        "createdAt": reaction["createdAt"] }]);
    assert_eq!(data["reactions"], told);
    let told = json!([{ "id": comment["id"], "mediaId": video, "content": "Wunderbar!", "hidden": false,
        "authorName": comment["authorName"], "createdAt": comment["createdAt"], "updatedAt": comment["updatedAt"] }]);
    assert_eq!(data["comments"], told);

    assert_eq!(erase(&subject).await, json!({ "success": true, "views": 1, "reactions": 1, "comments": 1 }));
    let nothing = json!({ "userId": subject, "views": [], "reactions": [], "comments": [], "nextCursor": null });
    assert_eq!(api().get(&path(&subject)).await, nothing);
    assert_eq!(erase(&subject).await, json!({ "success": true, "views": 0, "reactions": 0, "comments": 0 }));
    let items = raw_items(video).await;
    assert!(!serde_json::to_string(&items).unwrap().contains(&subject));
    assert_eq!(of_kind(&items, "#VIEW").len(), 2);
    let erased = stored(view).await;
    assert_eq!((erased.viewer.key, erased.viewer.ip_hash, erased.viewer.user_agent), (None, None, None));
    assert_eq!(erased.watch_time_seconds, 1);
    assert!(stored(late).await.viewer.key.is_some(), "others are who they are");
    counted(video, "publicCommentCount", 0).await;
    let after = api().get(&format!("{VIDEOS}/{video}")).await;
    assert_eq!((&after["publicViewCount"], &after["publicTotalWatchTime"]), (&json!(2), &json!(1)));
    assert_eq!(analytics(video, "").await["uniqueViewers"], 2, "somebody, and nobody knows who");
    assert_eq!(act(video, "analytics/aggregate").await["drift"], json!([]));
    let heat = visitor().get(&format!("/api/reactions/heatmap?mediaId={video}")).await;
    assert_eq!(heat["totals"]["love"], 0);
    // A heartbeat of a page that is still open does not bring the viewer back.
    track(&anna, "heartbeat", &json!({ "viewId": view, "watchTimeSeconds": 2 })).await.expect(200);
    assert_eq!(stored(view).await.viewer.user_id, None);
}

#[tokio::test]
async fn many_views_come_in_pages_and_are_erased_all() {
    let (video, subject) = (published_video().await, unique("bert"));
    let views = (0..1003).map(|n| {
        let at = framehouse_tests::seconds_ago(i64::from(n) * 60 + 1).to_string();
        super::Seen::new(&format!("u:{subject}"), &at, n % DURATION)
    });
    super::seen(video, views.collect()).await;
    let first = api().get(&path(&subject)).await;
    assert_eq!(first["views"].as_array().unwrap().len(), 1000);
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = api().get(&format!("{}?cursor={cursor}", path(&subject))).await;
    assert_eq!((rest["views"].as_array().unwrap().len(), &rest["nextCursor"]), (3, &Value::Null));
    assert_eq!(erase(&subject).await["views"], 1003);
    assert_eq!(api().get(&path(&subject)).await["views"], json!([]));
    counted(video, "publicViewCount", 1003).await;
}

#[tokio::test]
async fn subjects_are_any_text_and_only_super_admins_may_ask() {
    for subject in ["anna smith", "auth0|5f7c", "ü", "anna@example.com"] {
        let data = api().get(&path(subject)).await;
        assert_eq!(data["userId"], subject);
    }
    for role in [Role::MapAdmin, Role::InfluenceAdmin, Role::User] {
        for method in [Method::GET, Method::DELETE] {
            Api::of(role).call(method, &path("anna")).await.expect_error(403, "forbidden");
        }
    }
    visitor().call(Method::DELETE, &path("anna")).await.expect_error(401, "unauthorized");
    api().call(Method::GET, &format!("{}?cursor=x", path("anna"))).await.expect_error(400, "invalid_request");
}

#[tokio::test]
async fn what_is_longer_than_any_subject_is_refused() {
    for method in [Method::GET, Method::DELETE] {
        let refused = api().call(method, &path(&"x".repeat(1025))).await.expect_error(400, "invalid_request");
        assert!(refused["fields"]["userId"].is_string(), "{refused}");
    }
    assert_eq!(api().get(&path(&"x".repeat(1024))).await["views"], json!([]));
}
