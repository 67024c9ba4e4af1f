//! The Lambda functions of the area `stream`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    framehouse_api::serve(framehouse_stream::routes()).await
}
