//! The Lambda functions of the area `reactions`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    framehouse_api::serve(framehouse_reactions::router()).await
}
