use std::time::Duration;

use framehouse_domain::Role;
use framehouse_tests::{Api, VIDEOS, api, published_video, unique, until, user, visitor};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{all, edit, id_of, ids, moderate, page, remove, written};

#[tokio::test]
async fn hidden_comments_are_for_admins_and_do_not_count() {
    let video = published_video().await;
    let comments = [written(video, "first", "s").await, written(video, "second", "s").await];
    let [first, second] = comments.each_ref().map(id_of);
    for _ in 0..3 {
        let hidden = moderate(&Api::of(Role::MapAdmin), first, "hide").await.expect(200);
        let expected = (&json!(true), &json!(true), &json!("first"), &json!(false));
        let comment = &hidden["comment"];
        assert_eq!((&hidden["success"], &comment["hidden"], &comment["content"], &comment["own"]), expected);
    }
    let seen = async |api: &Api| {
        let (comments, total) = all(api, video, 1).await;
        (ids(&comments).into_iter().map(str::to_owned).collect::<Vec<_>>(), total)
    };
    for caller in [visitor(), user(&unique("anna"))] {
        assert_eq!(seen(&caller).await, (vec![second.to_owned()], 1));
    }
    let own = page(&visitor(), video, "&sessionId=s").await;
    assert_eq!(own["comments"].as_array().unwrap().len(), 1, "its author does not see it either");
    for role in [Role::SuperAdmin, Role::InfluenceAdmin, Role::MapAdmin] {
        assert_eq!(seen(&Api::of(role)).await, (vec![second.to_owned(), first.to_owned()], 1), "{role}");
    }
    let list = page(&api(), video, "").await;
    let hidden: Vec<&Value> = list["comments"].as_array().unwrap().iter().map(|comment| &comment["hidden"]).collect();
    assert_eq!(hidden, [false, true]);
    edit(&visitor(), first, "x", Some("s")).await.expect_sentence(404, "not_found", "Comment not found");
    for _ in 0..3 {
        let restored = moderate(&api(), first, "restore").await.expect(200);
        assert_eq!(restored["comment"]["hidden"], false);
    }
    assert_eq!(seen(&visitor()).await, (vec![second.to_owned(), first.to_owned()], 2));
    until("both in the video's count", Duration::from_secs(30), async || {
        (api().get(&format!("{VIDEOS}/{video}")).await["publicCommentCount"] == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_hidden_comment_can_be_removed_and_counts_no_more_than_before() {
    let video = published_video().await;
    let made = [written(video, "a", "s").await, written(video, "b", "s").await, written(video, "c", "s").await];
    for comment in &made[..2] {
        moderate(&api(), id_of(comment), "hide").await.expect(200);
    }
    assert_eq!(all(&visitor(), video, 20).await.1, 1);
    remove(&visitor(), id_of(&made[0]), Some("s")).await.expect(200);
    remove(&api(), id_of(&made[1]), None).await.expect(200);
    assert_eq!(all(&visitor(), video, 20).await.1, 1);
    moderate(&api(), id_of(&made[0]), "restore").await.expect_sentence(404, "not_found", "Comment not found");
    assert_eq!(all(&api(), video, 20).await.0.len(), 1);
}

#[tokio::test]
async fn many_admins_at_once_change_the_count_once() {
    let video = published_video().await;
    let made = [written(video, "a", "s").await, written(video, "b", "s").await];
    for (verb, count) in [("hide", 1), ("restore", 2), ("hide", 1)] {
        let admin = api();
        for answer in join_all((0..8).map(|_| moderate(&admin, id_of(&made[0]), verb))).await {
            assert_eq!(answer.expect(200)["comment"]["hidden"], verb == "hide");
        }
        assert_eq!(all(&visitor(), video, 20).await.1, count, "{verb}");
    }
}

#[tokio::test]
async fn only_admins_moderate() {
    let video = published_video().await;
    let comment = written(video, "a", "s").await;
    for verb in ["hide", "restore"] {
        moderate(&visitor(), id_of(&comment), verb).await.expect_error(401, "unauthorized");
        moderate(&user(&unique("anna")), id_of(&comment), verb).await.expect_error(403, "forbidden");
    }
}

#[tokio::test]
async fn a_page_is_full_however_many_hidden_ones_lie_between() {
    let video = published_video().await;
    let mut shown = vec![written(video, "the oldest", "s").await];
    for n in 0..40 {
        let comment = written(video, &format!("{n}"), "s").await;
        moderate(&api(), id_of(&comment), "hide").await.expect(200);
    }
    shown.insert(0, written(video, "the newest", "s").await);
    let list = page(&visitor(), video, "&limit=2").await;
    assert_eq!(ids(list["comments"].as_array().unwrap()), ids(&shown));
    assert_eq!((&list["total"], &list["nextCursor"]), (&json!(2), &Value::Null));
}
