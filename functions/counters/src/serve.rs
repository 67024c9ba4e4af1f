use std::time::{Duration, SystemTime};

use aws_lambda_events::dynamodb::Event;
use framehouse_api::{App, CallPace, Config, now};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::{RecountRequest, count, metrics, recount};

/// What a recount leaves of its time to finish the videos that it has begun.
const TO_FINISH: Duration = Duration::from_secs(60);

/// Runs as the Lambda function that counts, or as the one that recounts when `COUNTERS_TASK` is `reconcile`, until the
/// runtime stops it.
pub async fn serve() -> Result<(), Error> {
    let app = &App::new(Config::from_env(), CallPace::Interactive);
    if std::env::var("COUNTERS_TASK").is_ok_and(|task| task == "reconcile") {
        return run(service_fn(async |event: LambdaEvent<RecountRequest>| {
            let left = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
            let result = recount(app, &event.payload, left.saturating_sub(TO_FINISH)).await?;
            metrics::emit_recount(&result, now());
            Ok::<_, Error>(result)
        }))
        .await;
    }
    run(service_fn(async |event: LambdaEvent<Event>| {
        let counted = count(app, &event.payload).await;
        metrics::emit(&counted.tally, now());
        Ok::<_, Error>(counted.answer)
    }))
    .await
}
