use axum::{Router, body::Body};
use framehouse_api::{App, CallPace, Config, router};
use framehouse_domain::{Role, VideoId};
use framehouse_store::Store;
use framehouse_tests::{Api, own_address, published_video, stack, store, token, unique, user};
use http::{Request, Response};
use jsonwebtoken::Algorithm;
use lambda_http::{
    aws_lambda_events::apigw::ApiGatewayV2httpRequestContext, request::RequestContext, tower::ServiceExt,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{of_kind, plain, raw_items};
use crate::switch::table;

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.6478.114 Safari/537.36";
const REFERER: &str = "https://anna:secret@News.example/videos/7?token=abc&q=me#anna";

#[tokio::test]
async fn nothing_is_stored_by_which_a_viewer_is_recognised() {
    let (id, address) = (published_video().await, own_address());
    let guest = Api::with(None).at(address);
    let headers = [("content-type", "application/json"), ("user-agent", AGENT), ("referer", REFERER)];
    let body = json!({ "videoId": id, "referer": REFERER, "sessionId": "session-of-anna" }).to_string();
    let answer = guest.send(Method::POST, "/track/view", Some(body), &headers).await.expect(200);
    let event = json!({ "videoId": id, "viewId": answer["viewId"], "eventType": "play", "timestamp": 1 }).to_string();
    guest.send(Method::POST, "/track/event", Some(event), &headers).await.expect(200);
    let items = raw_items(id).await;
    let text = serde_json::to_string(&items).unwrap();
    let address = address.to_string();
    for told in [address.as_str(), "Chrome/126", "token=abc", "q=me", "secret", "#anna", "session-of-anna"] {
        assert!(!text.contains(told), "{told} is in {text}");
    }
    let view = of_kind(&items, "#VIEW")[0];
    assert_eq!(view["userAgent"], "Mozilla (X11; Linux x86_64) AppleWebKit Chrome Safari");
    assert_eq!((&view["referer"], &view["device"]), (&json!("https://news.example/videos/7"), &json!("desktop")));
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    assert!(is_digest(view["ipHash"].as_str().unwrap()));
    let (kind, digest) = view["viewer"].as_str().unwrap().split_once(':').unwrap();
    assert!(["i", "s"].contains(&kind) && is_digest(digest), "an address or a session, and neither can be read");
    let kept = view["expiresAt"].as_i64().unwrap() - stored_at(view);
    assert!((89 * 86_400..=90 * 86_400).contains(&kept), "views are forgotten after 90 days: {kept}");
    let event = of_kind(&items, "#EVENT")[0];
    let mut names: Vec<&String> = event.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["createdAt", "eventType", "expiresAt", "pk", "sk", "timestamp", "videoId", "view"]);
}

fn stored_at(item: &Value) -> i64 {
    item["createdAt"].as_str().unwrap().parse::<framehouse_domain::Timestamp>().unwrap().as_seconds()
}

/// One process that serves the area on a table of its own, where the settings are nobody else's.
pub(crate) fn process(table: &str) -> Router {
    let areas = framehouse_tracking::router().merge(framehouse_gallery::router()).merge(framehouse_system::router());
    router(areas, App::new(Config { table_name: table.to_owned(), ..Config::from_env() }, CallPace::Interactive))
}

async fn ask(process: &Router, method: &str, path: &str, body: &Value) -> Value {
    let answer = answer(process, method, path, body).await;
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    assert!(status.is_success(), "{path}: {}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap_or_default()
}

/// What a process answers to somebody at one address.
pub(crate) async fn status(process: &Router, method: &str, path: &str, body: &Value) -> u16 {
    answer(process, method, path, body).await.status().as_u16()
}

async fn answer(process: &Router, method: &str, path: &str, body: &Value) -> Response<Body> {
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.http.source_ip = Some("192.0.2.77".to_owned());
    let request = Request::builder()
        .method(method)
        .uri(path)
        .extension(RequestContext::ApiGatewayV2(context))
        .header("authorization", format!("Bearer {}", token(Role::SuperAdmin, Algorithm::HS256)))
        .header("user-agent", AGENT)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    process.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn the_setting_none_stores_nothing_of_viewers() {
    let table = table().await;
    let mut video = store().video(published_video().await).await.unwrap().unwrap();
    video.id = VideoId::generate();
    Store::new(stack().dynamodb(), &table).create_video(&video, None).await.unwrap();
    let settings = json!({ "viewerIdentity": "none", "analyticsRetentionDays": 7 });
    ask(&process(&table), "PUT", "/api/media/settings", &settings).await;
    // Settings are noticed within seconds; a process that starts knows them.
    let process = process(&table);
    let seen = ask(&process, "GET", &format!("/api/media/public/{}", video.id), &json!({})).await;
    let told = json!({ "videoId": video.id, "referer": REFERER });
    let tracked = ask(&process, "POST", "/track/view", &told).await;
    assert_ne!(tracked["viewId"], seen["viewId"], "nobody knows that it is the same viewer");
    let beat = json!({ "viewId": tracked["viewId"], "watchTimeSeconds": 1 });
    ask(&process, "POST", "/track/heartbeat", &beat).await;
    let complete = json!({ "videoId": video.id, "viewId": tracked["viewId"], "eventType": "complete", "timestamp": 9 });
    ask(&process, "POST", "/track/event", &complete).await;
    let items = stack().dynamodb().scan().table_name(&table).into_paginator().items().send();
    let items = items.collect::<Result<Vec<_>, _>>().await.unwrap();
    let items = items.into_iter().filter(|item| item["pk"].as_s().unwrap().starts_with("VIEWS#"));
    let items: Vec<Value> =
        items.map(|item| item.iter().map(|(name, value)| (name.clone(), plain(value))).collect()).collect();
    let views = of_kind(&items, "#VIEW");
    assert_eq!((views.len(), of_kind(&items, "#EVENT").len()), (2, 1));
    for view in views {
        let allowed = [
            "pk",
            "sk",
            "videoId",
            "view",
            "device",
            "tracked",
            "watchTimeSeconds",
            "completed",
            "segments",
            "createdAt",
            "expiresAt",
        ];
        let names: Vec<&String> = view.as_object().unwrap().keys().collect();
        assert!(names.iter().all(|name| allowed.contains(&name.as_str())), "{view}");
        assert_eq!(view["device"], "unknown");
        assert_eq!((view["expiresAt"].as_i64().unwrap() - stored_at(view)).div_euclid(86_400), 7, "the setting");
    }
}

#[tokio::test]
async fn one_viewer_is_one_and_others_are_others() {
    let id = published_video().await;
    let key = async |api: &Api| super::stored(super::tracked(api, id).await).await.viewer.key.unwrap();
    let (anna, address) = (unique("anna"), own_address());
    let guest = Api::with(None).at(address);
    assert_eq!(key(&guest).await, key(&Api::with(None).at(address)).await);
    assert_ne!(key(&guest).await, key(&Api::with(None).at(own_address())).await);
    assert_eq!(key(&user(&anna)).await, key(&user(&anna)).await, "from wherever");
}
