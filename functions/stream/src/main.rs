//! The Lambda functions of the area `stream`.

use tower_http::compression::CompressionLayer;

/// Playlists of presigned URLs shrink to a tenth under gzip, which keeps those of long films far below Lambda's 6 MB answer.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    framehouse_api::serve(framehouse_stream::router().layer(CompressionLayer::new())).await
}
