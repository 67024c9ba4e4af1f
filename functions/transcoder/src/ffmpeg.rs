//! ffmpeg as a process: started without credentials, watched, paused and killed.

use std::{
    collections::VecDeque,
    fs,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::ExitStatus,
    thread,
};

use ffmpeg_sidecar::{
    child::FfmpegChild,
    command::FfmpegCommand,
    event::{FfmpegEvent, LogLevel},
};
use framehouse_media::Rejected;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::sync::mpsc;

use crate::failure::{Failure, told};

/// Lines of complaint that are kept to explain a failure.
const KEPT_LINES: usize = 20;

/// Words in ffmpeg's complaints that mean the network or the disk, not the file.
const PASSING: [&str; 12] = [
    "HTTP error",
    "Server returned",
    "Connection",
    "onnection reset",
    "timed out",
    "Input/output error",
    "I/O error",
    "Network is unreachable",
    "No space left",
    "Failed to resolve",
    "Cannot allocate memory",
    "Stream ends prematurely",
];

/// What ffmpeg tells while it runs.
#[derive(Debug)]
pub(crate) enum Event {
    /// It got this far.
    Progress {
        /// Frames written of the first video output.
        frame: u64,
        /// Seconds of output written.
        seconds: f64,
    },
    /// It ended.
    Ended(Option<ExitStatus>),
}

/// A running ffmpeg; killed when dropped.
#[derive(Debug)]
pub(crate) struct Ffmpeg {
    pid: Pid,
    events: mpsc::UnboundedReceiver<FfmpegEvent>,
    status: Option<tokio::sync::oneshot::Receiver<Option<ExitStatus>>>,
    complaints: VecDeque<String>,
    paused: bool,
    ended: bool,
}

impl Ffmpeg {
    /// Starts ffmpeg. It gets `PATH` and nothing else of the environment: no credentials (pitfall 31).
    pub(crate) fn start(arguments: &[String]) -> Result<Self, Failure> {
        let mut command = FfmpegCommand::new_with_path("ffmpeg");
        command.args(arguments);
        let inner = command.as_inner_mut();
        inner.env_clear();
        inner.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        // A group of its own, so that Ctrl-C reaches the worker only, which ends ffmpeg in order.
        inner.process_group(0);
        let mut child = command.spawn().map_err(|error| Failure::transient("start ffmpeg", error))?;
        let pid = Pid::from_raw(child.as_inner().id().cast_signed());
        let (sender, events) = mpsc::unbounded_channel();
        let (report, status) = tokio::sync::oneshot::channel();
        thread::spawn(move || {
            forward(&mut child, &sender);
            let _ = report.send(child.wait().ok());
        });
        let complaints = VecDeque::new();
        Ok(Self { pid, events, status: Some(status), complaints, paused: false, ended: false })
    }

    /// The next event; after [`Event::Ended`] it must not be called again. Cancel safe.
    pub(crate) async fn next(&mut self) -> Event {
        while let Some(event) = self.events.recv().await {
            match event {
                FfmpegEvent::Progress(progress) => {
                    let seconds = clock(&progress.time).unwrap_or(0.0);
                    return Event::Progress { frame: u64::from(progress.frame), seconds };
                }
                FfmpegEvent::Log(LogLevel::Info, _) => {}
                FfmpegEvent::Log(_, line) | FfmpegEvent::Error(line) => self.keep(line),
                _ => {}
            }
        }
        let status = match self.status.as_mut() {
            Some(status) => status.await.unwrap_or(None),
            None => None,
        };
        self.status = None;
        self.ended = true;
        Event::Ended(status)
    }

    /// Processor time that it has used, in clock ticks (100 a second on Linux); nothing once it has ended.
    pub(crate) fn ticks(&self) -> Option<u64> {
        ticks(&fs::read_to_string(format!("/proc/{}/stat", self.pid)).ok()?)
    }

    /// Stops ffmpeg's time, while the uploads catch up, or lets it go on.
    pub(crate) fn pause(&mut self, pause: bool) {
        if pause != self.paused && !self.ended {
            let _ = kill(self.pid, if pause { Signal::SIGSTOP } else { Signal::SIGCONT });
            self.paused = pause;
        }
    }

    /// Whether it is paused.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether the complaints so far are about the network or the disk.
    pub(crate) fn complains_of_passing_trouble(&self) -> bool {
        self.complaints.iter().any(|line| PASSING.iter().any(|word| line.contains(word)))
    }

