use framehouse_domain::MediaFileId;
use framehouse_tests::{Api, UploadRequest, api};
use reqwest::Method;

#[tokio::test]
async fn there_is_nothing_to_stream() {
    let unknown = format!("/stream/hls/{}/master.m3u8", MediaFileId::generate());
    api().call(Method::GET, &unknown).await.expect_error(404, "not_found");
    Api::with(None).call(Method::GET, &unknown).await.expect_error(404, "not_found");
    api().call(Method::GET, "/stream/hls/x/master.m3u8").await.expect_error(400, "invalid_request");
    let waiting = UploadRequest::new("a.mp4", 5).create().await;
    let path = |name: &str| format!("/stream/hls/{}/{name}", waiting.id);
    api().call(Method::GET, &path("master.m3u8")).await.expect_error(404, "not_found");
    for name in ["poster.jpg", "plan.json", "..m3u8", "MASTER.m3u8"] {
        api().call(Method::GET, &path(name)).await.expect_error(404, "not_found");
    }
    Api::with(None).call(Method::GET, &path("master.m3u8")).await.expect_error(401, "unauthorized");
    let forged = path("master.m3u8?token=eyJhbGciOiJub25lIn0.e30.");
    Api::with(None).call(Method::GET, &forged).await.expect_error(401, "unauthorized");
}
