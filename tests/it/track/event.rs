use framehouse_domain::{VideoId, ViewId};
use framehouse_tests::{DURATION, act_on, published_video, seconds_ago, visitor};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PREFIXES, began, counted, of_kind, opened, raw_items, stored, track};

/// An event with an id of its own, as players make them.
fn event(view: ViewId, event_type: &str, timestamp: f64) -> Value {
    let mut event = json!({ "videoId": view.video, "viewId": view, "eventType": event_type, "timestamp": timestamp,
        "eventId": VideoId::generate() });
    if ["startup", "rebuffer"].contains(&event_type) {
        event["durationMillis"] = json!(420);
    }
    event
}

#[tokio::test]
async fn every_type_is_noted_once_however_often_it_is_told() {
    let (id, guest) = (published_video().await, visitor());
    let view = began(id, 60).await;
    let types = ["play", "pause", "seek", "startup", "rebuffer", "complete"];
    let events: Vec<Value> = types.into_iter().map(|kind| event(view, kind, 12.5)).collect();
    for event in &events {
        assert_eq!(track(&guest, "event", event).await.expect(200), json!({ "success": true, "accepted": 1 }));
    }
    let first = raw_items(id).await;
    for _ in 0..2 {
        let answer = track(&guest, "event", &json!({ "events": events })).await.expect(200);
        assert_eq!(answer, json!({ "success": true, "accepted": 6 }));
    }
    let twice = json!({ "events": [events[0], events[0]] });
    assert_eq!(track(&guest, "event", &twice).await.expect(200)["accepted"], 2);
    assert_eq!(raw_items(id).await, first, "repeating changes nothing");
    let stored_events = of_kind(&first, "#EVENT");
    assert_eq!(stored_events.len(), 6);
    for stored in stored_events {
        let sent = events.iter().find(|event| event["eventType"] == stored["eventType"]).unwrap();
        assert_eq!((&stored["timestamp"], &stored["videoId"]), (&json!(12.5), &sent["videoId"]));
        assert_eq!((&stored["view"], &stored["durationMillis"]), (&json!(view.view), &sent["durationMillis"]));
    }
    assert!(stored(view).await.completed);
    counted(id, "publicCompletionCount", 1).await;
}

#[tokio::test]
async fn both_paths_and_beacons_are_heard_and_ids_may_be_left_out() {
    let id = published_video().await;
    for prefix in PREFIXES {
        let body = json!({ "videoId": id, "eventType": "play", "timestamp": 0 }).to_string();
        let plain = [("content-type", "text/plain;charset=UTF-8")];
        let path = format!("{prefix}/track/event");
        visitor().send(Method::POST, &path, Some(body.clone()), &plain).await.expect(200);
    }
    let items = raw_items(id).await;
    assert_eq!((of_kind(&items, "#EVENT").len(), of_kind(&items, "#VIEW").len()), (2, 0), "an event is no view");
}

#[tokio::test]
async fn the_end_of_a_view_that_is_not_named_is_that_of_the_latest_one() {
    let (id, anna) = (published_video().await, visitor());
    opened(&anna, id).await;
    let latest = opened(&anna, id).await;
    let complete = json!({ "videoId": id, "eventType": "complete", "timestamp": DURATION });
    track(&anna, "event", &complete).await.expect(200);
    assert!(stored(latest).await.completed);
    track(&visitor(), "event", &complete).await.expect(200);
    counted(id, "publicCompletionCount", 2).await;
    counted(id, "publicViewCount", 3).await;
}

#[tokio::test]
async fn an_event_of_no_view_is_noted_once_from_whichever_address_it_is_repeated() {
    let id = published_video().await;
    let event = json!({ "videoId": id, "eventType": "rebuffer", "timestamp": 3, "durationMillis": 420,
        "eventId": VideoId::generate() });
    for _ in 0..8 {
        track(&visitor(), "event", &event).await.expect(200);
    }
    assert_eq!(of_kind(&raw_items(id).await, "#EVENT").len(), 1);
}

