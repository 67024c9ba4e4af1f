use std::time::Duration;

use framehouse_domain::VideoId;
use framehouse_tests::{Answer, Api, own_address, published_video, until, visitor};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    began,
    privacy::{process, status},
    track,
};
use crate::switch::table;

const FORGED: [(&str, &str); 4] = [
    ("content-type", "application/json"),
    ("x-forwarded-for", "203.0.113.9"),
    ("x-real-ip", "203.0.113.9"),
    ("forwarded", "for=203.0.113.9"),
];

/// Calls at once, so that several processes of the function answer, until one address has had its share of a minute.
async fn exhaust(what: &str, limit: usize, body: &Value) {
    let address = own_address();
    let guest = Api::with(None).at(address);
    let call = || track(&guest, what, body);
    // The minute may change once in between.
    let mut answers: Vec<Answer> = Vec::new();
    while answers.len() < 2 * limit + 1 {
        answers.extend(join_all((0..20).map(|_| call())).await);
    }
    let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert!(answers.len() - refused.len() <= 2 * limit, "{what}: {} of {}", refused.len(), answers.len());
    assert!(!refused.is_empty());
    for answer in refused {
        answer.expect_error(429, "rate_limited");
        assert!((1..=60).contains(&answer.header("retry-after").unwrap().parse::<u32>().unwrap()));
    }
    let other_connection = Api::with(None).at(address);
    until("a full window", Duration::from_secs(120), async || {
        // In a full window every process refuses, and no header helps.
        let path = format!("/api/track/{what}");
        let forged = (0..10).map(|_| other_connection.send(Method::POST, &path, Some(body.to_string()), &FORGED));
        let answers = join_all(forged).await;
        answers.iter().all(|answer| answer.status == 429).then_some(())
    })
    .await;
    track(&visitor(), what, body).await.expect(200);
}

#[tokio::test]
async fn a_hundred_views_a_minute_are_enough_for_one_address() {
    let id = published_video().await;
    exhaust("view", 100, &json!({ "videoId": id })).await;
}

#[tokio::test]
async fn a_hundred_calls_with_events_a_minute_are_enough_for_one_address() {
    let id = published_video().await;
    let event = json!({ "videoId": id, "eventType": "play", "timestamp": 1 });
    exhaust("event", 100, &json!({ "events": [event, event] })).await;
}

#[tokio::test]
async fn two_hundred_heartbeats_a_minute_are_enough_for_one_address() {
    let view = began(published_video().await, 60).await;
    exhaust("heartbeat", 200, &json!({ "viewId": view, "watchTimeSeconds": 5 })).await;
}

#[tokio::test]
async fn processes_that_know_nothing_of_each_other_share_a_limit() {
    let table = table().await;
    let processes = [process(&table), process(&table), process(&table)];
    let minute = || framehouse_api::now().as_seconds().div_euclid(60);
    let body = json!({ "videoId": VideoId::generate(), "eventType": "play", "timestamp": 1 });
    until("a minute that is long enough", Duration::from_secs(300), async || {
        let before = minute();
        let calls = (0..150).map(|n| status(&processes[n % 3], "POST", "/track/event", &body));
        let statuses = join_all(calls).await;
        let let_through = statuses.iter().filter(|status| **status == 404).count();
        let refused = statuses.iter().filter(|status| **status == 429).count();
        assert_eq!(let_through + refused, 150);
        // What earlier rounds of this minute used up is used up.
        assert!(minute() != before || let_through <= 100);
        (minute() == before && let_through == 100).then_some(())
    })
    .await;
}
