//! `cargo xtask bench cold-start`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::ProgressBar;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;

use super::tls::Endpoint;
use super::{build, median, report, runtime_api};
use crate::stack::{AREAS, repository};

/// Largest accepted ratio to the hello-world function.
const GOAL: f64 = 1.4;
const SECRET: &str = "a secret of thirty-two bytes or more";
const BASELINE: &str = "hello";

/// Options of `bench cold-start`.
#[derive(Args)]
pub struct ColdStart {
    /// Starts of each binary.
    #[arg(long, default_value_t = 60)]
    runs: usize,
    /// Measure the binaries of the last build.
    #[arg(long)]
    no_build: bool,
}

/// A first invocation that reads DynamoDB.
struct Call {
    area: &'static str,
    event: &'static str,
}

const CALLS: [Call; 3] = [
    Call { area: "system", event: "health" },
    Call { area: "media-files", event: "media-file-get" },
    Call { area: "stream", event: "stream" },
];

impl ColdStart {
    /// Measures the starts, then the first calls.
    pub fn run(self) -> Result<()> {
        let root = repository()?;
        let host = build::host_triple()?;
        if !self.no_build {
            build::as_for_lambda(&root, &host, AREAS.iter().chain([&BASELINE]))?;
        }
        let binaries = root.join("target").join(&host).join("lambda");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let starts = runtime.block_on(starts(&binaries, self.runs))?;
        let calls = runtime.block_on(calls(&root, &binaries, self.runs))?;
        let worst = starts.iter().map(|start| start.2).fold(0.0, f64::max);
        let verdict = if worst <= GOAL { "met" } else { "missed" };
        let mut body = format!(
            "From exec to the first poll of the Runtime API, medians of {} interleaved starts. \
             Goal: at most {GOAL} × `{BASELINE}`, {verdict}.\n\n\
             | binary | size, MB | ms | ratio |\n|---|---|---|---|\n",
            self.runs
        );
        for (name, milliseconds, ratio) in &starts {
            let size = fs::metadata(binaries.join(name))?.len() as f64 / 1e6;
            writeln!(body, "| {name} | {size:.1} | {milliseconds:.2} | {ratio:.2} |")?;
        }
        body.push_str(
            "\nThe first invocation's time from its event to its first DynamoDB request over a new TLS connection: \
             parsing, the client, reading the trusted roots, handshake. Goal: under 5 ms.\n\n\
             | event | ms |\n|---|---|\n",
        );
        for (name, milliseconds) in &calls {
            writeln!(body, "| {name} | {milliseconds:.2} |")?;
        }
        report::write(&root, "cold-start", "cargo xtask bench cold-start", &body)
    }
}

/// Name, median in milliseconds and ratio to the baseline of each binary.
async fn starts(binaries: &Path, runs: usize) -> Result<Vec<(&'static str, f64, f64)>> {
    let names: Vec<&str> = [BASELINE].into_iter().chain(AREAS).collect();
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
    let bar = ProgressBar::new(runs as u64);
    // The first round only brings the files into memory.
    for round in 0..=runs {
        for (name, times) in names.iter().zip(&mut times) {
            let started = runtime_api::start(&binaries.join(name), &environment(None)).await?;
            if round > 0 {
                times.push(started.took.as_secs_f64() * 1e3);
            }
            started.end().await?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    Ok(names.into_iter().zip(&medians).map(|(name, time)| (name, *time, time / medians[0])).collect())
}

/// Event and median in milliseconds of each call.
async fn calls(root: &Path, binaries: &Path, runs: usize) -> Result<Vec<(&'static str, f64)>> {
    let dir = tempfile::tempdir().context("make a directory for certificates")?;
    let endpoint = Endpoint::listen(dir.path()).await?;
    let environment = environment(Some(&endpoint));
    let mut results = Vec::new();
    for Call { area, event } in CALLS {
        let text = event_text(root, event)?;
        let mut times = Vec::new();
        for _ in 0..runs {
            let mut started = runtime_api::start(&binaries.join(area), &environment).await?;
            // Let the process go to sleep in its poll, as it does on Lambda.
            tokio::time::sleep(Duration::from_millis(5)).await;
            let begin = std::time::Instant::now();
            started.invoke(&text).await?;
            let Ok(arrived) = tokio::time::timeout(Duration::from_secs(5), endpoint.first_request()).await else {
                bail!("the {event} event led to no DynamoDB request");
            };
            times.push((arrived? - begin).as_secs_f64() * 1e3);
            started.end().await?;
        }
        results.push((event, median(&mut times)));
    }
    Ok(results)
}

/// The function's variables, with DynamoDB at `endpoint` and nothing else in reach.
fn environment(endpoint: Option<&Endpoint>) -> Vec<(String, String)> {
    let mut variables = vec![
        ("TABLE_NAME", "bench".to_owned()),
        ("MEDIA_BUCKET", "bench".to_owned()),
        ("TRANSCODE_QUEUE_URL", "http://127.0.0.1:9/000000000000/bench".to_owned()),
        ("JWT_ISSUER", "bench".to_owned()),
        ("JWT_AUDIENCE", "bench".to_owned()),
        ("JWT_HS256_SECRET", SECRET.to_owned()),
        ("PLAYBACK_TOKEN_SECRET", SECRET.to_owned()),
    ];
    if let Some(endpoint) = endpoint {
        variables.extend([
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9".to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", endpoint.url.clone()),
            ("SSL_CERT_FILE", endpoint.roots.display().to_string()),
        ]);
    }
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A payload of `events/`, with a token that the function accepts.
fn event_text(root: &Path, name: &str) -> Result<String> {
    let file: PathBuf = root.join("events").join(format!("{name}.json"));
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let now = jiff::Timestamp::now().as_second();
    let claims = json!({
        "sub": "bench", "role": "SUPER_ADMIN", "iss": "bench", "aud": "bench", "iat": now, "nbf": now, "exp": now + 3600
    });
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let token = jsonwebtoken::encode(&Header::default(), &claims, &key).context("sign a token")?;
    Ok(text.replace("${ADMIN_TOKEN}", &token))
}
