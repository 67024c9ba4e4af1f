use framehouse_domain::VideoId;
use framehouse_tests::{VIDEOS, api, create_video, ids, list, short_clip, unique, wait_for_look};
use reqwest::Method;
use serde_json::{Value, json};

async fn bulk(body: &Value) -> Value {
    api().json(Method::POST, &format!("{VIDEOS}/bulk"), body).await.expect(200)
}

#[tokio::test]
async fn each_action_on_several_videos_and_one_that_is_not_there() {
    let producer = unique("bulk");
    let mut videos = Vec::new();
    for n in 0..3 {
        let video = create_video(&format!("videos/{producer}/{n}.mp4"), short_clip().await, json!({})).await;
        videos.push(video["id"].as_str().unwrap().to_owned());
    }
    let gone = VideoId::generate().to_string();
    let all = [videos.clone(), vec![gone.clone(), videos[0].clone()]].concat();
    let act = async |more: Value| {
        let mut body = json!({ "ids": all });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let done = bulk(&body).await;
        assert_eq!((&done["succeeded"], &done["failed"]), (&json!(3), &json!(1)), "{done}");
        let results = done["results"].as_array().unwrap();
        assert_eq!(results.len(), 4, "an id that is named twice is one");
        assert_eq!(
            (&results[3]["id"], &results[3]["ok"], &results[3]["code"]),
            (&json!(gone), &json!(false), &json!("not_found"))
        );
        assert!(results[3]["error"].as_str().unwrap().ends_with('.'));
        assert!(results[..3].iter().all(|result| result["ok"] == true && result.get("error").is_none()));
    };
    let total = async |more: &str| list(&format!("producer={producer}{more}")).await["pagination"]["total"].clone();

    act(json!({ "action": "edit", "changes": { "producer": producer, "tags": ["bulk"] } })).await;
    assert_eq!(total("&tags=bulk").await, 3);
    act(json!({ "action": "lock", "reason": "Rights" })).await;
    assert_eq!(total("&locked=true").await, 3);
    let locked = api().get(&format!("{VIDEOS}/{}", videos[1])).await;
    assert_eq!((&locked["locked"], &locked["lockedReason"]), (&json!(true), &json!("Rights")));
    act(json!({ "action": "unlock" })).await;
    assert_eq!(total("&locked=true").await, 0);
    act(json!({ "action": "delete" })).await;
    assert_eq!((total("").await, total("&isValid=false").await), (json!(0), json!(3)));
    act(json!({ "action": "restore" })).await;
    assert_eq!(total("").await, 3);
    act(json!({ "action": "edit", "changes": { "directoryType": "curated" } })).await;
    assert_eq!(total("&directoryType=curated").await, 3);
    act(json!({ "action": "validate" })).await;
    for id in &videos {
        assert_eq!(wait_for_look(id).await["isValid"], true);
    }
    assert_eq!(ids(&list(&format!("producer={producer}&sort=createdAt&order=asc")).await), videos);
}

#[tokio::test]
async fn a_thousand_are_done_and_more_are_refused() {
    let many: Vec<_> = (0..1000).map(|_| VideoId::generate().to_string()).collect();
    let done = bulk(&json!({ "ids": many, "action": "delete" })).await;
    assert_eq!((&done["failed"], done["results"].as_array().unwrap().len()), (&json!(1000), 1000));
    assert_eq!(done["results"][999]["id"], many[999]);
    let more = [many, vec![VideoId::generate().to_string()]].concat();
    let refused =
        api().json(Method::POST, &format!("{VIDEOS}/bulk"), &json!({ "ids": more, "action": "delete" })).await;
    assert!(refused.expect_error(400, "invalid_request")["fields"]["ids"].is_string());
}

#[tokio::test]
async fn an_id_that_is_none_fails_alone() {
    let path = format!("videos/{}/a.mp4", unique("alone"));
    let id = create_video(&path, short_clip().await, json!({})).await["id"].clone();
    let done = bulk(&json!({ "ids": ["x", id, ""], "action": "lock" })).await;
    assert_eq!((&done["succeeded"], &done["failed"]), (&json!(1), &json!(2)), "{done}");
    assert_eq!((&done["results"][0]["id"], &done["results"][0]["code"]), (&json!("x"), &json!("invalid_request")));
    assert_eq!(done["results"][1]["ok"], true);
}

#[tokio::test]
async fn bad_requests_change_nothing() {
    let id = VideoId::generate().to_string();
    for body in [
        json!({ "ids": [], "action": "delete" }),
        json!({ "ids": [id], "action": "dance" }),
        json!({ "ids": [id] }),
        json!({ "ids": [id], "action": "delete", "permanent": true }),
        json!({ "ids": [id], "action": "lock", "changes": { "title": "x" } }),
        json!({ "ids": [id], "action": "delete", "category": "x" }),
        json!({ "ids": [id], "action": "edit" }),
        json!({ "ids": [id], "action": "edit", "changes": {} }),
        json!({ "ids": [id], "action": "edit", "changes": { "title": "x".repeat(501) } }),
        json!({ "ids": [id], "action": "lock", "reason": "x".repeat(501) }),
        json!({ "action": "delete" }),
    ] {
        api().json(Method::POST, &format!("{VIDEOS}/bulk"), &body).await.expect_error(400, "invalid_request");
    }
}
