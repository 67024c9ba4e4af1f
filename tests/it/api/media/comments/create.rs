use std::{collections::BTreeSet, time::Duration};

use framehouse_domain::VideoId;
use framehouse_tests::{Answer, GALLERY, act_on, api, published_video, published_with, unique, until, user, visitor};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{COMMENTS, all, id_of, remove, write, written};

const SETTINGS: &str = "/api/media/settings";

#[tokio::test]
async fn a_comment_of_a_session_has_all_its_fields() {
    let (video, guest) = (published_video().await, visitor());
    let body = json!({ "mediaId": video, "content": "Schön!\n👍", "sessionId": "sess_abc", "authorName": " Zoë " });
    let answer = guest.json(Method::POST, COMMENTS, &body).await.expect(201);
    let comment = &answer["comment"];
    let expected = json!({ "success": true, "comment": {
        "id": comment["id"], "mediaId": video, "content": "Schön!\n👍", "authorName": "Zoë", "userId": null,
        "hidden": false, "edited": false, "createdAt": comment["createdAt"], "updatedAt": comment["createdAt"],
        "own": true,
    } });
    assert_eq!(answer, expected);
    assert!(!answer.to_string().contains("sess_abc"), "a session is a secret");
    let list = guest.get(&format!("{COMMENTS}?mediaId={video}&sessionId=sess_abc")).await;
    assert_eq!(list, json!({ "comments": [comment], "total": 1, "nextCursor": null }));
}

#[tokio::test]
async fn a_comment_of_a_user_is_theirs_in_whatever_session() {
    let (video, name) = (published_video().await, unique("anna"));
    let anna = user(&name);
    let answer = anna.json(Method::POST, COMMENTS, &json!({ "mediaId": video, "content": "Hello" })).await.expect(201);
    assert_eq!((&answer["comment"]["userId"], &answer["comment"]["own"]), (&json!(name), &json!(true)));
    assert_eq!(answer["comment"]["authorName"], Value::Null);
    let second = write(&anna, video, "And again", "her session").await.expect(201);
    assert_eq!(second["comment"]["userId"], name);
    // Her session does not make it somebody's who is not signed in.
    remove(&visitor(), id_of(&second["comment"]), Some("her%20session")).await.expect_error(403, "forbidden");
    remove(&user(&name), id_of(&second["comment"]), None).await.expect(200);
}

#[tokio::test]
async fn texts_have_a_length_in_characters_and_no_control_characters() {
    let video = published_video().await;
    let longest = "👍".repeat(2000);
    assert_eq!(written(video, &longest, "s").await["content"], longest);
    assert_eq!(written(video, " a\r\nb\n ", "s").await["content"], "a\nb");
    for (content, sentence) in [
        (String::new(), "Write 1 to 2000 characters."),
        (" \n ".to_owned(), "Write 1 to 2000 characters."),
        ("x".repeat(2001), "Write 1 to 2000 characters."),
        ("a\u{0}b".to_owned(), "It has a control character. Only line breaks are allowed."),
        ("a\tb".to_owned(), "It has a control character. Only line breaks are allowed."),
        ("\u{1b}[31mred".to_owned(), "It has a control character. Only line breaks are allowed."),
    ] {
        let refused = write(&visitor(), video, &content, "s").await.expect_error(400, "invalid_request");
        assert_eq!(refused["fields"]["content"], sentence, "{content:?}");
    }
    let good = json!({ "mediaId": video, "content": "x", "sessionId": "s", "authorName": "ö".repeat(60) });
    let guest = visitor();
    for (field, bad) in [
        ("authorName", json!("ö".repeat(61))),
        ("authorName", json!("a\nb")),
        ("authorName", json!(7)),
        ("content", json!(null)),
        ("content", json!(7)),
        ("mediaId", json!("456")),
        ("mediaId", json!(null)),
        ("sessionId", json!("x".repeat(257))),
        ("sessionId", json!(7)),
        ("more", json!(1)),
    ] {
        let mut body = good.clone();
        body[field] = bad;
        assert_eq!(guest.json(Method::POST, COMMENTS, &body).await.status, 400, "{body}");
    }
    guest.json(Method::POST, COMMENTS, &good).await.expect(201);
    guest.call(Method::POST, COMMENTS).await.expect_error(415, "unsupported_media_type");
    let both = json!({ "mediaId": video, "content": "", "sessionId": "s", "authorName": "a\nb" });
    let fields = guest.json(Method::POST, COMMENTS, &both).await.expect_error(400, "invalid_request")["fields"].take();
    assert_eq!(fields.as_object().unwrap().len(), 2, "{fields}");
}

#[tokio::test]
async fn who_is_not_signed_in_needs_a_session() {
    let (video, guest) = (published_video().await, visitor());
    for session in [json!(null), json!("")] {
        let body = json!({ "mediaId": video, "content": "x", "sessionId": session });
        let refused = guest.json(Method::POST, COMMENTS, &body).await;
        refused.expect_sentence(400, "invalid_request", "sessionId is required");
    }
    let stranger = framehouse_tests::Api::with(Some("x.y.z".to_owned()));
    write(&stranger, video, "x", "s").await.expect_error(401, "unauthorized");
}

