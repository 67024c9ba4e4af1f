use framehouse_tests::{VIDEOS, api, create_video, ids, list, short_clip, unique, wait_for_look};
use reqwest::Method;
use serde_json::{Value, json};

/// Three videos that share a producer of their own: two clips and a small portrait one without sound.
async fn three() -> (String, Vec<Value>) {
    let producer = unique("List Störy 100% a_b");
    let bikes = tokio::fs::read(framehouse_tests::clip("bikes.mp4")).await.unwrap();
    let mut videos = Vec::new();
    for (n, (title, tags, bytes)) in [
        ("Éclair au chocolat", json!(["sweet", "sea"]), short_clip().await),
        ("bicycle 50% off_road", json!(["sport", "Sea"]), bikes),
        ("映画の夜 \"quoted\" 'single'", json!([]), short_clip().await),
    ]
    .into_iter()
    .enumerate()
    {
        let fields = json!({ "producer": producer, "creator": format!("Creator {n}"), "title": title, "tags": tags });
        let path = format!("studios/{}/{n}.mp4", producer.replace([' ', '%'], "-"));
        let video = create_video(&path, bytes, fields).await;
        videos.push(wait_for_look(video["id"].as_str().unwrap()).await);
    }
    (producer, videos)
}

async fn found(producer: &str, parameters: &[(&str, &str)]) -> Vec<usize> {
    let page = page(producer, parameters).await;
    let titles = page["data"].as_array().unwrap().iter().map(|video| video["creator"].as_str().unwrap().to_owned());
    titles.map(|creator| creator.trim_start_matches("Creator ").parse().unwrap()).collect()
}

async fn page(producer: &str, parameters: &[(&str, &str)]) -> Value {
    let mut url = reqwest::Url::parse_with_params("http://x/", parameters).unwrap();
    url.query_pairs_mut().append_pair("producer", producer);
    list(url.query().unwrap()).await
}

#[tokio::test]
async fn every_filter_search_and_order() {
    let (producer, videos) = three().await;
    let size = videos[1]["fileSize"].as_u64().unwrap().to_string();
    let created = videos[1]["createdAt"].as_str().unwrap();
    for (parameters, expected) in [
        (&[][..], &[2, 1, 0][..]),
        (&[("order", "asc")], &[0, 1, 2]),
        (&[("sort", "title"), ("order", "asc")], &[1, 0, 2]),
        (&[("sort", "size"), ("order", "asc"), ("hasAudio", "false")], &[1]),
        (&[("hasAudio", "true"), ("order", "asc")], &[0, 2]),
        (&[("quality", "HD"), ("order", "asc")], &[0, 2]),
        (&[("quality", "SD")], &[1]),
        (&[("quality", "SD,HD")], &[2, 1, 0]),
        (&[("orientation", "landscape")], &[2, 1, 0]),
        (&[("orientation", "portrait,square")], &[]),
        (&[("directoryType", "studios")], &[2, 1, 0]),
        (&[("directoryType", "videos,gifs")], &[]),
        (&[("creator", "CREATOR 1")], &[1]),
        (&[("tags", "sea")], &[1, 0]),
        (&[("tags", "SEA,sweet")], &[0]),
        (&[("tags", "se")], &[]),
        (&[("search", "eclair")], &[0]),
        (&[("search", "50%")], &[1]),
        (&[("search", "off_road")], &[1]),
        (&[("search", "offxroad")], &[]),
        (&[("search", "映画")], &[2]),
        (&[("search", "\"quoted\" 'single'")], &[2]),
        (&[("search", "creator 2")], &[2]),
        (&[("search", "STÖRY 100%")], &[2, 1, 0]),
        (&[("search", "story 100% a_b")], &[2, 1, 0]),
        (&[("minSize", &*size), ("maxSize", &*size)], &[1]),
        (&[("minDuration", "5"), ("maxDuration", "5")], &[2, 0]),
        (&[("createdFrom", created), ("createdTo", created)], &[1]),
        (&[("createdTo", "2020-01-01T00:00:00Z")], &[]),
        (&[("isValid", "false")], &[]),
        (&[("isValid", "any"), ("published", "false"), ("locked", "false")], &[2, 1, 0]),
        (&[("sort", "views"), ("order", "desc")], &[2, 1, 0]),
        (&[("sort", "duration"), ("order", "desc"), ("limit", "1"), ("page", "1")], &[1]),
    ] {
        assert_eq!(found(&producer, parameters).await, expected, "{parameters:?}");
    }
    let entry = page(&producer, &[("search", "éclair")]).await["data"][0].clone();
    let details = api().get(&format!("{VIDEOS}/{}", videos[0]["id"].as_str().unwrap())).await;
    for (name, value) in entry.as_object().unwrap() {
        assert_eq!(value, &details[name], "{name} is the same in the list as by itself");
    }
}

