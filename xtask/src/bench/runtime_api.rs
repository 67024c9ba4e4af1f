//! The side of Lambda's Runtime API that the service has: one process, one invocation.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

const LIMIT: Duration = Duration::from_secs(10);

/// A function's process that has asked for its first event.
pub struct Started {
    /// From exec to the first poll.
    pub took: Duration,
    connection: TcpStream,
    process: Child,
}

/// Starts a function's binary and waits for its first poll.
pub async fn start(binary: &Path, environment: &[(String, String)]) -> Result<Started> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("listen for the function")?;
    let address = listener.local_addr()?.to_string();
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .env("AWS_SESSION_TOKEN", "example")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let begin = Instant::now();
    let process = command.spawn().with_context(|| format!("start {}", binary.display()))?;
    let polled = tokio::time::timeout(LIMIT, async {
        let (mut connection, _) = listener.accept().await?;
        let request = read_head(&mut connection).await?;
        anyhow::Ok((connection, request))
    });
    let Ok(polled) = polled.await else {
        bail!("{} did not poll the Runtime API within {LIMIT:?}", binary.display());
    };
    let took = begin.elapsed();
    let (connection, request) = polled?;
    if !request.starts_with("GET /2018-06-01/runtime/invocation/next") {
        bail!("{} did not ask for an event first: {request}", binary.display());
    }
    Ok(Started { took, connection, process })
}

impl Started {
    /// Hands the event over.
    pub async fn invoke(&mut self, event: &str) -> Result<()> {
        let deadline = jiff::Timestamp::now().as_millisecond() + 29_000;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
             Lambda-Runtime-Deadline-Ms: {deadline}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench\r\n\r\n{event}",
            event.len()
        );
        self.connection.write_all(answer.as_bytes()).await.context("hand the event over")
    }

    /// Ends the process.
    pub async fn end(mut self) -> Result<()> {
        self.process.kill().await.context("end the function")
    }
}

/// Reads the head of an HTTP/1.1 request.
async fn read_head(connection: &mut TcpStream) -> Result<String> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = connection.read(&mut buffer).await.context("read the function's request")?;
        if count == 0 {
            bail!("the function closed its connection");
        }
        head.extend_from_slice(&buffer[..count]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