#[tokio::test]
async fn markup_stays_text() {
    let video = published_video().await;
    let texts = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)> & &amp; \"quotes\" 'single'",
        "[link](javascript:alert(1)) **bold** {{7*7}} ${7*7}",
        "'; DROP TABLE comments; --",
        "\u{202e}right to left\u{202c} and e\u{301}",
    ];
    for text in texts {
        assert_eq!(written(video, text, "s").await["content"], text);
    }
    let (comments, _) = all(&visitor(), video, 20).await;
    let mut stored: Vec<&str> = comments.iter().map(|comment| comment["content"].as_str().unwrap()).collect();
    stored.reverse();
    assert_eq!(stored, texts);
    let answer = visitor().call(Method::GET, &format!("{COMMENTS}?mediaId={video}")).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn what_is_locked_unpublished_or_unknown_takes_no_comments() {
    let hidden = published_with(|video| video.published = false).await;
    let guest = visitor();
    for video in [hidden, VideoId::generate()] {
        write(&guest, video, "x", "s").await.expect_sentence(404, "not_found", "Media not found");
        let list = guest.call(Method::GET, &format!("{COMMENTS}?mediaId={video}")).await;
        list.expect_sentence(404, "not_found", "Media not found");
    }
    let locked = published_video().await;
    let comment = written(locked, "Before", "s").await;
    act_on(locked, "lock").await;
    write(&guest, locked, "x", "s").await.expect_sentence(403, "media_locked", "Media is locked");
    let list = guest.call(Method::GET, &format!("{COMMENTS}?mediaId={locked}")).await;
    list.expect_sentence(403, "media_locked", "Media is locked");
    assert_eq!(all(&api(), locked, 20).await.1, 1, "admins moderate it all the same");
    super::edit(&guest, id_of(&comment), "After", Some("s")).await.expect_sentence(
        403,
        "media_locked",
        "Media is locked",
    );
    // What one said one can take back, wherever the video is.
    remove(&guest, id_of(&comment), Some("s")).await.expect(200);
    assert_eq!(all(&api(), locked, 20).await.1, 0);
}

#[tokio::test]
async fn fifty_at_once_count_exactly_and_the_video_tells_how_many() {
    let video = published_video().await;
    let answers = join_all((0..50).map(async |n| {
        let session = format!("s{}", n % 7);
        write(&visitor(), video, &format!("Comment {n}"), &session).await.expect(201)["comment"].take()
    }))
    .await;
    let (comments, total) = all(&visitor(), video, 9).await;
    assert_eq!((comments.len(), total), (50, 50));
    let (made, listed): (BTreeSet<&str>, BTreeSet<&str>) =
        (answers.iter().map(id_of).collect(), comments.iter().map(id_of).collect());
    assert_eq!(made, listed);
    assert!(comments.is_sorted_by_key(|comment| std::cmp::Reverse(comment["createdAt"].as_str().unwrap().to_owned())));
    until("the count in the gallery", Duration::from_secs(30), async || {
        (visitor().get(&format!("{GALLERY}/{video}")).await["commentCount"] == 50).then_some(())
    })
    .await;
}

#[tokio::test]
async fn unwanted_words_are_refused_whatever_their_case_and_accents() {
    let video = published_video().await;
    let word = format!("wört{}", VideoId::generate().as_uuid().simple());
    let before = api().get(SETTINGS).await["commentFilter"].clone();
    let mut words: Vec<Value> = before.as_array().cloned().unwrap_or_default();
    words.push(json!(word));
    api().json(Method::PUT, SETTINGS, &json!({ "commentFilter": words })).await.expect(200);
    let shouted = format!("So ein {}!", word.to_uppercase().replace('Ö', "O"));
    // Functions that run already look at the settings every five seconds.
    until("the filter", Duration::from_secs(30), async || {
        (write(&visitor(), video, &shouted, "s").await.status == 400).then_some(())
    })
    .await;
    let refused = |answer: Answer| {
        let sentence = answer.expect_error(400, "comment_refused")["error"].to_string().to_lowercase();
        assert!(!sentence.contains(&word), "{sentence}");
    };
    let own = written(video, &format!("{word}s, part of a word"), "s").await;
    refused(write(&visitor(), video, &format!("{word}, once more"), "s").await);
    let named = json!({ "mediaId": video, "content": "x", "sessionId": "s", "authorName": format!("Mr {word}") });
    refused(visitor().json(Method::POST, COMMENTS, &named).await);
    until("the filter of changes", Duration::from_secs(30), async || {
        let answer = super::edit(&visitor(), id_of(&own), &format!("({word})"), Some("s")).await;
        (answer.status == 400).then(|| refused(answer))
    })
    .await;
    // Who tries out words is slowed down. The minute may change in between, and then there are two windows.
    let guest = visitor();
    let answers = join_all((0..25).map(|_| write(&guest, video, &word, "s"))).await;
    let slowed = answers.iter().filter(|answer| answer.status == 429).count();
    assert!((5..=15).contains(&slowed), "{slowed}");
    words.pop();
    api().json(Method::PUT, SETTINGS, &json!({ "commentFilter": words })).await.expect(200);
}

#[tokio::test]
async fn ten_comments_a_minute_are_enough_for_one_address() {
    let (video, guest) = (published_video().await, visitor());
    let answers = join_all((0..25).map(|n| write(&guest, video, "x", ["a", "b", "c"][n % 3]))).await;
    let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
    // The minute may change in between, and then there are two windows.
    assert!((5..=15).contains(&refused.len()), "{}", refused.len());
    for answer in &refused {
        answer.expect_error(429, "rate_limited");
        let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    assert_eq!(all(&visitor(), video, 20).await.1, 25 - refused.len() as u64);
    write(&visitor(), video, "x", "a").await.expect(201);
}
