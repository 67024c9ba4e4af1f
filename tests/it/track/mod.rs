mod event;
mod heartbeat;
mod limits;
mod privacy;
mod view;

use std::time::Duration;

use framehouse_domain::{Device, VIEW_SHARDS, VideoId, View, ViewId, Viewer};
use framehouse_tests::{Answer, Api, GALLERY, VIDEOS, api, seconds_ago, stack, store, until};
use reqwest::Method;
use serde_json::{Value, json};

/// The two forms of each path.
pub(crate) const PREFIXES: [&str; 2] = ["", "/api"];

pub(crate) async fn track(api: &Api, what: &str, body: &Value) -> Answer {
    api.json(Method::POST, &format!("/track/{what}"), body).await
}

/// A tracked view of a video by somebody who is asked for nothing more.
pub(crate) async fn tracked(api: &Api, video: VideoId) -> ViewId {
    let answer = track(api, "view", &json!({ "videoId": video })).await.expect(200);
    answer["viewId"].as_str().unwrap().parse().unwrap()
}

/// The view that opening a video's page begins.
pub(crate) async fn opened(api: &Api, video: VideoId) -> ViewId {
    api.get(&format!("{GALLERY}/{video}")).await["viewId"].as_str().unwrap().parse().unwrap()
}

/// A view that began so many seconds ago, and not by calling the API.
pub(crate) async fn began(video: VideoId, seconds: i64) -> ViewId {
    let view = ViewId::generate(video, 7, seconds_ago(seconds));
    let viewer = Viewer { key: Some("i:test".into()), device: Device::Tv, ..Viewer::unknown() };
    store().open_view(&View::begin(view, viewer, None, true, 90)).await.unwrap();
    view
}

pub(crate) async fn stored(id: ViewId) -> View {
    store().view(id).await.unwrap().expect("there is such a view")
}

/// The video when it says that it has so many views.
pub(crate) async fn counted(id: VideoId, field: &str, count: u64) -> Value {
    until(&format!("{field} {count} of {id}"), Duration::from_secs(30), async || {
        let video = api().get(&format!("{VIDEOS}/{id}")).await;
        (video[field] == count).then_some(video)
    })
    .await
}

/// Every stored item of a video's views, as JSON with DynamoDB's types left out.
pub(crate) async fn raw_items(video: VideoId) -> Vec<Value> {
    let mut found = Vec::new();
    for shard in 0..VIEW_SHARDS {
        let query = stack().dynamodb().query().table_name(&stack().table_name).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let pk = aws_sdk_dynamodb::types::AttributeValue::S(format!("VIEWS#{video}#{shard:02}"));
        let items = query.expression_attribute_values(":pk", pk).into_paginator().items().send();
        for item in items.collect::<Result<Vec<_>, _>>().await.unwrap() {
            found.push(item.into_iter().map(|(name, value)| (name, plain(&value))).collect());
        }
    }
    found
}

/// Those of them whose keys end so: `#VIEW` or `#EVENT`.
pub(crate) fn of_kind<'a>(items: &'a [Value], kind: &str) -> Vec<&'a Value> {
    items.iter().filter(|item| item["sk"].as_str().unwrap().ends_with(kind)).collect()
}

pub(crate) fn plain(value: &aws_sdk_dynamodb::types::AttributeValue) -> Value {
    use aws_sdk_dynamodb::types::AttributeValue::{Bool, N, Ns, S};
    let number = |text: &String| serde_json::from_str(text).unwrap();
    match value {
        S(text) => json!(text),
        N(text) => number(text),
        Bool(yes) => json!(yes),
        Ns(numbers) => numbers.iter().map(number).collect(),
        other => panic!("no attribute of a view is {other:?}"),
    }
}
