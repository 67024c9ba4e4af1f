//! `cargo xtask test --docker`: the functions as `sam local invoke` runs them, in Lambda's own kind of container.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::Daemon;
use crate::progress;
use crate::stack::{REGION, install_packages, on_path, venv_program};

/// The image in which SAM runs `provided.al2023` on x86-64.
const IMAGE: &str = "public.ecr.aws/lambda/provided:al2023-x86_64";

/// Function, event and the status of the answer. The events' tokens are not valid here: that an admin's route answers
/// 401 shows that the program runs and was given the event.
const INVOCATIONS: [(&str, &str, u64); 29] = [
    ("OpenApiFunction", "open-api", 200),
    ("SettingsGetFunction", "settings-get", 401),
    ("SettingsUpdateFunction", "settings-update", 401),
    ("UploadCreateFunction", "upload-create", 401),
    ("UploadPartUrlsFunction", "upload-part-urls", 401),
    ("UploadPartsFunction", "upload-parts", 401),
    ("UploadCompleteFunction", "upload-complete", 401),
    ("UploadAbortFunction", "upload-abort", 401),
    ("MediaFileGetFunction", "media-file-get", 401),
    ("MediaFileRetryFunction", "media-file-retry", 401),
    ("MediaFileDeleteFunction", "media-file-delete", 401),
    ("LibraryListFunction", "library-list", 401),
    ("LibraryGetFunction", "library-get", 401),
    ("LibraryCreateFunction", "library-create", 401),
    ("LibraryUpdateFunction", "library-update", 401),
    ("LibraryDeleteFunction", "library-delete", 401),
    ("LibraryRestoreFunction", "library-restore", 401),
    ("LibraryPublishFunction", "library-publish", 401),
    ("LibraryCategoryFunction", "library-category", 401),
    ("LibraryUnpublishFunction", "library-unpublish", 401),
    ("LibraryLockFunction", "library-lock", 401),
    ("LibraryUnlockFunction", "library-unlock", 401),
    ("LibraryValidateFunction", "library-validate", 401),
    ("LibraryScanFunction", "library-scan", 401),
    ("LibraryScanStatusFunction", "library-scan-status", 401),
    ("LibraryBulkFunction", "library-bulk", 401),
    ("LibraryDuplicatesFunction", "library-duplicates", 401),
    ("LibrarySuggestionsFunction", "library-suggestions", 401),
    ("LibraryStorageFunction", "library-storage", 401),
];

/// Invokes every function that needs nothing but itself. The artifacts must have been packed.
pub fn test(root: &Path) -> Result<()> {
    let dir = root.join(".local/docker");
    let engine = Engine::reach(root, &dir)?;
    let result = engine.prepare(root, &dir).and_then(|()| {
        INVOCATIONS.iter().try_for_each(|(function, event, status)| engine.invoke(root, function, event, *status))
    });
    engine.stop()?;
    result
}

/// A Docker engine: the machine's, or one that was started for the test.
struct Engine {
    host: Option<String>,
    daemon: Option<Daemon>,
}

impl Engine {
    fn reach(root: &Path, dir: &Path) -> Result<Self> {
        let running = Self { host: None, daemon: None };
        if running.answers() {
            return Ok(running);
        }
        if !nix::unistd::geteuid().is_root() {
            bail!("no Docker engine answers; start one, or run this as root");
        }
        let missing: Vec<&str> = [("dockerd", "docker.io"), ("debootstrap", "debootstrap")]
            .into_iter()
            .filter(|(program, _)| !on_path(program))
            .map(|(_, package)| package)
            .collect();
        if !missing.is_empty() {
            install_packages(root, &missing)?;
        }
        let daemon = Daemon::new(dir, "dockerd");
        let socket = format!("unix://{}", dir.join("docker.sock").display());
        let mut command = Command::new("dockerd");
        command
            .arg("--data-root")
            .arg(dir.join("data"))
            .arg("--exec-root")
            .arg(dir.join("exec"))
            .arg("--pidfile")
            .arg(dir.join("dockerd.pid"))
            .args(["--host", &socket, "--mtu", "1400"]);
        daemon.ensure(&mut command, &socket)?;
        let engine = Self { host: Some(socket), daemon: None };
        daemon.wait_until(Duration::from_mins(1), || engine.answers())?;
        Ok(Self { daemon: Some(daemon), ..engine })
    }

    fn stop(&self) -> Result<()> {
        self.daemon.as_ref().map_or(Ok(()), Daemon::stop)
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        if let Some(host) = &self.host {
            command.env("DOCKER_HOST", host);
        }
        command
    }

    fn answers(&self) -> bool {
        self.succeeds(&["info"])
    }

    fn succeeds(&self, arguments: &[&str]) -> bool {
        let mut command = self.command("docker");
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Pulls Lambda's image, or where no registry can be reached, makes one of Debian under its name.
    fn prepare(&self, root: &Path, dir: &Path) -> Result<()> {
        if self.succeeds(&["image", "inspect", IMAGE]) || self.succeeds(&["pull", IMAGE]) {
            return Ok(());
        }
        let (log, files) = (root.join(".local/logs/docker.log"), dir.join("rootfs"));
        let advice = "Are the Debian packages reachable?";
        let mut bootstrap = Command::new("debootstrap");
        bootstrap.args(["--variant=minbase", "--include=ca-certificates", "bookworm"]).arg(&files);
        progress::run("Make a base image", &log, &mut bootstrap, advice)?;
        let mut tar = Command::new("tar").arg("-C").arg(&files).args(["-c", "."]).stdout(Stdio::piped()).spawn()?;
        let content = tar.stdout.take().context("read the base image")?;
        let status = self.command("docker").args(["import", "-", IMAGE]).stdin(content).status()?;
        if !tar.wait()?.success() || !status.success() {
            bail!("docker import failed");
        }
        Ok(())
    }

    fn invoke(&self, root: &Path, function: &str, event: &str, status: u64) -> Result<()> {
        let step = progress::Step::start(&format!("sam local invoke {function}"));
        let output = self
            .command(venv_program(root, "sam"))
            .current_dir(root)
            .args(["local", "invoke", function, "--skip-pull-image", "--event", &format!("events/{event}.json")])
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("SAM_CLI_TELEMETRY", "0")
            .output()
            .context("start sam")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let answer: Value = text.lines().rev().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_default();
        if answer["statusCode"] != status {
            bail!("{function} answered {answer} instead of {status}:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        step.done();
        Ok(())
    }
}
