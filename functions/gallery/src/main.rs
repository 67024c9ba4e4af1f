//! The Lambda functions of the area `gallery`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    framehouse_api::serve(framehouse_gallery::router()).await
}