    /// What its end means when it did not end well.
    pub(crate) fn failure(&self, status: Option<ExitStatus>) -> Failure {
        let words = self.last_words();
        let signal = status.and_then(|status| status.signal());
        if let Some(signal) = signal {
            return Failure::Transient(format!("ffmpeg was killed by signal {signal}: {words}"));
        }
        if status.is_none() || self.complains_of_passing_trouble() {
            return Failure::Transient(format!("ffmpeg could not read the source or write its output: {words}"));
        }
        Failure::Rejected(Rejected::Undecodable(words))
    }

    /// Its last complaints in one line, without addresses (they carry signatures) and memory addresses.
    pub(crate) fn last_words(&self) -> String {
        let lines: Vec<String> = self.complaints.iter().rev().take(3).rev().map(|line| plain(line)).collect();
        if lines.is_empty() { "it gave no reason".to_owned() } else { lines.join("; ") }
    }

    fn keep(&mut self, line: String) {
        if line.trim().is_empty() || line.contains("Last message repeated") {
            return;
        }
        if self.complaints.len() == KEPT_LINES {
            self.complaints.pop_front();
        }
        self.complaints.push_back(line);
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        if !self.ended {
            // The thread that waits for it reaps it.
            let _ = kill(self.pid, Signal::SIGKILL);
        }
    }
}

fn forward(child: &mut FfmpegChild, sender: &mpsc::UnboundedSender<FfmpegEvent>) {
    let Ok(events) = child.iter() else { return };
    for event in events {
        let over = matches!(event, FfmpegEvent::LogEOF);
        if over || sender.send(event).is_err() {
            break;
        }
    }
}

/// `utime` and `stime` of a line of `/proc/{pid}/stat` (proc(5), fields 14 and 15). The name before them can hold anything
/// but ends at the last parenthesis.
fn ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut field = || fields.next()?.parse::<u64>().ok();
    Some(field()? + field()?)
}

/// `00:01:02.50` in seconds.
fn clock(text: &str) -> Option<f64> {
    text.split(':').try_fold(0.0, |sum, part| part.parse::<f64>().ok().map(|value| sum * 60.0 + value))
}

/// A line of ffmpeg's log without its prefixes, addresses and paths.
fn plain(line: &str) -> String {
    let mut rest = line.trim();
    while let Some(inner) = rest.strip_prefix('[') {
        rest = inner.split_once(']').map_or("", |(_, rest)| rest).trim_start();
    }
    told(rest).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_lose_addresses() {
        let line = "[mov,mp4 @ 0x55] [error] stream 0, offset 0x30: partial file";
        assert_eq!(plain(line), "stream 0, offset 0x30: partial file");
        assert_eq!(plain("[error] https://b/k?X-Amz-Signature=1: Server returned 5XX"), "(source) Server returned 5XX");
    }

    #[test]
    fn clocks_are_read() {
        assert_eq!(clock("01:00:02.50"), Some(3602.5));
        assert_eq!(clock("N/A"), None);
    }

    #[tokio::test]
    async fn work_is_seen_by_its_processor_time() {
        assert_eq!(ticks("7 (a) b) R 1 1 1 0 -1 4194304 90 0 0 0 12 3 0 0 20 0 1 0 5 6 7"), Some(15));
        let arguments = ["-loglevel", "level+warning", "-stats", "-f", "lavfi", "-i", "testsrc2", "-f", "null", "-"];
        let mut ffmpeg = Ffmpeg::start(&arguments.map(str::to_owned)).unwrap();
        while ffmpeg.ticks().unwrap() < 10 {
            assert!(matches!(ffmpeg.next().await, Event::Progress { .. }));
        }
    }

    #[tokio::test]
    async fn a_broken_source_is_rejected_with_its_reason() {
        let arguments = ["-loglevel", "level+warning", "-y", "-f", "mov", "-i", "/dev/null", "-f", "null", "-"];
        let mut ffmpeg = Ffmpeg::start(&arguments.map(str::to_owned)).unwrap();
        loop {
            if let Event::Ended(status) = ffmpeg.next().await {
                assert!(!status.unwrap().success());
                let failure = ffmpeg.failure(status);
                assert!(matches!(&failure, Failure::Rejected(Rejected::Undecodable(_))), "{failure}");
                break;
            }
        }
    }
}
