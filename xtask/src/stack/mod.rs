//! The whole system on one machine: emulator, deployed template, worker, web pages.

mod demo;
mod deployment;
mod disk;
mod emulator;
mod functions;
mod machine;
mod running;
mod web;
mod worker;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use sha2::{Digest, Sha256};

pub use deployment::{AUDIENCE, Deployment, ISSUER};
pub use disk::require_space;
pub use functions::{AREAS, Build, build as build_functions, forget_artifact, pack as pack_functions, package};
pub use machine::{Need, ensure_deploy_tools, ensure_tools, install_packages, on_path, venv_program};
pub use running::{Running, Secrets};

use crate::process::Daemon;

/// Region, account and names of the local stack.
pub const REGION: &str = "us-east-1";
/// Name of the deployed stack.
pub const STACK_NAME: &str = "framehouse";

/// Where a local stack lives and listens.
#[derive(Args, Clone)]
pub struct Settings {
    /// Directory of the stack's state, relative to the repository.
    #[arg(long, default_value = ".local")]
    pub dir: PathBuf,
    /// Port of web pages and API.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Port of the emulated AWS.
    #[arg(long, default_value_t = 4566)]
    pub emulator_port: u16,
    /// Leave the web pages as they were built last.
    #[arg(long)]
    pub no_web: bool,
    /// Run the functions and the transcoder as they were built last.
    #[arg(long)]
    pub no_build: bool,
    /// Start no transcoder; uploads wait in the queue for one.
    #[arg(long)]
    pub no_worker: bool,
}

/// What a stack is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be used, and to be there again after a pause.
    Use,
    /// To be tested once: the tests are built along with the functions, and nothing is kept for a later run.
    Test,
}

/// A local stack, running or not.
pub struct Stack {
    root: PathBuf,
    dir: PathBuf,
    port: u16,
    emulator_port: u16,
    no_web: bool,
    no_build: bool,
    no_worker: bool,
    /// What it is for.
    pub purpose: Purpose,
    /// Additional environment of the worker, such as a faster encoder preset for tests.
    pub worker_env: Vec<(String, String)>,
}

impl Stack {
    /// The stack that `settings` describe.
    pub fn new(settings: &Settings) -> Result<Self> {
        let root = repository()?;
        let dir = root.join(&settings.dir);
        fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
        Ok(Self {
            root,
            dir,
            port: settings.port,
            emulator_port: settings.emulator_port,
            no_web: settings.no_web,
            no_build: settings.no_build,
            no_worker: settings.no_worker,
            purpose: Purpose::Use,
            worker_env: Vec::new(),
        })
    }

    /// Brings the stack up to date with the sources, starting what does not run.
    pub fn up(&self) -> Result<Running<'_>> {
        self.require_ports()?;
        ensure_tools(&self.root, Need::Run)?;
        if !self.no_web {
            web::build(&self.root)?;
        }
        if !self.no_build {
            functions::build(
                &self.root,
                if self.purpose == Purpose::Test { Build::Everything } else { Build::Programs },
            )?;
        }
        functions::pack(&self.root)?;
        let secrets = Secrets::load_or_make(&self.dir)?;
        emulator::start(self)?;
        let deployment = deployment::deploy(self)?;
        web::serve(self, &deployment, &secrets)?;
        let worker = if self.no_worker { 0 } else { worker::start(self, &deployment)? };
        let running = Running::new(self, deployment, secrets, worker);
        running.write_env()?;
        Ok(running)
    }

    /// Stops everything that runs, in the order in which parts need each other. Says whether anything ran.
    pub fn stop(&self) -> Result<bool> {
        let daemons = [self.worker(), self.front_door(), self.emulator()];
        let ran = daemons.iter().any(|daemon| daemon.pid().is_some());
        for daemon in daemons {
            daemon.stop()?;
        }
        Ok(ran)
    }

    /// Stops everything and forgets its data.
    pub fn erase(&self) -> Result<()> {
        self.stop()?;
        fs::remove_dir_all(&self.dir).with_context(|| format!("remove {}", self.dir.display()))?;
        fs::create_dir_all(&self.dir).with_context(|| format!("create {}", self.dir.display()))
    }

    fn worker(&self) -> Daemon {
        Daemon::new(&self.dir, "worker")
    }

    fn front_door(&self) -> Daemon {
        Daemon::new(&self.dir, "front-door")
    }

    fn emulator(&self) -> Daemon {
        Daemon::new(&self.dir, "emulator")
    }

    fn log(&self, name: &str) -> PathBuf {
        self.dir.join("logs").join(format!("{name}.log"))
    }

    /// Address of the emulated AWS.
    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.emulator_port)
    }

    /// Address of web pages and API.
    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn require_ports(&self) -> Result<()> {
        if self.emulator().pid().is_none() {
            crate::process::require_free_port(self.emulator_port, "emulator", "--emulator-port")?;
        }
        if self.front_door().pid().is_none() {
            crate::process::require_free_port(self.port, "web pages", "--port")?;
        }
        Ok(())
    }

    /// A command that speaks to the emulator as the account's root user.
    fn aws_command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("AWS_ENDPOINT_URL", self.endpoint())
            .env("AWS_REGION", REGION)
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env_remove("AWS_SESSION_TOKEN")
            .env_remove("AWS_PROFILE")
            .env("SAM_CLI_TELEMETRY", "0");
        command
    }
}

/// The repository's root directory.
pub fn repository() -> Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(manifest.parent().context("find the repository")?.to_path_buf())
}

/// Hash of the content of `files` and of `texts`: equal fingerprints mean that nothing changed.
fn fingerprint(files: &[PathBuf], texts: &[String]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update(fs::read(file).with_context(|| format!("read {}", file.display()))?);
    }
    for text in texts {
        hash.update(text);
        hash.update([0]);
    }
    Ok(hex::encode(hash.finalize()))
}
