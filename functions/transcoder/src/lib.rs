//! The worker: plan → encode → package, driven by the messages of `hls-transcoding`, and the jobs about the library's files
//! of `library-jobs`.
//!
//! Every step is a small function from a message to writes, and bears being repeated: SQS and S3 deliver at least
//! once. What a step may have left half-done is done again under the same keys.

mod arrival;
mod config;
mod encode;
mod failure;
mod ffmpeg;
mod images;
mod lambda;
mod lease;
mod library;
mod package;
mod parts;
mod plan;
mod poll;
mod remove;
mod scratch;
mod source;
mod stop;
mod upload;
mod visibility;
mod worker;

use std::process::ExitCode;

use framehouse_api::{App, CallPace, Config, init_logging};

pub use config::Settings;
pub use poll::Poller;
pub use stop::{Stop, Stopper};
pub use worker::{Line, Verdict, Worker};

/// Runs until told to stop: as a Lambda function where the Lambda runtime is, else as a worker that polls its queues.
pub fn main() -> ExitCode {
    init_logging();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "start runtime");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "run transcoder");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let settings = Settings::from_env()?;
    let app = App::new(Config::from_env(), CallPace::Background);
    scratch::clean(&settings.scratch);
    let worker = Worker::new(&app, settings).await?;
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        return lambda::serve(app, worker).await;
    }
    let stopper = Stopper::default();
    stopper.on_signals()?;
    Box::pin(Poller::run_all(&app, worker, stopper.stop())).await;
    Ok(())
}