#[tokio::test]
async fn pages_and_cursors_see_each_video_once() {
    let (producer, videos) = three().await;
    let newest_first: Vec<_> = videos.iter().rev().map(|video| video["id"].as_str().unwrap().to_owned()).collect();
    let first = page(&producer, &[("limit", "2")]).await;
    assert_eq!(ids(&first), newest_first[..2]);
    let pagination = &first["pagination"];
    assert_eq!((&pagination["page"], &pagination["limit"]), (&json!(1), &json!(2)));
    assert_eq!((&pagination["total"], &pagination["totalPages"]), (&json!(3), &json!(2)));
    let second = page(&producer, &[("limit", "2"), ("page", "2")]).await;
    assert_eq!((ids(&second), &second["pagination"]["nextCursor"]), (newest_first[2..].to_vec(), &Value::Null));
    let cursor = pagination["nextCursor"].as_str().unwrap();
    let by_cursor = page(&producer, &[("limit", "2"), ("cursor", cursor)]).await;
    assert_eq!((ids(&by_cursor), &by_cursor["pagination"]["total"]), (newest_first[2..].to_vec(), &json!(3)));
    let beyond = page(&producer, &[("page", "4294967295")]).await;
    assert_eq!((ids(&beyond).len(), &beyond["pagination"]["total"]), (0, &json!(3)));
    let other = format!("{VIDEOS}?sort=title&cursor={cursor}");
    api().call(Method::GET, &other).await.expect_error(400, "invalid_request");
}

#[tokio::test]
async fn bad_parameters_are_named() {
    for (query, field) in [
        ("page=0", "page"),
        ("page=x", "page"),
        ("limit=101", "limit"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("cursor=x", "cursor"),
        ("directoryType=attic", "directoryType"),
        ("orientation=up", "orientation"),
        ("quality=hd", "quality"),
        ("hasAudio=yes", "hasAudio"),
        ("isValid=2", "isValid"),
        ("minDuration=1.5", "minDuration"),
        ("createdFrom=yesterday", "createdFrom"),
        ("sort=random", "sort"),
        ("order=up", "order"),
    ] {
        let error = api().call(Method::GET, &format!("{VIDEOS}?{query}")).await.expect_error(400, "invalid_request");
        assert!(error["fields"][field].is_string(), "{query}: {error}");
    }
}

#[tokio::test]
async fn very_long_and_odd_names_are_found() {
    let folder = unique("long");
    let name = format!("{}.mp4", "ü%_'\"&+ ".repeat(60));
    let path = format!("videos/{folder}/{name}");
    let title = format!("{}{folder}", "🎬".repeat(400));
    let video = create_video(&path, short_clip().await, json!({ "title": title })).await;
    let page = list(&format!("search={folder}")).await;
    assert_eq!((&page["data"][0]["id"], &page["data"][0]["title"]), (&video["id"], &json!(title)));
    assert_eq!((&page["data"][0]["path"], &page["data"][0]["filename"]), (&json!(path), &json!(name)));
}
