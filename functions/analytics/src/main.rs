//! The Lambda functions of the area `analytics`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    framehouse_api::serve(framehouse_analytics::router()).await
}
