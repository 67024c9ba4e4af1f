//! What a page on another origin may do.

use framehouse_tests::{UploadRequest, stack};
use reqwest::{Client, Method};

async fn preflight(url: &str, method: &str, headers: &str) -> reqwest::header::HeaderMap {
    let request = Client::new()
        .request(Method::OPTIONS, url)
        .header("origin", "https://videos.example")
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.headers().clone()
}

fn lists(headers: &reqwest::header::HeaderMap, name: &str, value: &str) -> bool {
    let listed = headers.get(name).and_then(|listed| listed.to_str().ok()).unwrap_or_default().to_lowercase();
    listed == "*" || listed.split(',').any(|item| item.trim() == value)
}

#[tokio::test]
async fn a_page_may_call_the_api() {
    let url = format!("{}/api/media/uploads", stack().api_url);
    let headers = preflight(&url, "POST", "authorization,content-type,idempotency-key").await;
    for header in ["authorization", "content-type", "idempotency-key"] {
        assert!(lists(&headers, "access-control-allow-headers", header), "{headers:?}");
    }
}

#[tokio::test]
async fn a_page_may_send_parts_and_read_their_etags() {
    let upload = UploadRequest::new("a.mp4", 5).create().await;
    let url = upload.instructions["url"].as_str().unwrap();
    let headers = preflight(url, "PUT", "content-type,if-none-match").await;
    assert!(lists(&headers, "access-control-allow-methods", "put"), "{headers:?}");
    let put = Client::new().put(url).header("origin", "https://videos.example").body("12345");
    let put = put.header("content-type", "video/mp4").header("if-none-match", "*").send().await.unwrap();
    assert_eq!(put.status(), 200);
    assert!(lists(put.headers(), "access-control-expose-headers", "etag"), "{:?}", put.headers());
}
