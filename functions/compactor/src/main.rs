//! The Lambda function that a schedule calls to write the catalog's snapshot.

use framehouse_api::{App, CallPace, Config, init_logging};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_logging();
    let app = &App::new(Config::from_env(), CallPace::Background);
    let handler = async |_: LambdaEvent<Value>| framehouse_compactor::handle(app).await.map_err(Error::from);
    run(service_fn(handler)).await
}
