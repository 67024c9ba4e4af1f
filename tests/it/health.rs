use framehouse_api::{App, CallPace, Config};
use framehouse_tests::{Api, stack};
use lambda_http::{Body, tower::ServiceExt};

#[tokio::test]
async fn both_paths_tell_the_state_of_each_part() {
    for path in ["/health", "/api/videos/health"] {
        let health = Api::with(None).get(path).await;
        assert_eq!(health["status"], "ok", "{health}");
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
        assert!(health["uptime"].as_f64().is_some_and(|uptime| uptime >= 0.0), "{health}");
        assert!(health["timestamp"].as_str().is_some_and(|text| text.ends_with('Z')), "{health}");
        for part in ["database", "storage", "queue"] {
            assert_eq!(health[part]["status"], "ok", "{health}");
        }
        assert!(health["queue"]["depth"].is_u64() && health["queue"]["inFlight"].is_u64(), "{health}");
    }
}

#[tokio::test]
async fn a_missing_table_and_queue_are_named_and_answer_503() {
    let stack = stack();
    let config = Config {
        table_name: "no-such-table".into(),
        media_bucket: stack.media_bucket.clone(),
        transcode_queue_url: format!("{}-which-does-not-exist", stack.queue_url),
        ..Config::default()
    };
    let router = framehouse_api::router(framehouse_system::router(), App::new(config, CallPace::Interactive));
    let request = lambda_http::http::Request::get("/health").body(Body::Empty).unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 503);
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    let health: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(health["status"], "unavailable");
    assert_eq!(health["database"]["status"], "unavailable");
    assert_eq!(health["storage"]["status"], "ok", "the parts are told apart");
    assert_eq!(health["queue"]["status"], "unavailable");
    assert_eq!(health["queue"]["depth"], serde_json::Value::Null);
}
