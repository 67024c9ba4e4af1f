//! The Lambda functions of the area `media-files`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    framehouse_api::serve(framehouse_media_files::router()).await
}
