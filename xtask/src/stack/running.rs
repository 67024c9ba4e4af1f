//! A stack that runs: its addresses, secrets and environment file.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::deployment::{AUDIENCE, Deployment, ISSUER};
use super::{REGION, Stack};
use crate::token::{Algorithm, Issuer, Role};

/// How long the tokens in `stack.env` are valid.
const TOKEN_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// A running stack.
pub struct Running<'a> {
    pub(super) stack: &'a Stack,
    pub(super) deployment: Deployment,
    secrets: Secrets,
    worker_pid: i32,
}

/// The development issuer's own key.
pub struct Secrets {
    /// File of the ES256 private key, PKCS #8 in PEM.
    pub es256_private_key: PathBuf,
}

impl Secrets {
    /// Reads the key, or makes it on the first run.
    pub fn load_or_make(dir: &Path) -> Result<Self> {
        let es256_private_key = dir.join("issuer-es256.pem");
        if !es256_private_key.is_file() {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|pair| pair.to_pkcs8v1())
                .map_err(|_| anyhow::anyhow!("could not make an ES256 key"))?;
            let lines: Vec<String> = STANDARD
                .encode(pair.as_ref())
                .as_bytes()
                .chunks(64)
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect();
            let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
            write_private(&es256_private_key, pem.as_bytes())?;
        }
        Ok(Self { es256_private_key })
    }
}

impl<'a> Running<'a> {
    pub(super) fn new(stack: &'a Stack, deployment: Deployment, secrets: Secrets, worker_pid: i32) -> Self {
        Self { stack, deployment, secrets, worker_pid }
    }

    /// Names and values of `stack.env`, for tests and scripts.
    pub fn environment(&self) -> Result<Vec<(&'static str, String)>> {
        let issuer = Issuer::of_stack(&self.stack.dir)?;
        let token = |role| issuer.token(role, "development", TOKEN_LIFETIME, Algorithm::Hs256);
        let emulator_pid = self.stack.emulator().pid().unwrap_or_default();
        let deployment = &self.deployment;
        Ok(vec![
            ("API_URL", self.stack.url()),
            ("WEB_URL", self.stack.url()),
            ("AWS_ENDPOINT_URL", self.stack.endpoint()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("ADMIN_TOKEN", token(Role::SuperAdmin)?),
            ("USER_TOKEN", token(Role::User)?),
            ("MEDIA_BUCKET", deployment.bucket.clone()),
            ("TABLE_NAME", deployment.table.clone()),
            ("TRANSCODE_QUEUE_URL", deployment.queue_url.clone()),
            ("TRANSCODE_DLQ_URL", deployment.dead_letter_queue_url.clone()),
            ("LIBRARY_QUEUE_URL", deployment.library_queue_url.clone()),
            ("LIBRARY_DLQ_URL", deployment.library_dead_letter_queue_url.clone()),
            ("WORKER_PID", self.worker_pid.to_string()),
            ("WORKER_ACCESS_KEY_ID", deployment.worker.access_key_id.clone()),
            ("WORKER_SECRET_ACCESS_KEY", deployment.worker.secret_access_key.clone()),
            ("EMULATOR_PID", emulator_pid.to_string()),
            ("JWT_ISSUER", ISSUER.to_owned()),
            ("JWT_AUDIENCE", AUDIENCE.to_owned()),
            ("JWT_HS256_SECRET", deployment.access_token_secret.clone()),
            ("JWT_ES256_PRIVATE_KEY", self.secrets.es256_private_key.display().to_string()),
            ("JWT_JWKS_URL", format!("{}/.well-known/jwks.json", self.stack.url())),
            ("PLAYBACK_TOKEN_SECRET", deployment.playback_token_secret.clone()),
            ("VIEWER_HASH_SECRET", deployment.viewer_hash_secret.clone()),
            ("EXPOSE_METRICS", "true".to_owned()),
            ("CLIPS_DIR", self.stack.root.join(".local/clips").display().to_string()),
            ("WORKER_LOG", self.stack.worker().log().display().to_string()),
        ])
    }

    /// Writes `stack.env`.
    pub fn write_env(&self) -> Result<()> {
        let lines: Vec<String> = self.environment()?.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        write_private(&self.stack.dir.join("stack.env"), lines.concat().as_bytes())
    }

    /// Tells the user where things are.
    pub fn print_urls(&self) {
        eprintln!();
        eprintln!("  Web pages   {}", self.stack.url());
        eprintln!("  API         {}/health", self.stack.url());
        eprintln!("  AWS         {} (ministack)", self.stack.endpoint());
        eprintln!("  Logs        {}", self.stack.dir.join("logs").display());
        eprintln!("  For scripts {}", self.stack.dir.join("stack.env").display());
        eprintln!();
    }
}

/// Whether an address answers with success.
pub fn answers(url: &str) -> bool {
    get(url, None).is_some_and(|(status, _)| status == 200)
}

/// Whether the emulator still has the API of an earlier deployment. After a crash it may not.
pub fn has_api(stack: &Stack, api_id: &str) -> bool {
    let host = format!("{api_id}.execute-api.localhost");
    get(&format!("{}/health", stack.endpoint()), Some(&host)).is_some_and(|(status, _)| status != 404 && status != 403)
}

fn get(url: &str, host: Option<&str>) -> Option<(u16, Vec<u8>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(async {
        let mut request = reqwest::Client::new().get(url).timeout(Duration::from_secs(10));
        if let Some(host) = host {
            request = request.header(reqwest::header::HOST, host);
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        Some((status, response.bytes().await.ok()?.to_vec()))
    })
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let partial = path.with_extension("partial");
    let _ = fs::remove_file(&partial);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&partial)
        .with_context(|| format!("create {}", partial.display()))?;
    file.write_all(content).with_context(|| format!("write {}", partial.display()))?;
    fs::rename(&partial, path).with_context(|| format!("write {}", path.display()))
}
