use std::time::Duration;

use framehouse_domain::VideoId;
use framehouse_tests::{Answer, Api, GALLERY, act_on, published_video, published_with, until, visitor};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

async fn vote(api: &Api, id: VideoId, session: &str) -> Answer {
    api.json(Method::POST, &format!("{GALLERY}/{id}/upvote"), &json!({ "sessionId": session })).await
}

async fn take_back(api: &Api, id: VideoId, session: &str) -> Answer {
    let session: String = url::form_urlencoded::byte_serialize(session.as_bytes()).collect();
    api.call(Method::DELETE, &format!("{GALLERY}/{id}/upvote?sessionId={session}")).await
}

fn answer(upvoted: bool, count: u64) -> Value {
    json!({ "success": true, "upvoted": upvoted, "upvoteCount": count })
}

#[tokio::test]
async fn each_session_votes_once_and_the_answer_knows_all_votes() {
    let (id, guest) = (published_video().await, visitor());
    assert_eq!(vote(&guest, id, "anna").await.expect(200), answer(true, 1));
    assert_eq!(vote(&guest, id, "anna").await.expect(200), answer(true, 1));
    assert_eq!(vote(&visitor(), id, "ben").await.expect(200), answer(true, 2));
    let details = guest.get(&format!("{GALLERY}/{id}?sessionId=ben")).await;
    assert_eq!(details["upvoted"], true);
    assert_eq!(guest.get(&format!("{GALLERY}/{id}?sessionId=carl")).await["upvoted"], false);
    assert_eq!(take_back(&guest, id, "anna").await.expect(200), answer(false, 1));
    assert_eq!(take_back(&guest, id, "anna").await.expect(200), answer(false, 1));
    assert_eq!(take_back(&guest, id, "nobody").await.expect(200), answer(false, 1));
    let body = json!({ "sessionId": "ben" });
    let path = format!("{GALLERY}/{id}/upvote");
    assert_eq!(guest.json(Method::DELETE, &path, &body).await.expect(200), answer(false, 0), "a body will do");
    assert_eq!(vote(&guest, id, "anna").await.expect(200), answer(true, 1), "and again");
    until("the vote in the details", Duration::from_secs(30), async || {
        (guest.get(&format!("{GALLERY}/{id}")).await["upvoteCount"] == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn from_two_devices_at_once_it_is_one_vote() {
    let id = published_video().await;
    let guests: Vec<Api> = (0..8).map(|_| visitor()).collect();
    for answered in join_all(guests.iter().map(|guest| vote(guest, id, "same"))).await {
        assert_eq!(answered.expect(200)["upvoteCount"], 1);
    }
    let sessions: Vec<String> = (0..40).map(|n| format!("session {n}")).collect();
    join_all(sessions.iter().zip(guests.iter().cycle()).map(async |(session, guest)| {
        vote(guest, id, session).await.expect(200);
    }))
    .await;
    let before = vote(&guests[0], id, "same").await.expect(200);
    assert_eq!(before["upvoteCount"], 41);
    join_all(sessions.iter().zip(guests.iter().cycle()).map(async |(session, guest)| {
        take_back(guest, id, session).await.expect(200);
        take_back(guest, id, session).await.expect(200);
    }))
    .await;
    assert_eq!(take_back(&guests[0], id, "same").await.expect(200)["upvoteCount"], 0);
}

#[tokio::test]
async fn session_ids_are_of_any_shape_but_must_be_there() {
    let (id, guest) = (published_video().await, visitor());
    let long = "x".repeat(256);
    let shapes = ["0", " ", "sess_abc", "a#b/c?d&e", "ünï💥", "\u{0}\n", "../..", "VOTE", &long];
    for (count, session) in (1_u64..).zip(shapes) {
        assert_eq!(vote(&guest, id, session).await.expect(200), answer(true, count), "{session:?}");
    }
    assert_eq!(take_back(&guest, id, "a#b/c?d&e").await.expect(200)["upvoted"], false);
    let path = format!("{GALLERY}/{id}/upvote");
    for body in [json!({}), json!({ "sessionId": null }), json!({ "sessionId": "" })] {
        let refused = guest.json(Method::POST, &path, &body).await;
        refused.expect_sentence(400, "invalid_request", "sessionId is required");
    }
    guest.call(Method::DELETE, &path).await.expect_sentence(400, "invalid_request", "sessionId is required");
    for body in [json!({ "sessionId": "x".repeat(257) }), json!({ "sessionId": 7 }), json!([1]), json!({ "id": "x" })] {
        assert_eq!(guest.json(Method::POST, &path, &body).await.status, 400, "{body}");
    }
    guest.call(Method::POST, &path).await.expect_error(415, "unsupported_media_type");
    let text = Some(json!({ "sessionId": "beacon" }).to_string());
    guest.send(Method::POST, &path, text, &[("content-type", "text/plain;charset=UTF-8")]).await.expect(200);
}

#[tokio::test]
async fn what_is_locked_unpublished_or_unknown_takes_no_votes() {
    let guest = visitor();
    let hidden = published_with(|video| video.published = false).await;
    for id in [hidden, VideoId::generate()] {
        vote(&guest, id, "anna").await.expect_sentence(404, "not_found", "Media not found");
        take_back(&guest, id, "anna").await.expect_sentence(404, "not_found", "Media not found");
    }
    let locked = published_video().await;
    vote(&guest, locked, "anna").await.expect(200);
    act_on(locked, "lock").await;
    vote(&guest, locked, "ben").await.expect_sentence(403, "media_locked", "Media is locked");
    take_back(&guest, locked, "anna").await.expect_sentence(403, "media_locked", "Media is locked");
    act_on(locked, "unlock").await;
    assert_eq!(vote(&guest, locked, "anna").await.expect(200), answer(true, 1));
}

#[tokio::test]
async fn sixty_votes_a_minute_are_enough_for_one_address() {
    let id = published_video().await;
    let guest = visitor();
    let mut answers = Vec::new();
    for _ in 0..2 {
        let calls = (0..61).map(|n| {
            let (guest, session) = (guest.clone(), format!("s{n}"));
            async move { vote(&guest, id, &session).await }
        });
        answers.extend(join_all(calls).await);
    }
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    // The minute may change in between, and then there are two windows.
    assert!((2..=62).contains(&refused.len()), "{}", refused.len());
    for answer in refused {
        answer.expect_error(429, "rate_limited");
        let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait));
    }
    let forged =
        [("content-type", "application/json"), ("x-forwarded-for", "203.0.113.9"), ("x-real-ip", "203.0.113.9")];
    let body = || Some(json!({ "sessionId": "z" }).to_string());
    let path = format!("{GALLERY}/{id}/upvote");
    let full = until("a full window", Duration::from_secs(90), async || {
        let answer = vote(&guest, id, "z").await;
        (answer.status == 429).then_some(answer)
    });
    full.await;
    let statuses = join_all((0..5).map(|_| guest.send(Method::POST, &path, body(), &forged))).await;
    assert!(statuses.iter().any(|answer| answer.status == 429), "a header names no other address");
    vote(&visitor(), id, "z").await.expect(200);
}
