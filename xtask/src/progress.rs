//! What the user sees of long steps: a spinner with the time elapsed, or plain lines where there is no terminal.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{IsTerminal, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

/// One long step.
pub struct Step {
    name: String,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Step {
    /// Announces a step by what it does, such as "Build the functions".
    pub fn start(name: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix} ({elapsed}) {wide_msg:.dim}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style).with_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        if bar.is_none() {
            eprintln!("{name} …");
        }
        Self { name: name.to_owned(), started: Instant::now(), bar }
    }

    /// Shows what the step is at, where there is a terminal.
    pub fn message(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text.to_owned());
        }
    }

    /// Ends the step well.
    pub fn done(self) {
        let line = format!("✓ {} ({:.1} s)", self.name, self.started.elapsed().as_secs_f64());
        match &self.bar {
            Some(bar) => {
                bar.finish_and_clear();
                eprintln!("{line}");
            }
            None => eprintln!("{line}"),
        }
    }
}

/// Runs a command as a step, its output in `log`. A failure shows the log's end and `advice`.
pub fn run(name: &str, log: &Path, command: &mut Command, advice: &str) -> Result<()> {
    let step = Step::start(name);
    if let Some(dir) = log.parent() {
        fs::create_dir_all(dir).with_context(|| format!("create {}", dir.display()))?;
    }
    let file = File::create(log).with_context(|| format!("create {}", log.display()))?;
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .with_context(|| format!("start {program}"))?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if let Some(line) = tail(log, 1).pop() {
            step.message(&line);
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    if !status.success() {
        let lines = tail(log, 25).join("\n");
        bail!("{name}: {program} failed. {advice}\nThe end of {}:\n{lines}", log.display());
    }
    step.done();
    Ok(())
}

/// The last `count` lines of a file, or none.
pub fn tail(path: &Path, count: usize) -> Vec<String> {
    const WINDOW: u64 = 16 * 1024;
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(WINDOW)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let mut lines = VecDeque::with_capacity(count);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if lines.len() == count {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }
    lines.into()
}