#[tokio::test]
async fn one_bad_event_refuses_its_batch_and_is_named() {
    let (id, guest) = (published_video().await, visitor());
    let view = began(id, 60).await;
    let good = event(view, "play", 1.0);
    let bad = |change: Value| {
        let mut bad = event(view, "play", 1.0);
        for (field, value) in change.as_object().unwrap() {
            bad[field] = value.clone();
        }
        bad
    };
    let unknown = ViewId::generate(id, 3, seconds_ago(9));
    let elsewhere = began(published_video().await, 9).await;
    for (change, field) in [
        (json!({ "timestamp": DURATION + 2 }), "timestamp"),
        (json!({ "timestamp": -0.5 }), "timestamp"),
        (json!({ "durationMillis": 5 }), "durationMillis"),
        (json!({ "eventType": "startup" }), "durationMillis"),
        (json!({ "eventType": "rebuffer", "durationMillis": 3_600_001 }), "durationMillis"),
        (json!({ "eventId": "0197c1f0-a5c8-7d6c-8f4e-0123456789ab" }), "eventId"),
        (json!({ "eventId": "3f0e1c2d-aaaa-4bbb-8ccc-0123456789ab" }), "eventId"),
        (json!({ "viewId": unknown }), "viewId"),
        (json!({ "viewId": elsewhere }), "viewId"),
        (json!({ "videoId": VideoId::generate(), "viewId": null }), "videoId"),
    ] {
        let batch = json!({ "events": [good, good, bad(change.clone())] });
        let refused = track(&guest, "event", &batch).await.expect_error(400, "invalid_request");
        let fields: Vec<&String> = refused["fields"].as_object().unwrap().keys().collect();
        assert_eq!(fields, [&format!("events[2].{field}")], "{change}");
    }
    for change in
        [json!({ "eventType": "jump" }), json!({ "timestamp": "1" }), json!({ "videoId": 7 }), json!({ "x": 1 })]
    {
        let refused = track(&guest, "event", &json!({ "events": [good, bad(change)] })).await;
        let sentence = refused.expect_error(400, "invalid_request")["error"].as_str().unwrap().to_owned();
        assert!(sentence.contains("events[1]: "), "{sentence}");
    }
    assert_eq!(of_kind(&raw_items(id).await, "#EVENT").len(), 0, "all or nothing");
}

#[tokio::test]
async fn a_batch_has_one_to_fifty_events() {
    let (id, guest) = (published_video().await, visitor());
    let view = began(id, 60).await;
    let batch = |count| json!({ "events": (0..count).map(|_| event(view, "seek", 1.0)).collect::<Vec<_>>() });
    assert_eq!(track(&guest, "event", &batch(50)).await.expect(200)["accepted"], 50);
    assert_eq!(of_kind(&raw_items(id).await, "#EVENT").len(), 50);
    for body in [batch(0), batch(51), json!({ "events": {} }), json!({ "events": [1] }), json!({})] {
        track(&guest, "event", &body).await.expect_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn events_of_nothing_to_see_say_why() {
    let (id, guest) = (published_video().await, visitor());
    let view = began(id, 60).await;
    let nowhere = json!({ "videoId": VideoId::generate(), "eventType": "play", "timestamp": 0 });
    for body in [nowhere.clone(), json!({ "events": [nowhere, nowhere] })] {
        track(&guest, "event", &body).await.expect_sentence(404, "not_found", "Media not found");
    }
    let unknown = event(ViewId::generate(id, 3, seconds_ago(9)), "play", 0.0);
    let answer = track(&guest, "event", &unknown).await;
    answer.expect_sentence(404, "not_found", "There is no such view, or it is too old.");
    let wrong = track(&guest, "event", &json!({ "videoId": id, "eventType": "play", "timestamp": 400 })).await;
    assert!(wrong.expect_error(400, "invalid_request")["fields"]["timestamp"].is_string());
    act_on(id, "lock").await;
    let answer = track(&guest, "event", &event(view, "play", 0.0)).await;
    answer.expect_sentence(403, "media_locked", "Media is locked");
}
