use framehouse_domain::Role;
use framehouse_tests::{Api, api, create_video, short_clip, unique, wait_for_look};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_plain_list_has_its_own_shape_and_page() {
    let title = unique("Plain %");
    let mut videos = Vec::new();
    for n in 0..3 {
        let fields = json!({ "title": format!("{title} {n}"), "producer": "x" });
        let path = format!("videos/{}/{n}.mp4", title.replace([' ', '%'], "-"));
        let video = create_video(&path, short_clip().await, fields).await;
        videos.push(wait_for_look(video["id"].as_str().unwrap()).await);
    }
    let query = reqwest::Url::parse_with_params("http://x/", [("search", title.to_lowercase())]).unwrap();
    let list = Api::of(Role::MapAdmin).get(&format!("/api/videos?limit=2&offset=1&{}", query.query().unwrap())).await;
    assert_eq!((&list["total"], &list["limit"], &list["offset"]), (&json!(3), &json!(2), &json!(1)));
    let first = &list["videos"][0];
    let id = videos[1]["id"].as_str().unwrap();
    let one = Api::of(Role::InfluenceAdmin).get(&format!("/api/videos/{id}")).await;
    assert_eq!((&one["duration"], &one["durationSeconds"], &one["title"]), (&json!(5), &json!(5), &videos[1]["title"]));
    assert_eq!(list["videos"].as_array().unwrap().len(), 2);
    let expected = json!({ "id": videos[1]["id"], "title": videos[1]["title"], "filename": "1.mp4", "duration": 5,
        "fileSize": videos[1]["fileSize"], "width": 1280, "height": 720, "createdAt": videos[1]["createdAt"],
        "updatedAt": one["updatedAt"] });
    assert_eq!(first, &expected);
    let whole = api().get("/api/videos").await;
    assert_eq!((&whole["limit"], &whole["offset"]), (&json!(50), &json!(0)));
    for query in ["limit=0", "limit=101", "limit=x", "offset=-1"] {
        api().call(Method::GET, &format!("/api/videos?{query}")).await.expect_error(400, "invalid_request");
    }
}
