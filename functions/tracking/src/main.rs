//! The Lambda functions of the area `tracking`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    framehouse_api::serve(framehouse_tracking::router()).await
}
