//! `cargo xtask bench request`.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{build, report};
use crate::progress::Step;
use crate::stack::repository;

/// The functions that are asked, after the baselines.
const AREAS: [&str; 4] = ["hello", "gallery", "library", "tracking"];

/// Options of `bench request`.
#[derive(Args)]
pub struct Request {
    /// Requests of each kind.
    #[arg(long, default_value_t = 3_000)]
    requests: usize,
    /// Measure the binaries of the last build.
    #[arg(long)]
    no_build: bool,
}

impl Request {
    /// Measures the CPU of requests, and works out what they cost.
    pub fn run(self) -> Result<()> {
        let root = repository()?;
        let host = build::host_triple()?;
        if !self.no_build {
            build::as_for_lambda(&root, &host, &AREAS)?;
        }
        let step = Step::start("Build the bench");
        let mut build = Command::new("cargo");
        build.args(["build", "--quiet", "--package", "framehouse-request-bench"]);
        if !build.current_dir(&root).status().context("start cargo")?.success() {
            bail!("the bench does not compile; fix what the compiler says and run this again");
        }
        step.done();
        let step = Step::start(&format!("{} requests of each kind", self.requests));
        let binaries = root.join("target").join(&host).join("lambda");
        let measured = measure(&root, &binaries, self.requests)?;
        step.done();
        let body = format!(
            "User and system CPU of the function's process per request, from /proc/{{pid}}/stat, of {} requests one after the \
             other, each of another viewer and for another of 1,000 videos; the binaries are those for Lambda, optimised for \
             size. DynamoDB is an emulator in another process, without TLS. The baselines are in the same run. What each \
             route costs in DynamoDB is in ARCHITECTURE.md, \"What a request costs\", which `tests/costs` checks.\n\n{}",
            self.requests,
            measured.trim()
        );
        report::write(&root, "request", "cargo xtask bench request", &body)
    }
}

fn measure(root: &Path, binaries: &Path, requests: usize) -> Result<String> {
    let output = Command::new(root.join("target/debug/framehouse-request-bench"))
        .arg(binaries)
        .arg(requests.to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("start the bench")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("the bench failed; it said:\n{text}");
    }
    Ok(text)
}
