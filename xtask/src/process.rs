//! Detached processes: started once, found again by their pid files, stopped by SIGTERM.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::progress;

/// What a pid file says about a process.
#[derive(Serialize, Deserialize)]
struct Record {
    pid: i32,
    /// Start time in clock ticks since boot, to tell the process from a later one with the same pid.
    started: u64,
    /// Hash of command, environment and files: another one means that it must be restarted.
    fingerprint: String,
}

/// A long-running process of the local stack.
pub struct Daemon {
    name: &'static str,
    pid_file: PathBuf,
    log: PathBuf,
}

impl Daemon {
    /// The process `name` of the stack with its state in `dir`.
    pub fn new(dir: &Path, name: &'static str) -> Self {
        Self {
            name,
            pid_file: dir.join("run").join(format!("{name}.json")),
            log: dir.join("logs").join(format!("{name}.log")),
        }
    }

    /// Where the process writes.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The pid, if the process runs. A pid file left behind by a crash or reboot is ignored.
    pub fn pid(&self) -> Option<i32> {
        self.record().map(|record| record.pid)
    }

    fn record(&self) -> Option<Record> {
        let record: Record = serde_json::from_slice(&fs::read(&self.pid_file).ok()?).ok()?;
        (start_time(record.pid) == Some(record.started)).then_some(record)
    }

    /// Starts the process, or leaves it running if nothing about it has changed. Says whether it started.
    pub fn ensure(&self, command: &mut Command, fingerprint: &str) -> Result<bool> {
        match self.record() {
            Some(record) if record.fingerprint == fingerprint => return Ok(false),
            Some(_) => self.stop()?,
            None => {}
        }
        for dir in [self.pid_file.parent(), self.log.parent()].into_iter().flatten() {
            fs::create_dir_all(dir).with_context(|| format!("create {}", dir.display()))?;
        }
        let log = File::create(&self.log).with_context(|| format!("create {}", self.log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // A group of its own: Ctrl-C in the terminal reaches only xtask, which stops things in order.
            .process_group(0)
            .spawn()
            .with_context(|| format!("start the {} ({})", self.name, command.get_program().to_string_lossy()))?;
        let pid = i32::try_from(child.id())?;
        let record = Record { pid, started: start_time(pid).unwrap_or_default(), fingerprint: fingerprint.to_owned() };
        fs::write(&self.pid_file, serde_json::to_vec(&record)?)
            .with_context(|| format!("write {}", self.pid_file.display()))?;
        Ok(true)
    }

    /// Waits until `ready` says so; fails when the process ends first or `limit` passes.
    pub fn wait_until(&self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let deadline = Instant::now() + limit;
        while !ready() {
            let ended = self.pid().is_none();
            if ended || Instant::now() > deadline {
                let what = if ended { "ended at once" } else { "did not become ready" };
                let lines = progress::tail(&self.log, 20).join("\n");
                bail!("the {} {what}. The end of {}:\n{lines}", self.name, self.log.display());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Stops the process with SIGTERM and waits for its end; SIGKILL only after a minute.
    pub fn stop(&self) -> Result<()> {
        if let Some(record) = self.record() {
            let pid = Pid::from_raw(record.pid);
            kill(pid, Signal::SIGTERM).with_context(|| format!("stop the {} (pid {pid})", self.name))?;
            let deadline = Instant::now() + Duration::from_mins(1);
            while self.record().is_some() {
                if Instant::now() > deadline {
                    kill(pid, Signal::SIGKILL).with_context(|| format!("kill the {} (pid {pid})", self.name))?;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        match fs::remove_file(&self.pid_file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("remove {}", self.pid_file.display()))
            }
            _ => Ok(()),
        }
    }
}

/// When a living process started, in clock ticks since boot (proc(5), field 22 of stat). None for zombies.
fn start_time(pid: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name, in parentheses, may hold anything; the fields after it are numbers and letters.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// Fails with one sentence if `port` is taken, naming the process that has it when it can be found.
pub fn require_free_port(port: u16, what: &str, option: &str) -> Result<()> {
    // A process that was killed just now may still hold it for a moment.
    let deadline = Instant::now() + Duration::from_secs(2);
    while Instant::now() < deadline {
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let owner = port_owner(port).map_or_else(String::new, |owner| format!(" by {owner}"));
    bail!("port {port}, meant for the {what}, is in use{owner}; stop it or choose another port with {option}");
}

/// A port nobody listens on now.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("find a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Name and pid of the process that listens on `port`, from proc(5).
fn port_owner(port: u16) -> Option<String> {
    let suffix = format!(":{port:04X}");
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    let sockets = table.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // State 0A is LISTEN; field 9 is the socket's inode.
        (fields.get(1)?.ends_with(&suffix) && *fields.get(3)? == "0A").then(|| format!("socket:[{}]", fields[9]))
    });
    let sockets: Vec<String> = sockets.collect();
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let holds = fs::read_dir(process.path().join("fd")).ok()?.flatten().any(|fd| {
            fs::read_link(fd.path()).is_ok_and(|link| sockets.iter().any(|socket| link.as_os_str() == socket.as_str()))
        });
        let name = fs::read_to_string(process.path().join("comm")).ok()?;
        holds.then(|| format!("{} (pid {pid})", name.trim()))
    })
}
