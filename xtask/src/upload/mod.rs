//! `cargo xtask upload`: a video through the public API, from file to playlist.

mod api;
mod transfer;

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sha2::{Digest, Sha256};

use self::api::{Api, MediaFile};
use crate::stack::repository;
use crate::token::{Algorithm, Issuer, Role};

const TOKEN_LIFETIME: Duration = Duration::from_hours(12);
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Options of `upload`.
#[derive(Args)]
pub struct Upload {
    /// The video.
    file: PathBuf,
    /// Address of the API. Default: the local stack.
    #[arg(long, env = "API_URL")]
    api: Option<String>,
    /// Access token of an admin. Default: one of the local stack's development issuer.
    #[arg(long, env = "ADMIN_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Title of the video.
    #[arg(long)]
    title: Option<String>,
    /// Put the video into the gallery under this category when it is ready.
    #[arg(long, value_name = "CATEGORY")]
    publish: Option<String>,
    /// State directory of the local stack.
    #[arg(long, default_value = ".local")]
    dir: PathBuf,
}

/// The file to upload, as the API wants to know it.
pub(crate) struct Source {
    path: PathBuf,
    name: String,
    size: u64,
    content_type: &'static str,
    title: Option<String>,
    /// The same for the same file and title, so that a second attempt goes on with the first one's upload.
    idempotency_key: String,
}

impl Upload {
    /// The upload of the demo clip, so that the gallery is not empty, to the stack with its state in `dir`.
    pub fn of_demo(file: PathBuf, dir: PathBuf) -> Self {
        Self {
            file,
            api: None,
            token: None,
            title: Some("Big Buck Bunny".to_owned()),
            publish: Some("Films".to_owned()),
            dir,
        }
    }

    /// Uploads, follows the transcode and prints the master playlist's URL as the last line.
    pub fn run(self) -> Result<()> {
        println!("{}", self.finish(Duration::MAX)?);
        Ok(())
    }

    /// Uploads, follows the transcode and returns the master playlist's URL; gives up after `limit`.
    pub fn finish(self, limit: Duration) -> Result<String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(async {
            match tokio::time::timeout(limit, self.follow()).await {
                Ok(finished) => finished,
                Err(_) => bail!("it is not READY after {} s", limit.as_secs()),
            }
        })
    }

    async fn follow(self) -> Result<String> {
        let dir = repository()?.join(&self.dir);
        let url = self.api.map_or_else(|| address(&dir), Ok)?;
        let token = match self.token {
            Some(token) => token,
            None => Issuer::of_stack(&dir)?.token(Role::SuperAdmin, "development", TOKEN_LIFETIME, Algorithm::Hs256)?,
        };
        let source = Source::of(&self.file, self.title)?;
        let api = Api::new(&url, &token)?;
        let id = transfer::upload(&api, &source).await?;
        let media_file = watch(&api, &id).await?;
        if let Some(category) = &self.publish {
            api.publish(&id, category).await?;
        }
        let playback = media_file.playback.context("find the playlist of a READY video")?;
        Ok(format!("{}{}", url.trim_end_matches('/'), playback.url))
    }
}

impl Source {
    fn of(path: &Path, title: Option<String>) -> Result<Self> {
        let path = path.canonicalize().with_context(|| format!("find {}", path.display()))?;
        let metadata = fs::metadata(&path).with_context(|| format!("read {}", path.display()))?;
        if !metadata.is_file() {
            bail!("{} is not a file", path.display());
        }
        let modified = metadata.modified()?.duration_since(std::time::UNIX_EPOCH)?.as_nanos();
        let identity = format!("{}\n{}\n{modified}\n{title:?}", path.display(), metadata.len());
        let name = path.file_name().context("find the file's name")?.to_string_lossy().into_owned();
        Ok(Self {
            size: metadata.len(),
            content_type: content_type(&path),
            idempotency_key: hex::encode(&Sha256::digest(identity)[..16]),
            name,
            title,
            path,
        })
    }
}

/// Media types (IANA) of the file names that videos have.
fn content_type(path: &Path) -> &'static str {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("mp4" | "m4v") => "video/mp4",
        Some("mov" | "qt") => "video/quicktime",
        Some("mkv") => "video/x-matroska",
        Some("webm") => "video/webm",
        Some("avi") => "video/x-msvideo",
        Some("mpg" | "mpeg") => "video/mpeg",
        Some("ts" | "m2ts" | "mts") => "video/mp2t",
        Some("ogg" | "ogv") => "video/ogg",
        Some("flv") => "video/x-flv",
        Some("3gp") => "video/3gpp",
        Some("wmv") => "video/x-ms-wmv",
        _ => "application/octet-stream",
    }
}

/// Address of the local stack, from its environment file.
fn address(dir: &Path) -> Result<String> {
    let file = dir.join("stack.env");
    let text = fs::read_to_string(&file)
        .with_context(|| format!("no stack is set up in {}; run `cargo xtask up` or give --api", dir.display()))?;
    let url = text.lines().find_map(|line| line.strip_prefix("API_URL="));
    Ok(url.with_context(|| format!("find API_URL in {}", file.display()))?.to_owned())
}

/// Waits for the end of the transcode.
async fn watch(api: &Api, id: &str) -> Result<MediaFile> {
    let bar = bar(100, "{prefix} {wide_bar} {pos} %");
    bar.set_prefix("Transcode");
    let mut shown = String::new();
    loop {
        let media_file = api.media_file(id).await?;
        bar.set_prefix(media_file.status.clone());
        bar.set_position(media_file.progress.unwrap_or_default());
        if !std::io::stderr().is_terminal() && shown != media_file.status {
            eprintln!("{}", media_file.status);
            shown.clone_from(&media_file.status);
        }
        match media_file.status.as_str() {
            "READY" => {
                bar.finish_and_clear();
                return Ok(media_file);
            }
            "FAILED" => {
                bar.abandon();
                bail!("{}", media_file.error_message.as_deref().unwrap_or("the transcode failed"));
            }
            _ => tokio::time::sleep(POLL_INTERVAL).await,
        }
    }
}

/// A progress bar on the terminal, or nothing where there is none.
fn bar(length: u64, template: &str) -> ProgressBar {
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(length), target).with_style(style)
}
