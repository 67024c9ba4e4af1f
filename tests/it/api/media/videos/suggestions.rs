use framehouse_tests::{VIDEOS, api, create_video, short_clip, unique};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn values_are_suggested_by_a_part_of_them_commonest_first() {
    let tag = unique("Süß");
    for n in 0..3 {
        let tags = if n == 0 { json!([tag, format!("{tag}-rare")]) } else { json!([tag]) };
        let fields = json!({ "tags": tags, "producer": tag, "creator": format!("{tag} {n}") });
        create_video(&format!("videos/{tag}/{n}.mp4"), short_clip().await, fields).await;
    }
    let suggest = async |field: &str, search: &str, more: &str| {
        let query = reqwest::Url::parse_with_params("http://x/", [("field", field), ("search", search)]).unwrap();
        api().get(&format!("{VIDEOS}/suggestions?{}{more}", query.query().unwrap())).await["suggestions"].clone()
    };
    let upper = tag.to_uppercase();
    let both = json!([{ "value": tag, "count": 3 }, { "value": format!("{tag}-rare"), "count": 1 }]);
    assert_eq!(suggest("tags", &upper, "").await, both);
    assert_eq!(suggest("tags", &tag, "&limit=1").await, json!([both[0]]));
    assert_eq!(suggest("producer", &tag, "").await, json!([{ "value": tag, "count": 3 }]));
    assert_eq!(suggest("creator", &tag, "").await.as_array().unwrap().len(), 3);
    for query in ["", "?field=title", "?field=tags&limit=0"] {
        api().call(Method::GET, &format!("{VIDEOS}/suggestions{query}")).await.expect_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn the_storage_summary_sums_each_directory() {
    let before = api().get(&format!("{VIDEOS}/storage")).await;
    let names: Vec<_> =
        before["directories"].as_array().unwrap().iter().map(|row| row["directoryType"].clone()).collect();
    let all = ["studios", "gifs", "private", "inbox", "curated", "playback", "compilations", "videos", "highlights"];
    assert_eq!(json!(names), json!(all));
    let sum =
        |field: &str| before["directories"].as_array().unwrap().iter().map(|row| row[field].as_u64().unwrap()).sum();
    for field in ["count", "bytes", "durationSeconds"] {
        let total: u64 = sum(field);
        assert_eq!(before["total"][field], json!(total), "{field}");
    }
}
