use std::time::Duration;

use framehouse_domain::Engagement;
use framehouse_tests::{api, published_video, published_with, unique, until};
use reqwest::Method;
use serde_json::{Value, json};

const TOP: &str = "/api/videos/analytics/top";

#[tokio::test]
async fn the_top_is_ordered_by_views_or_watch_time() {
    // More than any other test's.
    let engaged = async |views, watch_time| {
        published_with(|video| video.engagement = Engagement { views, watch_time, upvotes: 3, ..video.engagement })
            .await
    };
    let (seen, watched) = (engaged(4_000_000, 8).await, engaged(2_000_000, 9_000_000_000).await);
    let place = |list: &Value, id| {
        list["videos"].as_array().unwrap().iter().position(|video| video["id"] == json!(id)).unwrap()
    };
    let views = api().get(&format!("{TOP}?limit=100")).await;
    assert_eq!(views["metric"], "views");
    assert!(place(&views, seen) < place(&views, watched));
    let watch_time = api().get(&format!("{TOP}?metric=watchTime&limit=100")).await;
    assert_eq!(watch_time["metric"], "watchTime");
    let first = &watch_time["videos"][place(&watch_time, watched)];
    let expected = json!({ "id": watched, "title": first["title"], "filename": first["filename"], "views": 2_000_000,
        "watchTimeSeconds": 9_000_000_000_u64, "upvotes": 3,
        "thumbnailPath": format!("/api/media/public/{watched}/thumbnail") });
    assert_eq!(first, &expected);
    assert_eq!(api().get(&format!("{TOP}?limit=1")).await["videos"].as_array().unwrap().len(), 1);
    assert!(api().get(TOP).await["videos"].as_array().unwrap().len() <= 10);
    for query in ["metric=likes", "limit=0", "limit=101", "limit=x", "by=views"] {
        api().call(Method::GET, &format!("{TOP}?{query}")).await.expect_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn the_overview_adds_up_the_library() {
    let path = "/api/videos/analytics/overview";
    let before = api().get(path).await;
    let category = unique("overview");
    let engagement = Engagement { views: 10, upvotes: 4, comments: 3, completions: 5, watch_time: 100 };
    published_with(|video| (video.engagement, video.category) = (engagement, Some(category.clone()))).await;
    published_with(|video| (video.engagement, video.published) = (engagement, false)).await;
    let after = until("the new videos in the overview", Duration::from_secs(10), async || {
        let after = api().get(path).await;
        (grown(&before, &after, "totalVideos") >= 2).then_some(after)
    })
    .await;
    // Other tests add as well.
    for (field, least) in [
        ("publishedVideos", 1),
        ("totalViews", 20),
        ("totalWatchTimeSeconds", 200),
        ("totalUpvotes", 8),
        ("totalComments", 6),
        ("totalCompletions", 10),
    ] {
        assert!(grown(&before, &after, field) >= least, "{field}");
    }
    let number = |field: &str| after[field].as_f64().unwrap();
    let rate = 100.0 * number("totalCompletions") / number("totalViews");
    assert!((number("completionRate") - rate).abs() < 0.01);
    let average = number("totalWatchTimeSeconds") / number("totalViews");
    assert!((number("averageWatchTimeSeconds") - average).abs() < 0.01);
    assert!((1..=5).contains(&after["topVideos"].as_array().unwrap().len()));
    let categories = after["topCategories"].as_array().unwrap();
    assert!((1..=5).contains(&categories.len()));
    assert!(categories.iter().all(|category| category["category"].is_string() && category["count"].is_u64()));
    published_video().await;
}

fn grown(before: &Value, after: &Value, field: &str) -> i64 {
    after[field].as_i64().unwrap() - before[field].as_i64().unwrap()
}
