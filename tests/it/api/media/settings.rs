use framehouse_tests::api;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/media/settings";

#[tokio::test]
async fn settings_are_told_and_switched() {
    let before = api().get(PATH).await;
    assert_eq!(before["enableMediaFeatures"], true);
    let switched = api().json(Method::PUT, PATH, &json!({ "enableMediaFeatures": true })).await.expect(200);
    assert_eq!(switched, before);
    for body in
        [json!({}), json!({ "duplicateUploads": "maybe" }), json!({ "enableMediaFeatures": 1 }), json!({ "x": 1 })]
    {
        api().json(Method::PUT, PATH, &body).await.expect_error(400, "invalid_request");
    }
}
