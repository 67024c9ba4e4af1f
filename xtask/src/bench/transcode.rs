//! `cargo xtask bench transcode`.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use framehouse_media::plan::Settings;
use framehouse_media::{Plan, command, container, probe};
use nix::sys::resource::{UsageWho, getrusage};

use super::{median, report};
use crate::clips;
use crate::progress::Step;
use crate::stack::{Need, ensure_tools, repository};

/// Largest accepted ratio to the bare ffmpeg.
const GOAL: f64 = 1.05;

/// Options of `bench transcode`.
#[derive(Args)]
pub struct Transcode {
    /// A video. Default: Big Buck Bunny in 1080p, 30 s.
    #[arg(long)]
    file: Option<PathBuf>,
    /// Runs of each side, interleaved.
    #[arg(long, default_value_t = 3)]
    runs: usize,
}

/// One way to make the renditions: ffmpeg's arguments, run after run.
struct Way {
    name: &'static str,
    runs: Vec<Vec<String>>,
    seconds: Vec<f64>,
}

impl Transcode {
    /// Measures the user CPU of every way.
    pub fn run(self) -> Result<()> {
        let root = repository()?;
        ensure_tools(&root, Need::Run)?;
        let file = match self.file {
            Some(file) => file,
            None => clips::ensure(&root, "bbb-1080p.mp4")?,
        };
        let out = tempfile::tempdir().context("make a directory for renditions")?;
        let mut ways = ways(&file, out.path())?;
        for run in 1..=self.runs {
            for way in &mut ways {
                let step = Step::start(&format!("{} ({run} of {})", way.name, self.runs));
                way.seconds.push(measure(&way.runs, out.path())?);
                step.done();
            }
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let medians: Vec<f64> = ways.iter_mut().map(|way| median(&mut way.seconds)).collect();
        let verdict = if medians[1] <= GOAL * medians[0] { "met" } else { "missed" };
        let mut body = format!(
            "User CPU to make all renditions and audio of {name}, medians of {} interleaved runs. \
             Goal: the transcoder's commands take at most {GOAL} × one bare ffmpeg with the same ladder and settings, \
             {verdict}.\n\n| way | user CPU, s | ratio |\n|---|---|---|\n",
            self.runs
        );
        for (way, seconds) in ways.iter().zip(&medians) {
            writeln!(body, "| {} | {seconds:.1} | {:.3} |", way.name, seconds / medians[0])?;
        }
        report::write(&root, "transcode", "cargo xtask bench transcode", &body)
    }
}

fn ways(file: &Path, out: &Path) -> Result<Vec<Way>> {
    let file = file.canonicalize().with_context(|| format!("find {}", file.display()))?;
    let url = file.to_str().context("read the file's name")?;
    let out = out.to_str().context("read the directory's name")?;
    let mut head = Vec::new();
    File::open(&file)
        .with_context(|| format!("open {url}"))?
        .take(container::HEAD_BYTES as u64)
        .read_to_end(&mut head)?;
    let container = container::identify(&head).map_err(|rejected| anyhow::anyhow!("{rejected}"))?;
    let probed = Command::new("ffprobe").args(probe::arguments(container, url)).output().context("start ffprobe")?;
    let source = probe::parse(container, &probed.stdout).map_err(|rejected| anyhow::anyhow!("{rejected}"))?;
    let commands = |plan: &Plan| -> Vec<Vec<String>> {
        let video = plan.chunks.iter().map(|chunk| command::video(plan, chunk, url, out));
        let audio = plan.source.audio.is_some().then(|| command::audio(plan, url, out));
        video.chain(audio).collect()
    };
    let encoded = Settings { allow_copy: false, ..Settings::default() };
    let plan = Plan::new(source.clone(), None, &encoded);
    let chunked = Plan::new(source, None, &Settings { chunk_seconds: 10.0, ..encoded });
    Ok(vec![
        Way { name: "one bare ffmpeg", runs: vec![command::baseline(&plan, url, out)], seconds: Vec::new() },
        Way { name: "the transcoder's commands", runs: commands(&plan), seconds: Vec::new() },
        Way { name: "the same in chunks of 10 s", runs: commands(&chunked), seconds: Vec::new() },
    ])
}

/// User CPU of some ffmpeg runs, in seconds.
fn measure(runs: &[Vec<String>], out: &Path) -> Result<f64> {
    let before = children_seconds()?;
    for arguments in runs {
        let output = Command::new("ffmpeg")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .context("start ffmpeg")?;
        if !output.status.success() {
            bail!("ffmpeg failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    let took = children_seconds()? - before;
    for entry in fs::read_dir(out)? {
        fs::remove_file(entry?.path())?;
    }
    Ok(took)
}

/// User CPU of all children that have ended, in seconds.
fn children_seconds() -> Result<f64> {
    let time = getrusage(UsageWho::RUSAGE_CHILDREN).context("read the CPU time of children")?.user_time();
    Ok(time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6)
}
