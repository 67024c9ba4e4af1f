//! The deployment of `template.yaml` itself to the emulator.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::{AREAS, STACK_NAME, Stack, fingerprint, functions, venv_program};
use crate::progress;

/// Issuer and audience of development tokens.
pub const ISSUER: &str = "framehouse-development";
/// See [`ISSUER`].
pub const AUDIENCE: &str = "framehouse-api";

/// What a deployment made.
#[derive(Serialize, Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    pub api_id: String,
    pub bucket: String,
    pub table: String,
    pub queue_url: String,
    pub dead_letter_queue_url: String,
    pub library_queue_url: String,
    pub library_dead_letter_queue_url: String,
    pub access_token_secret: String,
    pub playback_token_secret: String,
    pub viewer_hash_secret: String,
    pub worker: Credentials,
    /// Of template, artifacts and parameters.
    #[serde(default)]
    fingerprint: String,
}

/// An access key.
#[derive(Serialize, Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl Deployment {
    /// The last deployment of the stack with its state in `dir`.
    pub fn load(dir: &Path) -> Result<Self> {
        let file = file(dir);
        let bytes = fs::read(&file)
            .with_context(|| format!("no stack is deployed in {}; run `cargo xtask up` first", dir.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("read {}", file.display()))
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("deployment.json")
}

/// Deploys the template unless it, its artifacts and parameters are as they were and the stack is still there.
pub fn deploy(stack: &Stack) -> Result<Deployment> {
    let root = &stack.root;
    let parameters = [
        format!("JwtIssuer={ISSUER}"),
        format!("JwtAudience={AUDIENCE}"),
        format!("JwtJwksUrl={}/.well-known/jwks.json", stack.url()),
        "ExposeMetrics=true".to_owned(),
        "CaBundle=/etc/ssl/certs/ca-certificates.crt".to_owned(),
        // The machine's own processor runs the functions.
        format!("Architecture={}", if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }),
    ];
    let script = root.join("infra/local/deployed.py");
    let mut files: Vec<PathBuf> = AREAS.iter().map(|area| functions::artifact(root, area)).collect();
    files.extend([root.join("template.yaml"), root.join("infra/transcoder-fargate.yaml"), script.clone()]);
    let current = fingerprint(&files, &parameters)?;
    if let Ok(last) = Deployment::load(&stack.dir)
        && last.fingerprint == current
        && super::running::has_api(stack, &last.api_id)
    {
        return Ok(last);
    }
    let mut sam = stack.aws_command(&venv_program(root, "sam"));
    sam.args(["deploy", "--template-file", "template.yaml", "--stack-name", STACK_NAME])
        .args(["--no-confirm-changeset", "--no-progressbar"])
        .arg("--parameter-overrides")
        .args(&parameters);
    let advice = format!("`cargo xtask down`, remove {} and try again.", stack.dir.join("emulator").display());
    progress::run("Deploy template.yaml", &stack.log("deploy"), &mut sam, &advice)?;
    let output = stack
        .aws_command(&venv_program(root, "python"))
        .arg(&script)
        .arg(STACK_NAME)
        .output()
        .context("start infra/local/deployed.py")?;
    if !output.status.success() {
        bail!("infra/local/deployed.py failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut deployment: Deployment =
        serde_json::from_slice(&output.stdout).context("read what infra/local/deployed.py printed")?;
    deployment.fingerprint = current;
    super::running::write_private(&file(&stack.dir), &serde_json::to_vec_pretty(&deployment)?)?;
    Ok(deployment)
}
