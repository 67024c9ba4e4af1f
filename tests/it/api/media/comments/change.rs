use std::collections::BTreeSet;

use framehouse_domain::CommentId;
use framehouse_tests::{Api, api, published_video, unique, user, visitor};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{COMMENTS, all, edit, id_of, moderate, remove, write, written};

#[tokio::test]
async fn authors_change_their_texts() {
    let (video, name) = (published_video().await, unique("anna"));
    let of_session = written(video, "Frist!", "s").await;
    let of_user = write(&user(&name), video, "Secnod!", "s").await.expect(201)["comment"].take();
    for (author, comment, session) in [(visitor(), &of_session, Some("s")), (user(&name), &of_user, None)] {
        let id = id_of(comment);
        let changed = edit(&author, id, " Corrected. ", session).await.expect(200);
        let changed = (&changed["success"], &changed["comment"]);
        let mut expected = comment.clone();
        expected["content"] = json!("Corrected.");
        expected["edited"] = json!(true);
        expected["updatedAt"] = changed.1["updatedAt"].clone();
        assert_eq!(changed, (&json!(true), &expected));
        assert!(changed.1["updatedAt"].as_str() > comment["updatedAt"].as_str());
        let again = edit(&author, id, "Corrected.", session).await.expect(200);
        assert_eq!(&again["comment"], changed.1, "the same text is no change");
        assert_eq!(edit(&author, id, "", session).await.status, 400);
        assert_eq!(edit(&author, id, &"x".repeat(2001), session).await.status, 400);
        let body = json!({ "content": "x", "sessionId": session, "hidden": true });
        author.json(Method::PUT, &format!("{COMMENTS}/{id}"), &body).await.expect_error(400, "invalid_request");
    }
    let (comments, total) = all(&visitor(), video, 20).await;
    assert_eq!(total, 2);
    assert!(comments.iter().all(|comment| comment["content"] == "Corrected." && comment["edited"] == true));
}

#[tokio::test]
async fn nobody_else_changes_or_removes_it() {
    let (video, name) = (published_video().await, unique("anna"));
    let of_session = written(video, "Mine", "s").await;
    let of_user = write(&user(&name), video, "Mine too", "s").await.expect(201)["comment"].take();
    let strangers: [(Api, Option<&str>); 4] =
        [(visitor(), None), (visitor(), Some("t")), (user(&unique("ben")), None), (user(&unique("ben")), Some("t"))];
    for comment in [&of_session, &of_user] {
        for (stranger, session) in &strangers {
            edit(stranger, id_of(comment), "Yours", *session).await.expect_error(403, "forbidden");
            remove(stranger, id_of(comment), *session).await.expect_error(403, "forbidden");
        }
    }
    edit(&api(), id_of(&of_user), "Not even admins", None).await.expect_error(403, "forbidden");
    remove(&visitor(), id_of(&of_user), Some(&name)).await.expect_error(403, "forbidden");
    let (comments, _) = all(&visitor(), video, 20).await;
    assert!(comments.iter().all(|comment| comment["content"].as_str().unwrap().starts_with("Mine")));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let id = CommentId::generate().to_string();
    edit(&visitor(), &id, "x", Some("s")).await.expect_sentence(404, "not_found", "Comment not found");
    remove(&visitor(), &id, Some("s")).await.expect_sentence(404, "not_found", "Comment not found");
    for verb in ["hide", "restore"] {
        moderate(&api(), &id, verb).await.expect_sentence(404, "not_found", "Comment not found");
    }
    edit(&visitor(), "789", "x", Some("s")).await.expect_error(400, "invalid_request");
    remove(&visitor(), "789", None).await.expect_error(400, "invalid_request");
    moderate(&api(), "789", "hide").await.expect_error(400, "invalid_request");
    let long = "x".repeat(257);
    assert_eq!(remove(&visitor(), &id, Some(&long)).await.status, 400);
}

#[tokio::test]
async fn removed_twice_it_counts_once() {
    let video = published_video().await;
    let mut made = Vec::new();
    for n in 0..6 {
        made.push(written(video, &format!("{n}"), "s").await);
    }
    join_all(made[..4].iter().map(async |comment| {
        let id = id_of(comment);
        let (guests, admin) = ([visitor(), visitor()], api());
        let [first, second] = guests.each_ref().map(|guest| remove(guest, id, Some("s")));
        let (first, second, third) = futures::join!(first, second, remove(&admin, id, None));
        let mut statuses = [first.status, second.status, third.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404, 404]);
    }))
    .await;
    let (comments, total) = all(&visitor(), video, 20).await;
    assert_eq!((comments.len(), total), (2, 2));
    assert_eq!(remove(&api(), id_of(&made[4]), None).await.expect(200), json!({ "success": true }));
    remove(&api(), id_of(&made[4]), None).await.expect_sentence(404, "not_found", "Comment not found");
    assert_eq!(all(&visitor(), video, 20).await.1, 1);
}

#[tokio::test]
async fn whoever_is_first_the_count_is_that_of_the_comments_shown() {
    let video = published_video().await;
    let mut made = Vec::new();
    for n in 0..12 {
        made.push(written(video, &format!("{n}"), "s").await);
    }
    let known: BTreeSet<&str> = made.iter().map(id_of).collect();
    join_all(known.iter().enumerate().map(async |(n, id)| {
        let (admin, other, guest) = (api(), api(), visitor());
        let (hidden, restored, ()) =
            futures::join!(moderate(&admin, id, "hide"), moderate(&other, id, "restore"), async {
                if n % 2 == 0 {
                    remove(&guest, id, Some("s")).await.expect(200);
                } else {
                    assert!([200, 404].contains(&edit(&guest, id, "changed", Some("s")).await.status));
                }
            });
        assert!([200, 404].contains(&hidden.status) && [200, 404].contains(&restored.status));
    }))
    .await;
    let (shown, total) = all(&visitor(), video, 20).await;
    let (left, _) = all(&api(), video, 20).await;
    assert_eq!(shown.len() as u64, total);
    assert_eq!(left.len(), 6, "half were removed");
    assert_eq!(left.iter().filter(|comment| comment["hidden"] == false).count(), shown.len());
}
