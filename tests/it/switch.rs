//! The switch that turns the whole API off, on a table of its own: the others' must stay on.

use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType::S};
use axum::{Router, body::Body};
use framehouse_api::{App, CallPace, Config, router};
use framehouse_domain::{MediaFileId, Role};
use framehouse_tests::{Access, ROUTES, stack, token, unique, until};
use http::{Request, Response, StatusCode};
use jsonwebtoken::Algorithm;
use lambda_http::tower::ServiceExt;
use std::time::Duration;

const ALWAYS_ON: [&str; 3] = ["/health", "/api/videos/health", "/api/media/settings"];

/// A table without its indexes and its stream.
pub(crate) async fn table() -> String {
    let table = unique("switch-test");
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name: &str| AttributeDefinition::builder().attribute_name(name).attribute_type(S).build().unwrap();
    let create = stack().dynamodb().create_table().table_name(&table).billing_mode(BillingMode::PayPerRequest);
    let create = create.key_schema(key("pk", KeyType::Hash)).key_schema(key("sk", KeyType::Range));
    create.attribute_definitions(text("pk")).attribute_definitions(text("sk")).send().await.expect("a table is made");
    table
}

/// One process that serves every route.
fn process(table: &str, enabled: bool) -> Router {
    let areas = framehouse_system::router()
        .merge(framehouse_uploads::router())
        .merge(framehouse_media_files::router())
        .merge(framehouse_library_routes::router())
        .merge(framehouse_stream::router())
        .merge(framehouse_gallery::router())
        .merge(framehouse_reactions::router())
        .merge(framehouse_comments::router())
        .merge(framehouse_tracking::router())
        .merge(framehouse_analytics::router());
    let config = Config { table_name: table.to_owned(), enable_media_features: enabled, ..Config::from_env() };
    router(areas, App::new(config, CallPace::Interactive))
}

async fn ask(process: &Router, method: &str, path: &str, body: &'static str) -> Response<Body> {
    let token = format!("Bearer {}", token(Role::SuperAdmin, Algorithm::HS256));
    let request = Request::builder().method(method).uri(path).header("authorization", token);
    let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
    process.clone().oneshot(request).await.unwrap()
}

async fn is_off(process: &Router, path: &str) -> bool {
    let answer = ask(process, "GET", path, "").await;
    let (status, retry) = (answer.status(), answer.headers().contains_key("retry-after"));
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let off = body["code"] == "media_disabled";
    assert_eq!(off, status == StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert!(!(off && retry), "nobody knows when it is switched on");
    off
}

#[tokio::test]
async fn off_means_503_everywhere_but_health_and_settings() {
    let process = process(&table().await, false);
    for route in &ROUTES {
        let id = MediaFileId::generate().to_string();
        let path = route.path.replace("{id}", &id).replace("{userId}", &id).replace("{playlist}", "master.m3u8");
        let answer = ask(&process, route.method, &path, "{}").await;
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let off = String::from_utf8_lossy(&body).contains("\"media_disabled\"");
        assert_eq!(off, !ALWAYS_ON.contains(&route.path), "{route:?}: {}", String::from_utf8_lossy(&body));
    }
    assert!(ROUTES.iter().any(|route| route.access == Access::Viewer), "viewers are asked for too");
}

#[tokio::test]
async fn a_running_process_notices_the_switch_without_a_redeploy() {
    let table = table().await;
    let (switching, serving) = (process(&table, true), process(&table, true));
    assert!(!is_off(&serving, "/api/openapi.json").await);
    for (body, off) in [(r#"{"enableMediaFeatures":false}"#, true), (r#"{"enableMediaFeatures":true}"#, false)] {
        let answer = ask(&switching, "PUT", "/api/media/settings", body).await;
        assert_eq!(answer.status(), StatusCode::OK);
        until("the switch is noticed", Duration::from_secs(8), async || {
            (is_off(&serving, "/api/openapi.json").await == off).then_some(())
        })
        .await;
    }
}
