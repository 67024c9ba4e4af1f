use framehouse_tests::{api, published_video, store, unique, user, visitor};
use reqwest::Method;
use serde_json::{Value, json};

use super::{COMMENTS, all, id_of, ids, page, remove, write, written};

#[tokio::test]
async fn lists_are_newest_first_and_pages_stand_still_while_others_write() {
    let video = published_video().await;
    let mut made = Vec::new();
    for n in 0..11 {
        made.insert(0, written(video, &format!("Comment {n}"), "s").await);
    }
    for limit in [1, 3, 11, 100] {
        let (comments, total) = all(&visitor(), video, limit).await;
        assert_eq!((ids(&comments), total), (ids(&made), 11), "{limit}");
    }
    let first = page(&visitor(), video, "&limit=4").await;
    for n in 0..3 {
        written(video, &format!("Meanwhile {n}"), "s").await;
    }
    remove(&visitor(), id_of(&made[5]), Some("s")).await.expect(200);
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = page(&visitor(), video, &format!("&cursor={cursor}")).await;
    assert_eq!(ids(first["comments"].as_array().unwrap()), ids(&made[..4]));
    let left: Vec<Value> = made[4..].iter().filter(|comment| comment["id"] != made[5]["id"]).cloned().collect();
    assert_eq!(ids(rest["comments"].as_array().unwrap()), ids(&left));
    assert_eq!((&rest["total"], &rest["nextCursor"]), (&json!(13), &Value::Null));
    assert_eq!(page(&visitor(), published_video().await, "").await["total"], 0);
}

#[tokio::test]
async fn a_page_has_twenty_when_nobody_says_how_many() {
    let video = published_video().await;
    for n in 0..21 {
        written(video, &format!("{n}"), "s").await;
    }
    let list = page(&visitor(), video, "").await;
    assert_eq!(list["comments"].as_array().unwrap().len(), 20);
    assert!(list["nextCursor"].is_string());
}

#[tokio::test]
async fn each_caller_is_told_which_are_their_own() {
    let (video, name) = (published_video().await, unique("anna"));
    written(video, "of a session", "first").await;
    written(video, "of another", "second").await;
    write(&user(&name), video, "of a user", "first").await.expect(201);
    let own = async |api: &framehouse_tests::Api, query: &str| -> Vec<String> {
        let list = page(api, video, query).await;
        let comments = list["comments"].as_array().unwrap().iter();
        comments.filter(|comment| comment["own"] == true).map(|comment| comment["content"].to_string()).collect()
    };
    assert_eq!(own(&visitor(), "").await, [] as [&str; 0]);
    assert_eq!(own(&visitor(), "&sessionId=").await, [] as [&str; 0]);
    assert_eq!(own(&visitor(), "&sessionId=first").await, ["\"of a session\""]);
    assert_eq!(own(&user(&name), "").await, ["\"of a user\""]);
    assert_eq!(own(&user(&name), "&sessionId=second").await, ["\"of a user\"", "\"of another\""]);
    assert_eq!(own(&user(&unique("ben")), "").await, [] as [&str; 0]);
    assert_eq!(own(&api(), "").await, [] as [&str; 0]);
}

#[tokio::test]
async fn lists_refuse_what_they_do_not_know() {
    let video = published_video().await;
    for (query, field) in [
        (String::new(), None),
        ("mediaId=456".to_owned(), None),
        (format!("mediaId={video}&limit=0"), Some("limit")),
        (format!("mediaId={video}&limit=101"), Some("limit")),
        (format!("mediaId={video}&limit=-1"), None),
        (format!("mediaId={video}&cursor=0"), Some("cursor")),
        (format!("mediaId={video}&sort=oldest"), None),
        (format!("mediaId={video}&sessionId={}", "x".repeat(257)), None),
    ] {
        let refused = visitor().call(Method::GET, &format!("{COMMENTS}?{query}")).await;
        assert_eq!(refused.status, 400, "{query}: {}", refused.text);
        assert!(field.is_none_or(|field| refused.expect(400)["fields"][field].is_string()), "{query}");
    }
    let stranger = framehouse_tests::Api::with(Some("x.y.z".to_owned()));
    let refused = stranger.call(Method::GET, &format!("{COMMENTS}?mediaId={video}")).await;
    refused.expect_error(401, "unauthorized");
}

#[tokio::test]
async fn a_users_comments_can_be_exported_and_erased() {
    let (video, name) = (published_video().await, unique("anna"));
    for text in ["first", "second"] {
        write(&user(&name), video, text, "s").await.expect(201);
    }
    written(video, "of a guest", "s").await;
    let mine = store().comments_of(&name).await.unwrap();
    assert_eq!(mine.iter().map(|comment| comment.content.as_str()).collect::<Vec<_>>(), ["second", "first"]);
    for comment in &mine {
        assert_eq!(store().remove_comment(comment.id).await.unwrap().as_ref(), Some(comment));
        assert_eq!(store().remove_comment(comment.id).await.unwrap(), None);
    }
    let (comments, total) = all(&visitor(), video, 20).await;
    assert_eq!((comments.len(), total), (1, 1));
}
