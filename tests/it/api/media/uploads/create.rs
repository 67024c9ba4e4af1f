use framehouse_tests::{Answer, Upload, UploadRequest, api, stack, until};
use reqwest::{
    Client, Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use std::time::Duration;

const MIB: u64 = 1 << 20;

#[tokio::test]
async fn each_path_starts_the_same_flow() {
    for path in ["/api/media/uploads", "/api/media/upload/single", "/media/upload"] {
        let answer = UploadRequest::new("a.mp4", 10).at(path).send().await;
        let created = answer.expect(201);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(created["status"], "AWAITING_UPLOAD");
        assert_eq!(created["upload"]["method"], "PUT");
        assert_eq!(created["upload"]["headers"], json!({ "content-type": "video/mp4", "if-none-match": "*" }));
        assert!(created["upload"]["expiresAt"].as_str().is_some_and(|text| text.ends_with('Z')));
        let media = api().get(created["statusUrl"].as_str().unwrap()).await;
        assert_eq!(media["id"], created["mediaFileId"]);
        assert_eq!(media["originalPath"], format!("originals/{}.mp4", media["id"].as_str().unwrap()));
        assert_eq!((&media["status"], &media["progress"]), (&json!("AWAITING_UPLOAD"), &json!(0)));
        assert_eq!((&media["manifestUrl"], &media["renditions"]), (&Value::Null, &json!([])));
    }
}

#[tokio::test]
async fn the_method_follows_the_size_unless_asked_for() {
    let method = async |request: UploadRequest| request.create().await.instructions["method"].clone();
    assert_eq!(method(UploadRequest::new("a.mp4", 100 * MIB)).await, "PUT");
    assert_eq!(method(UploadRequest::new("a.mp4", 100 * MIB + 1)).await, "MULTIPART");
    assert_eq!(method(UploadRequest::new("a.mp4", 5).with("method", "MULTIPART")).await, "MULTIPART");
    assert_eq!(method(UploadRequest::new("a.mp4", 5).with("method", "POST")).await, "POST");
    let huge = UploadRequest::new("film.mkv", 5 << 40).create().await.instructions;
    assert!(huge["partCount"].as_u64().is_some_and(|count| count <= 10_000), "{huge}");
    assert_eq!(huge["partSize"].as_u64().unwrap() % MIB, 0);
}

#[tokio::test]
async fn a_put_takes_what_was_declared_and_only_once() {
    let upload = UploadRequest::new("a.mp4", 5).create().await;
    assert_eq!(upload.put(b"123456".to_vec()).await.status, 403, "longer than declared");
    assert_eq!(upload.put(b"1234".to_vec()).await.status, 403, "shorter than declared");
    let mut other_type = upload.clone();
    other_type.instructions["headers"]["content-type"] = json!("text/html");
    assert_eq!(other_type.put(b"12345".to_vec()).await.status, 403, "another type");
    let mut overwriting = upload.clone();
    overwriting.instructions["headers"].as_object_mut().unwrap().remove("if-none-match");
    assert_eq!(overwriting.put(b"12345".to_vec()).await.status, 403, "without the condition");
    let url = upload.instructions["url"].as_str().unwrap();
    let other = UploadRequest::new("b.mp4", 5).create().await;
    let mut moved = upload.clone();
    moved.instructions["url"] = json!(url.replace(&upload.id, &other.id));
    assert_eq!(moved.put(b"12345".to_vec()).await.status, 403, "another key");
    let mut prolonged = upload.clone();
    prolonged.instructions["url"] = json!(url.replace("X-Amz-Expires=3600", "X-Amz-Expires=36000"));
    assert_eq!(prolonged.put(b"12345".to_vec()).await.status, 403, "a longer life");
    assert_eq!(upload.put(b"12345".to_vec()).await.status, 200);
    assert_eq!(upload.put(b"54321".to_vec()).await.status, 412, "a second time");
}

#[tokio::test]
async fn an_expired_url_is_refused() {
    let stack = stack();
    let endpoint = url::Url::parse(&stack.endpoint).unwrap();
    let owner = stack.owner();
    let credentials = owner.credentials_provider().unwrap();
    let region = owner.region().unwrap().to_string();
    let presigner =
        framehouse_objects::Presigner::new(credentials, &region, &stack.media_bucket, Some(&endpoint)).unwrap();
    let key = "originals/0197c1f0-a5c8-7d6c-8f4e-0123456789ab.mp4".parse().unwrap();
    let url = presigner.signer().await.unwrap().get(&key, 1);
    until("the URL expires", Duration::from_secs(10), async || {
        let status = reqwest::get(&url).await.unwrap().status().as_u16();
        assert!([404, 403].contains(&status), "{status}");
        (status == 403).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_form_takes_exactly_what_was_declared() {
    let upload = UploadRequest::new("a b+c \"d\" é.mp4", 5).with("method", "POST").create().await;
    assert_eq!(post(&upload, &[], b"123456").await.status, 400, "longer than declared");
    let swapped = [("key", "originals/evil.mp4")];
    assert!([400, 403].contains(&post(&upload, &swapped, b"12345").await.status), "another key");
    let retyped = [("Content-Type", "text/html")];
    assert!([400, 403].contains(&post(&upload, &retyped, b"12345").await.status), "another type");
    assert_eq!(post(&upload, &[], b"12345").await.status, 201);
}

async fn post(upload: &Upload, changed: &[(&str, &str)], bytes: &'static [u8]) -> Answer {
    let mut form = Form::new();
    for (name, value) in upload.instructions["fields"].as_object().unwrap() {
        let value = changed.iter().find(|(changed, _)| changed == name).map_or(value.as_str().unwrap(), |(_, v)| v);
        form = form.text(name.clone(), value.to_owned());
    }
    let form = form.part("file", Part::bytes(bytes).file_name("whatever.mp4"));
    let url = upload.instructions["url"].as_str().unwrap();
    Answer::of(Client::new().post(url).multipart(form).send().await.unwrap()).await
}

#[tokio::test]
async fn names_come_back_as_they_were_and_never_reach_a_key() {
    for name in ["Ferien am Meer.mp4", "a+b.mp4", "\"quoted\" 'name'.mp4", "映画 🎬.mp4", "100%25.mp4", "-rf.mp4"] {
        let upload = UploadRequest::new(name, 5).with("title", name).with("tags", json!([name])).create().await;
        let media = api().get(&format!("/api/media-files/{}", upload.id)).await;
        assert_eq!(media["originalFilename"], name);
        assert_eq!(media["title"], name);
        assert_eq!(media["tags"], json!([name]));
        assert_eq!(media["originalPath"], format!("originals/{}.mp4", upload.id));
    }
}

#[tokio::test]
async fn each_bad_field_is_named() {
    let bad = [
        (UploadRequest::new("a.txt", 5), "filename"),
        (UploadRequest::new("", 5), "filename"),
        (UploadRequest::new("../../etc/passwd.mp4", 5), "filename"),
        (UploadRequest::new("a\nb.mp4", 5), "filename"),
        (UploadRequest::new(&format!("{}.mp4", "x".repeat(252)), 5), "filename"),
        (UploadRequest::new("a.mp4", 0), "size"),
        (UploadRequest::new("a.mp4", (5 << 40) + 1), "size"),
        (UploadRequest::new("a.mp4", 5).with("contentType", "text/html"), "contentType"),
        (UploadRequest::new("a.mp4", 5).with("contentType", ""), "contentType"),
        (UploadRequest::new("a.mp4", (5 << 30) + 1).with("method", "PUT"), "method"),
        (UploadRequest::new("a.mp4", 5).with("title", "x".repeat(501)), "title"),
        (UploadRequest::new("a.mp4", 5).with("tags", json!(vec!["t"; 51])), "tags"),
    ];
    for (request, field) in bad {
        let error = request.send().await.expect_error(400, "invalid_request");
        assert!(error["fields"][field].is_string(), "{field}: {error}");
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let post = async |body: &str, content_type: &str| {
        let headers = [("content-type", content_type)];
        api().send(Method::POST, "/api/media/uploads", Some(body.to_owned()), &headers).await
    };
    for body in ["", "{", "[]", "null", r#"{"filename":"a.mp4"}"#] {
        post(body, "application/json").await.expect_error(400, "invalid_request");
    }
    for size in ["-1", "1.5", "\"5\"", "18446744073709551616"] {
        let body = format!(r#"{{"filename":"a.mp4","contentType":"video/mp4","size":{size}}}"#);
        post(&body, "application/json").await.expect_error(400, "invalid_request");
    }
    let unknown = r#"{"filename":"a.mp4","contentType":"video/mp4","size":5,"method":"TELEPATHY"}"#;
    post(unknown, "application/json").await.expect_error(400, "invalid_request");
    post("{}", "multipart/form-data; boundary=x").await.expect_error(415, "unsupported_media_type");
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(3 << 20));
    post(&long, "application/json").await.expect_error(413, "payload_too_large");
}

#[tokio::test]
async fn repeating_an_idempotency_key_repeats_the_answer() {
    let key = framehouse_domain::MediaFileId::generate().to_string();
    let request = UploadRequest::new("a.mp4", 200 * MIB).key(&key);
    let first = Upload::of(&request.send().await.expect(201));
    let second = Upload::of(&request.send().await.expect(200));
    assert_eq!(first.id, second.id);
    assert_eq!(first.instructions["uploadId"], second.instructions["uploadId"]);
    let other = UploadRequest::new("b.mp4", 200 * MIB).key(&key);
    other.send().await.expect_error(409, "idempotency_key_reused");
    for key in ["", "with space", &"x".repeat(256)] {
        UploadRequest::new("a.mp4", 5).key(key).send().await.expect_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn racing_requests_with_one_key_make_one_upload() {
    let key = framehouse_domain::MediaFileId::generate().to_string();
    let request = UploadRequest::new("a.mp4", 200 * MIB).key(&key);
    let answers = futures::future::join_all((0..6).map(|_| request.send())).await;
    let uploads: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status < 300)
        .map(|answer| Upload::of(&answer.expect(answer.status)))
        .collect();
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| [200, 201, 503].contains(&answer.status)), "{answers:?}");
    assert!(uploads.iter().all(|upload| upload.id == uploads[0].id));
    assert!(uploads.iter().all(|upload| upload.instructions["uploadId"] == uploads[0].instructions["uploadId"]));
}
