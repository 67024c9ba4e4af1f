//! The Lambda functions that count, and that recount: `COUNTERS_TASK=reconcile` makes it the latter.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    framehouse_api::init_logging();
    framehouse_counters::serve().await
}
