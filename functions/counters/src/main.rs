//! The Lambda functions that count.

use framehouse_api::{App, CallPace, Config, init_logging};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_logging();
    let app = &App::new(Config::from_env(), CallPace::Background);
    run(service_fn(async |event: LambdaEvent<Value>| framehouse_counters::handle(app, event.payload).await)).await
}
