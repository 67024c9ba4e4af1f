//! A function's process, and the side of Lambda's Runtime API that the service has: one event after the other.

use std::{fs, path::Path, process::Stdio, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    sync::{Mutex, mpsc},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(30);

/// A running function that is asked one thing after the other.
pub(crate) struct Function {
    process: Child,
    events: mpsc::Sender<String>,
    answers: mpsc::Receiver<Bytes>,
}

/// CPU that a process has had, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CpuTime {
    /// In the program itself.
    pub(crate) user: f64,
    /// In the kernel on its behalf.
    pub(crate) system: f64,
}

#[derive(Clone)]
struct Service {
    events: Arc<Mutex<mpsc::Receiver<String>>>,
    answers: mpsc::Sender<Bytes>,
}

impl Function {
    /// Starts a function's binary.
    pub(crate) async fn start(binary: &Path, environment: &[(&str, String)]) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("listen for the function")?;
        let address = listener.local_addr()?.to_string();
        let (events, waiting) = mpsc::channel(1);
        let (given, answers) = mpsc::channel(1);
        let service = Service { events: Arc::new(Mutex::new(waiting)), answers: given };
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(answered))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(answered))
            .with_state(service);
        tokio::spawn(async { axum::serve(listener, routes).await });
        let process = Command::new(binary)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "example")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start {}", binary.display()))?;
        Ok(Self { process, events, answers })
    }

    /// Hands an event over and waits for the HTTP answer, which must be a success; answers its body.
    pub(crate) async fn ask(&mut self, event: &Value) -> Result<Value> {
        self.events.send(event.to_string()).await.context("hand an event over")?;
        let path = &event["rawPath"];
        let Ok(answer) = timeout(PATIENCE, self.answers.recv()).await else {
            bail!("{path} is not answered within {PATIENCE:?}");
        };
        let answer = answer.context("wait for an answer")?;
        let answer: Value = serde_json::from_slice(&answer).context("read an answer")?;
        if !answer["statusCode"].as_u64().is_some_and(|status| (200..300).contains(&status)) {
            bail!("{path} is answered {answer}");
        }
        let body = answer["body"].as_str().unwrap_or_default();
        Ok(serde_json::from_str(body).unwrap_or_else(|_| body.into()))
    }

    /// What the process has had so far, to a hundredth of a second.
    pub(crate) fn cpu_time(&self) -> Result<CpuTime> {
        let id = self.process.id().context("find the function: it has ended")?;
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).context("read the function's CPU time")?;
        // proc(5): behind the name in parentheses, which may hold anything, utime and stime are fields 12 and 13.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK)?.context("ask for the length of a tick")?;
        let seconds = |field: usize| -> Result<f64> {
            let count: u32 = fields.get(field).context("read the function's CPU time")?.parse()?;
            Ok(f64::from(count) / ticks as f64)
        };
        Ok(CpuTime { user: seconds(11)?, system: seconds(12)? })
    }

    /// Ends the process.
    pub(crate) async fn end(mut self) -> Result<()> {
        self.process.kill().await.context("end the function")
    }
}

async fn next(State(service): State<Service>) -> impl IntoResponse {
    let event = service.events.lock().await.recv().await.unwrap_or_default();
    let deadline = jiff::Timestamp::now().as_millisecond() + 29_000;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:bench".to_owned()),
    ];
    (headers, event)
}

async fn answered(State(service): State<Service>, body: Bytes) -> StatusCode {
    match service.answers.send(body).await {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::GONE,
    }
}
