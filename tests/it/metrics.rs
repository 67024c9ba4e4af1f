//! What Prometheus is told.

use std::time::Duration;

use framehouse_api::{App, CallPace, Config};
use framehouse_tests::{Api, own_address, published_video, until, visitor};
use http::StatusCode;
use lambda_http::{Body, tower::ServiceExt};
use reqwest::Method;
use serde_json::json;

/// The value of a metric, by its name and labels.
fn value(text: &str, metric: &str) -> u64 {
    let line = text.lines().find(|line| line.split(' ').next() == Some(metric));
    let value = line.and_then(|line| line.split(' ').nth(1)).unwrap_or_else(|| panic!("{metric} is not in\n{text}"));
    value.parse().unwrap()
}

#[tokio::test]
async fn views_and_watch_time_are_told_in_prometheus_format() {
    let before = Api::with(None).call(Method::GET, "/metrics").await;
    assert_eq!(before.status, 200, "{}", before.text);
    assert_eq!(before.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let views = value(&before.text, "cm_video_views_total");
    let video = published_video().await;
    let told = visitor().at(own_address()).json(Method::POST, "/track/view", &json!({ "videoId": video })).await;
    told.expect(200);
    let after = until("the view is in the metrics", Duration::from_secs(30), async || {
        let after = Api::with(None).call(Method::GET, "/metrics").await;
        (value(&after.text, "cm_video_views_total") > views).then_some(after.text)
    })
    .await;
    assert!(value(&after, "cm_videos{state=\"published\"}") > 0);
    let bounds = ["10", "30", "60", "120", "300", "600", "1800", "+Inf"];
    let buckets = bounds.map(|le| value(&after, &format!("cm_video_watch_time_seconds_bucket{{le=\"{le}\"}}")));
    assert!(buckets.is_sorted(), "{after}");
    assert_eq!(buckets[7], value(&after, "cm_video_watch_time_seconds_count"));
}

#[tokio::test]
async fn they_are_nowhere_unless_the_deployment_exposes_them() {
    let config = Config { expose_metrics: false, ..Config::from_env() };
    let router = framehouse_api::router(framehouse_system::router(), App::new(config, CallPace::Interactive));
    let request = lambda_http::http::Request::get("/metrics").body(Body::Empty).unwrap();
    assert_eq!(router.oneshot(request).await.unwrap().status(), StatusCode::NOT_FOUND);
}
