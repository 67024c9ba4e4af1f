use framehouse_tests::{Api, openapi_document};

#[tokio::test]
async fn the_served_document_is_the_routers() {
    let answer = Api::with(None).call(reqwest::Method::GET, "/api/openapi.json").await;
    let served = answer.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(served["openapi"], "3.1.0");
    let made = serde_json::to_value(openapi_document()).unwrap();
    assert_eq!(served["paths"], made["paths"]);
}
