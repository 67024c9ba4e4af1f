//! The Lambda functions of the area `library`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    framehouse_api::serve(framehouse_library_routes::router()).await
}
