//! Lists of comments and reactions, newest first, out of their partitions, on a fresh table of the emulator.

#![allow(clippy::expect_used, clippy::unwrap_used, dead_code, reason = "a test fails by panicking")]

mod table;

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::{Comment, CommentAuthor, Reaction, ReactionType, Timestamp, VideoId};
use framehouse_store::{Cursor, Page, Store};
use table::{fresh_table, now, raw_table};

/// Comments of which each five are written in the same millisecond, newest first as a list has them.
async fn written(store: &Store, video: VideoId, count: i64) -> Vec<Comment> {
    let begin = now().as_millis();
    let mut made = Vec::new();
    for n in 0..count {
        let author = CommentAuthor::Session(format!("s{n}"));
        let at = Timestamp::from_millis(begin + n / 5);
        let comment = Comment::new(video, author, None, format!("{n}"), at);
        store.create_comment(&comment).await.unwrap();
        made.push(comment);
    }
    made.sort_by_key(|comment| Reverse((comment.created_at, comment.id)));
    made
}

/// Every item of a list, page by page.
async fn all<T>(limit: usize, page: impl AsyncFn(Option<Cursor>) -> Page<T>) -> Vec<T> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let Page { items, next } = page(after).await;
        assert!(items.len() == limit || next.is_none(), "{} of {limit}", items.len());
        found.extend(items);
        // As a client sends it back.
        after = next.map(|cursor| cursor.to_string().parse().unwrap());
        if after.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn pages_of_any_length_have_each_comment_once_in_order() {
    let (store, video) = (fresh_table().await, VideoId::generate());
    let mut made = written(&store, video, 90).await;
    written(&store, VideoId::generate(), 5).await;
    for limit in [1, 7, 30, 90, 100] {
        let found = all(limit, async |after| store.comments(video, true, limit, after).await.unwrap()).await;
        assert_eq!(found, made, "{limit}");
    }
    for comment in made.iter_mut().skip(10).take(70) {
        comment.hidden = true;
        store.set_comment_hidden(comment.id, true).await.unwrap();
    }
    for limit in [1, 7, 30] {
        let found = all(limit, async |after| store.comments(video, false, limit, after).await.unwrap()).await;
        let shown: Vec<Comment> = made.iter().filter(|comment| !comment.hidden).cloned().collect();
        assert_eq!(found, shown, "{limit}");
        let found = all(limit, async |after| store.comments(video, true, limit, after).await.unwrap()).await;
        assert_eq!(found, made, "{limit}");
    }
    assert_eq!(store.act_counts(video).await.unwrap().comments, 20);
    assert!(store.comments(VideoId::generate(), true, 10, None).await.unwrap().items.is_empty());
}

/// However many of a video's newest comments are hidden, a page of the others reads none of them.
#[tokio::test]
async fn hidden_comments_are_in_no_partition_that_everybody_reads() {
    let ((client, table), video) = (raw_table().await, VideoId::generate());
    let store = Store::new(client.clone(), table.clone());
    let made = written(&store, video, 24).await;
    let lists = async || {
        let items = client.scan().table_name(&table).index_name("byVideo").send().await.unwrap().items.unwrap();
        let list = |item: &HashMap<String, AttributeValue>| item["byVideo"].as_s().unwrap().ends_with("#HIDDEN");
        items.iter().filter(|item| list(item)).count()
    };
    for comment in made.iter().take(20) {
        store.set_comment_hidden(comment.id, true).await.unwrap();
    }
    assert_eq!(lists().await, 20);
    store.set_comment_hidden(made[3].id, false).await.unwrap();
    store.remove_comment(made[4].id).await.unwrap();
    assert_eq!(lists().await, 18);
    let shown = store.comments(video, false, 100, None).await.unwrap().items;
    assert_eq!(shown, [&made[3..4], &made[20..]].concat());
    assert_eq!(store.comments(video, true, 100, None).await.unwrap().items.len(), 23);
    store.forget_audience(video).await.unwrap();
    assert_eq!(store.comments(video, true, 100, None).await.unwrap().items, []);
}

/// What is sought among much else ends a page early, and the next page goes on.
#[tokio::test]
async fn a_page_of_few_among_many_is_short_and_not_the_last() {
    let (store, videos) = (fresh_table().await, [VideoId::generate(), VideoId::generate()]);
    let begin = now().as_millis();
    let reacted = async |video: VideoId, n: u32| {
        let at = Timestamp::from_millis(begin + i64::from(n));
        let reaction = Reaction::new(video, None, "anna".to_owned(), ReactionType::Wow, n, at);
        store.react(&reaction).await.unwrap()
    };
    let oldest = reacted(videos[1], 0).await;
    for n in 1..=1_200 {
        reacted(videos[0], n).await;
    }
    let newest = reacted(videos[1], 1_300).await;
    let first = store.reactions_by("anna", Some(videos[1]), 5, None).await.unwrap();
    assert_eq!(first.items, [newest]);
    assert!(first.next.is_some());
    let second = store.reactions_by("anna", Some(videos[1]), 5, first.next).await.unwrap();
    assert_eq!((second.items, second.next), (vec![oldest], None));
}

#[tokio::test]
async fn a_users_reactions_are_found_among_all_else_that_they_did() {
    let (store, videos) = (fresh_table().await, [VideoId::generate(), VideoId::generate()]);
    let mut made = Vec::new();
    for n in 0..130_u32 {
        let (user, at) =
            (["anna", "ben"][n as usize % 2], Timestamp::from_millis(now().as_millis() + i64::from(n / 4)));
        // One in ten is to the second video.
        let video = videos[usize::from(n % 20 < 2)];
        let reaction = Reaction::new(video, Some(300), user.to_owned(), ReactionType::Wow, n, at);
        assert_eq!(store.react(&reaction).await.unwrap(), reaction);
        let author = CommentAuthor::User(user.to_owned());
        store.create_comment(&Comment::new(video, author, None, "x".to_owned(), at)).await.unwrap();
        made.push(reaction);
    }
    made.sort_by_key(|reaction| Reverse((reaction.created_at, reaction.id)));
    let of = |user: Option<&str>, video: Option<VideoId>| -> Vec<Reaction> {
        let is_wanted = |reaction: &&Reaction| {
            user.is_none_or(|user| reaction.user_id == user) && video.is_none_or(|video| reaction.video_id == video)
        };
        made.iter().filter(is_wanted).cloned().collect()
    };
    for limit in [3, 50] {
        let page = async |after| store.reactions_by("anna", None, limit, after).await.unwrap();
        assert_eq!(all(limit, page).await, of(Some("anna"), None), "{limit}");
        let page = async |after| store.reactions_by("anna", Some(videos[1]), limit, after).await.unwrap();
        assert_eq!(all(limit, page).await, of(Some("anna"), Some(videos[1])), "{limit}");
        let page = async |after| store.reactions(videos[0], limit, after).await.unwrap();
        assert_eq!(all(limit, page).await, of(None, Some(videos[0])), "{limit}");
    }
    assert_eq!(store.reactions_of("ben").await.unwrap(), of(Some("ben"), None));
    let comments: BTreeSet<_> = store.comments_of("ben").await.unwrap().iter().map(|comment| comment.id).collect();
    assert_eq!(comments.len(), 65);
    let heat = store.heat(videos[1]).await.unwrap();
    let sum: u64 = (0..50).map(|bucket| heat.count(bucket, ReactionType::Wow)).sum();
    assert_eq!(sum, of(None, Some(videos[1])).len() as u64);
}
