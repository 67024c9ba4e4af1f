//! The Lambda function behind the dead-letter queues.

use aws_lambda_events::sqs::SqsEvent;
use framehouse_api::{App, CallPace, Config, init_logging};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_logging();
    let app = &App::new(Config::from_env(), CallPace::Interactive);
    let handler =
        async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(framehouse_dead_letters::handle(app, event.payload).await);
    run(service_fn(handler)).await
}
