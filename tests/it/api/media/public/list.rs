use std::time::Duration;

use framehouse_domain::{Lock, Video, VideoFacts, VideoId};
use framehouse_tests::{GALLERY, act_on, published_with, seconds_ago, store, unique, until, visitor};
use reqwest::Method;
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    page["videos"].as_array().unwrap().iter().map(|video| video["id"].as_str().unwrap().to_owned()).collect()
}

/// Three videos of a category of their own; the first one was published last and has the fewest views.
async fn three(category: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..3_u32 {
        let id = published_with(|video| {
            video.category = Some(category.to_owned());
            video.published_at = Some(seconds_ago(number.into()));
            video.engagement.views = u64::from(number) * 10;
            video.engagement.upvotes = u64::from((number + 1) % 3);
            video.title = Some(format!("Ferien {number} am Meer"));
            video.producer = Some(format!("{category} Studio Übersee"));
            video.tags = vec![category.to_owned()];
            if number == 2 {
                let facts = VideoFacts { width: Some(1080), height: Some(1920), ..video.facts.clone().unwrap() };
                video.facts = Some(facts);
            }
        })
        .await;
        ids.push(id.to_string());
    }
    ids
}

/// The list once it has so many videos: functions that run already notice within two seconds.
async fn shown(query: &str, total: u64) -> Value {
    until(&format!("{total} videos for {query}"), Duration::from_secs(10), async || {
        let page = visitor().get(&format!("{GALLERY}?{query}")).await;
        (page["pagination"]["total"] == total).then_some(page)
    })
    .await
}

#[tokio::test]
async fn a_list_has_the_fields_of_the_spec() {
    let category = unique("fields");
    let id = published_with(|video: &mut Video| {
        video.category = Some(category.clone());
        video.title = Some("Ferien".into());
        video.tags = vec!["sea".into()];
        video.engagement.views = 1250;
        video.engagement.upvotes = 89;
        video.engagement.comments = 12;
    })
    .await;
    let page = shown(&format!("category={category}"), 1).await;
    let mut video = page["videos"][0].clone();
    let filename = video["filename"].take();
    assert_eq!(filename, store().video(id).await.unwrap().unwrap().path.filename());
    for time in ["createdAt", "publishedAt"] {
        assert!(video[time].take().as_str().unwrap().ends_with('Z'), "{time}");
    }
    let expected = json!({
        "id": id, "title": "Ferien", "filename": null, "category": category, "producer": null, "creator": null,
        "tags": ["sea"], "durationSeconds": 300, "quality": "FHD", "orientation": "landscape",
        "thumbnailPath": format!("{GALLERY}/{id}/thumbnail"), "viewCount": 1250, "upvoteCount": 89, "commentCount": 12,
        "isLocked": false, "publishedAt": null, "createdAt": null,
    });
    assert_eq!(video, expected);
    let pagination = json!({ "total": 1, "limit": 24, "offset": 0, "hasMore": false, "nextCursor": null });
    assert_eq!(page["pagination"], pagination);
}

#[tokio::test]
async fn lists_are_sorted_filtered_and_paged() {
    let category = unique("three");
    let [first, second, third] = three(&category).await.try_into().unwrap();
    let base = format!("category={category}");
    assert_eq!(ids(&shown(&base, 3).await), [first.clone(), second.clone(), third.clone()], "recent");
    assert_eq!(
        ids(&shown(&format!("{base}&sort=most_viewed"), 3).await),
        [third.clone(), second.clone(), first.clone()]
    );
    assert_eq!(ids(&shown(&format!("{base}&sort=popular"), 3).await), [second.clone(), first.clone(), third.clone()]);
    assert_eq!(ids(&shown(&format!("{base}&orientation=portrait"), 1).await), std::slice::from_ref(&third));
    assert_eq!(ids(&shown(&format!("{base}&search=ferien%201"), 1).await), std::slice::from_ref(&second));
    shown(&format!("{base}&search=UBERSEE"), 3).await;
    shown(&format!("{base}&search=videos/gallery-"), 3).await;
    shown(&format!("{base}&search=100%25_"), 0).await;

    let page = shown(&format!("{base}&limit=2"), 3).await;
    let cursor = page["pagination"]["nextCursor"].as_str().unwrap();
    assert_eq!((ids(&page), &page["pagination"]["hasMore"]), (vec![first, second], &json!(true)));
    for rest in [format!("{base}&limit=2&offset=2"), format!("{base}&limit=2&cursor={cursor}")] {
        let page = shown(&rest, 3).await;
        assert_eq!((ids(&page), &page["pagination"]["hasMore"]), (vec![third.clone()], &json!(false)), "{rest}");
    }
    let other = visitor().call(Method::GET, &format!("{GALLERY}?sort=popular&cursor={cursor}")).await;
    assert!(other.expect_error(400, "invalid_request")["fields"]["cursor"].is_string());
}

#[tokio::test]
async fn what_is_locked_unpublished_or_deleted_is_not_listed() {
    let category = unique("hidden");
    let named = |video: &mut Video| video.category = Some(category.clone());
    let locked = published_with(named).await;
    let (left, deleted) = (published_with(named).await, published_with(named).await);
    published_with(|video| {
        named(video);
        video.lock = Some(Lock { at: seconds_ago(1), reason: None });
    })
    .await;
    let query = format!("category={category}");
    shown(&query, 3).await;
    let categories = visitor().get(&format!("{GALLERY}/categories")).await;
    assert!(categories["categories"].as_array().unwrap().contains(&json!({ "category": category, "count": 3 })));
    act_on(locked, "lock").await;
    shown(&query, 2).await;
    act_on(left, "unpublish").await;
    shown(&query, 1).await;
    let (store, now) = (store(), framehouse_api::now());
    let delete = |video: &mut Video| -> Result<(), ()> {
        video.delete(now);
        Ok(())
    };
    store.modify_video(deleted, now, delete).await.unwrap();
    shown(&query, 0).await;
    act_on(locked, "unlock").await;
    assert_eq!(ids(&shown(&query, 1).await), [locked.to_string()]);
}

#[tokio::test]
async fn related_videos_share_something() {
    let category = unique("related");
    let [first, second, third] = three(&category).await.try_into().unwrap();
    shown(&format!("category={category}"), 3).await;
    let page = visitor().get(&format!("{GALLERY}/{first}/related?limit=2")).await;
    let mut found = ids(&page);
    found.sort();
    assert_eq!(found, [second, third]);
    assert!(ids(&visitor().get(&format!("{GALLERY}/{first}/related")).await).len() <= 12);
    let unknown = VideoId::generate();
    let answer = visitor().call(Method::GET, &format!("{GALLERY}/{unknown}/related")).await;
    answer.expect_sentence(404, "not_found", "Media not found");
    visitor()
        .call(Method::GET, &format!("{GALLERY}/{first}/related?limit=25"))
        .await
        .expect_error(400, "invalid_request");
}

#[tokio::test]
async fn bad_questions_are_named() {
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("sort=best", "sort"),
        ("orientation=round", "orientation"),
        ("cursor=%21", "cursor"),
        ("offset=1&cursor=abc", "cursor"),
    ] {
        let answer = visitor().call(Method::GET, &format!("{GALLERY}?{query}")).await;
        assert!(answer.expect_error(400, "invalid_request")["fields"][field].is_string(), "{query}: {}", answer.text);
    }
    for query in ["limit=x", "offset=-1", "unknown=1"] {
        visitor().call(Method::GET, &format!("{GALLERY}?{query}")).await.expect_error(400, "invalid_request");
    }
}
