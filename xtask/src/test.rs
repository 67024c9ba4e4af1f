//! `cargo xtask test`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::clips;
use crate::docker;
use crate::process::free_port;
use crate::stack::{
    self, Build, Need, Purpose, Settings, Stack, ensure_tools, repository, require_space, venv_program,
};

/// Options of `test`.
#[derive(Args)]
pub struct Test {
    /// Run only the Rust tests whose names contain one of these.
    filters: Vec<String>,
    /// Leave the web pages and their tests out.
    #[arg(long)]
    no_web: bool,
    /// Run the functions in containers with `sam local invoke` instead.
    #[arg(long)]
    docker: bool,
}

/// One check, and how it went.
struct Outcome {
    name: &'static str,
    passed: bool,
    took: Duration,
}

/// The checks to make and what they need.
struct Plan<'a> {
    root: &'a Path,
    environment: Vec<(&'static str, String)>,
    interrupted: Arc<AtomicBool>,
    outcomes: Vec<Outcome>,
}

impl Test {
    /// Checks and tests everything, or the tests that were asked for, against a stack of its own.
    pub fn run(self) -> Result<()> {
        let root = repository()?;
        if self.docker {
            ensure_tools(&root, Need::Run)?;
            stack::build_functions(&root, Build::Programs)?;
            stack::pack_functions(&root)?;
            return docker::test(&root);
        }
        require_space(&root, "cargo xtask test", 6)?;
        let interrupted = watch_signals()?;
        ensure_tools(&root, Need::Test)?;
        clips::ensure_all(&root)?;
        let mut stack = Stack::new(&Settings {
            dir: ".local/test".into(),
            port: free_port()?,
            emulator_port: free_port()?,
            no_web: self.no_web,
            no_build: false,
            no_worker: false,
        })?;
        stack.purpose = Purpose::Test;
        // Quick to encode; the sizes, durations and codecs that tests look at are the same.
        stack.worker_env = vec![("X264_PRESET".to_owned(), "ultrafast".to_owned())];
        stack.erase()?;
        let outcomes = stack.up().and_then(|running| {
            let environment = running.environment()?;
            let mut plan = Plan { root: &root, environment, interrupted, outcomes: Vec::new() };
            if self.filters.is_empty() {
                plan.everything(self.no_web)?;
            } else {
                let mut arguments = vec!["test", "--workspace", "--"];
                arguments.extend(self.filters.iter().map(String::as_str));
                plan.check("Rust tests", Command::new("cargo").args(arguments))?;
            }
            Ok(plan.outcomes)
        });
        stack.stop()?;
        summarize(&outcomes?)
    }
}

impl Plan<'_> {
    fn everything(&mut self, no_web: bool) -> Result<()> {
        let sam = venv_program(self.root, "sam");
        let cfn_lint = venv_program(self.root, "cfn-lint");
        self.check("Rust format", Command::new("cargo").args(["fmt", "--all", "--check"]))?;
        let clippy = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
        self.check("Rust lints", Command::new("cargo").args(clippy))?;
        let lint = ["validate", "--lint", "--template-file", "template.yaml"];
        self.check("Template", Command::new(sam).args(lint).env("SAM_CLI_TELEMETRY", "0"))?;
        self.check("Nested templates", Command::new(cfn_lint).arg("infra/*.yaml"))?;
        let scripts = if no_web { Vec::new() } else { npm_scripts(self.root)? };
        for (name, script) in [("Web lints", "check"), ("Web tests", "test")] {
            self.npm(&scripts, name, script)?;
        }
        self.check("Rust tests", Command::new("cargo").args(["test", "--workspace", "--no-fail-fast"]))?;
        self.npm(&scripts, "Browser tests", "e2e")?;
        // Last, because it changes and removes what the others need.
        self.schemathesis("API as described, to nobody", "fuzzing", None)?;
        self.schemathesis("API as described, to an admin", "coverage,fuzzing", Some("ADMIN_TOKEN"))
    }

    /// Asks every operation of the served document for anything: nothing may fail, or answer what is not described.
    fn schemathesis(&mut self, name: &'static str, phases: &str, token: Option<&str>) -> Result<()> {
        let variable = |name: &str| self.environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        let document = format!("{}/api/openapi.json", variable("API_URL").context("find the API's address")?);
        let header = token.and_then(variable).map(|token| format!("Authorization: Bearer {token}"));
        let mut command = Command::new(venv_program(self.root, "schemathesis"));
        command.current_dir(self.root.join("tests/schemathesis"));
        command.args(["--config-file", "schemathesis.toml", "run", &document, "--phases", phases]);
        // A validation waits up to 20 seconds for its worker, and the HTTP API gives up after 30.
        command.args(["--request-timeout", "35"]);
        command.args(header.iter().flat_map(|header| ["--header", header]));
        self.check(name, &mut command)
    }

    fn npm(&mut self, scripts: &[String], name: &'static str, script: &str) -> Result<()> {
        if !scripts.iter().any(|known| known == script) {
            return Ok(());
        }
        let web = self.root.join("web");
        self.check(name, Command::new("npm").args(["run", "--silent", script]).current_dir(web).env("CI", "true"))
    }

    /// Runs one check with the stack's environment. A failure is kept for the summary.
    fn check(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        eprintln!("\n{name} …");
        let started = Instant::now();
        if command.get_current_dir().is_none() {
            command.current_dir(self.root);
        }
        let status = command
            .envs(self.environment.iter().map(|(name, value)| (*name, value)))
            .env("AWS_DEFAULT_REGION", stack::REGION)
            .status()
            .with_context(|| format!("start {}", command.get_program().to_string_lossy()))?;
        self.outcomes.push(Outcome { name, passed: status.success(), took: started.elapsed() });
        if self.interrupted.load(Ordering::Relaxed) {
            bail!("interrupted");
        }
        Ok(())
    }
}

fn npm_scripts(root: &Path) -> Result<Vec<String>> {
    let file = root.join("web/package.json");
    let package: Value = serde_json::from_slice(&fs::read(&file).with_context(|| format!("read {}", file.display()))?)
        .with_context(|| format!("read {}", file.display()))?;
    Ok(package["scripts"].as_object().map(|scripts| scripts.keys().cloned().collect()).unwrap_or_default())
}

fn summarize(outcomes: &[Outcome]) -> Result<()> {
    eprintln!();
    for Outcome { name, passed, took } in outcomes {
        eprintln!("{} {name} ({:.1} s)", if *passed { "✓" } else { "✗" }, took.as_secs_f64());
    }
    let failed: Vec<&str> = outcomes.iter().filter(|outcome| !outcome.passed).map(|outcome| outcome.name).collect();
    if !failed.is_empty() {
        bail!("failed: {}; the reasons are above", failed.join(", "));
    }
    Ok(())
}

/// Notes Ctrl-C and SIGTERM instead of dying of them, so that the stack is stopped in any case.
fn watch_signals() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut terminate = {
        let _guard = runtime.enter();
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            flag.store(true, Ordering::Relaxed);
        });
    });
    Ok(interrupted)
}
