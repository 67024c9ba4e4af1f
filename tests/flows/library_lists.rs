//! What one function wrote another lists, and a snapshot that is no good heals.

use axum::{Router, body::Body};
use framehouse_api::{App, CallPace, Config, router};
use framehouse_domain::Role;
use framehouse_tests::{VIDEOS, api, create_video, list, short_clip, stack, token, unique};
use http::Request;
use jsonwebtoken::Algorithm;
use lambda_http::tower::ServiceExt;
use reqwest::Method;
use serde_json::{Value, json};

const SNAPSHOT: &str = "catalog/snapshot";

/// A process that has just started.
fn cold_process() -> Router {
    router(framehouse_library_routes::router(), App::new(Config::from_env(), CallPace::Interactive))
}

async fn total(process: &Router, query: &str) -> Value {
    let token = format!("Bearer {}", token(Role::SuperAdmin, Algorithm::HS256));
    let request = Request::get(format!("{VIDEOS}?{query}")).header("authorization", token).body(Body::empty()).unwrap();
    let answer = process.clone().oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    body["pagination"]["total"].clone()
}

async fn compact() {
    let app = App::new(Config::from_env(), CallPace::Background);
    framehouse_compactor::handle(&app).await.expect("the compactor does its work");
}

async fn snapshot() -> Vec<u8> {
    let object = stack().s3().get_object().bucket(&stack().media_bucket).key(SNAPSHOT).send().await.unwrap();
    object.body.collect().await.unwrap().to_vec()
}

async fn suggested(producer: &str) -> Value {
    api().get(&format!("{VIDEOS}/suggestions?field=producer&search={producer}")).await["suggestions"].clone()
}

#[tokio::test]
async fn each_write_is_in_the_next_list_of_every_function() {
    let (first, second) = (unique("first"), unique("second"));
    let process = cold_process();
    assert_eq!(list(&format!("producer={first}")).await["pagination"]["total"], 0);
    assert_eq!(suggested(&first).await, json!([]));
    assert_eq!(total(&process, &format!("producer={first}")).await, 0);

    let path = format!("videos/{}/a.mp4", unique("lists"));
    let id = create_video(&path, short_clip().await, json!({ "producer": first })).await["id"].clone();
    let video = format!("{VIDEOS}/{}", id.as_str().unwrap());
    let both = [(&first, 1), (&second, 0)];
    for (producer, count) in both {
        assert_eq!(list(&format!("producer={producer}&isValid=any")).await["pagination"]["total"], count);
        assert_eq!(suggested(producer).await.as_array().unwrap().len(), count);
        assert_eq!(total(&process, &format!("producer={producer}&isValid=any")).await, count);
    }
    api().json(Method::PUT, &video, &json!({ "producer": second })).await.expect(200);
    for (producer, count) in both {
        assert_eq!(list(&format!("producer={producer}&isValid=any")).await["pagination"]["total"], 1 - count);
        assert_eq!(suggested(producer).await.as_array().unwrap().len(), 1 - count);
        assert_eq!(total(&process, &format!("producer={producer}&isValid=any")).await, 1 - count);
    }
    for (method, path, valid) in [(Method::DELETE, video.clone(), 0), (Method::POST, format!("{video}/restore"), 1)] {
        api().call(method, &path).await;
        assert_eq!(list(&format!("producer={second}")).await["pagination"]["total"], valid);
        assert_eq!(total(&process, &format!("producer={second}")).await, valid);
    }
    api().call(Method::DELETE, &format!("{video}?permanent=true&objects=true")).await;
    assert_eq!(list(&format!("producer={second}&isValid=any")).await["pagination"]["total"], 0);
    assert_eq!(total(&process, &format!("producer={second}&isValid=any")).await, 0);
}

#[tokio::test]
async fn lists_go_on_without_a_good_snapshot_and_the_compactor_replaces_it() {
    let producer = unique("snapshot");
    let path = format!("videos/{}/a.mp4", unique("lists"));
    create_video(&path, short_clip().await, json!({ "producer": producer })).await;
    compact().await;
    let whole = snapshot().await;
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut older_format = whole.clone();
    older_format[8] ^= 1;
    let (s3, bucket) = (stack().s3(), &stack().media_bucket);
    for damaged in [None, Some(flipped), Some(whole[..40].to_vec()), Some(older_format)] {
        match damaged.clone() {
            Some(bytes) => drop(s3.put_object().bucket(bucket).key(SNAPSHOT).body(bytes.into()).send().await.unwrap()),
            None => drop(s3.delete_object().bucket(bucket).key(SNAPSHOT).send().await.unwrap()),
        }
        assert_eq!(total(&cold_process(), &format!("producer={producer}&isValid=any")).await, 1);
        compact().await;
        assert_ne!(Some(snapshot().await), damaged);
        assert_eq!(total(&cold_process(), &format!("producer={producer}&isValid=any")).await, 1);
    }
}
