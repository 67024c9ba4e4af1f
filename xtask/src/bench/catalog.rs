//! `cargo xtask bench catalog`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use nix::unistd::geteuid;

use super::report;
use crate::progress::Step;
use crate::stack::repository;

const DIRECTORY: &str = "shared/catalog/examples/bench";

/// Options of `bench catalog`.
#[derive(Args)]
pub struct Catalog {
    /// How many videos to generate, size after size.
    #[arg(default_values_t = [10_000, 100_000, 1_000_000])]
    rows: Vec<usize>,
}

impl Catalog {
    /// Asks the catalog and `PostgreSQL` the same questions and compares times, totals and pages.
    pub fn run(self) -> Result<()> {
        let root = repository()?;
        ensure_postgres()?;
        let step = Step::start("Build the bench");
        let mut build = Command::new("cargo");
        build.args(["build", "--release", "--quiet", "--package", "framehouse-catalog", "--example", "bench"]);
        if !build.current_dir(&root).status().context("start cargo")?.success() {
            bail!("the bench does not compile; fix what the compiler says and run this again");
        }
        step.done();
        let before = load_average();
        let (mut command, mut sizes) = ("cargo xtask bench catalog".to_owned(), String::new());
        for rows in &self.rows {
            write!(command, " {rows}")?;
            let step = Step::start(&format!("{} videos", grouped(*rows)));
            let measured = measure(&root, *rows)?;
            step.done();
            write!(sizes, "\n### {} videos\n\n{}\n", grouped(*rows), measured.trim())?;
        }
        let body = format!(
            "One thread; generated videos. Catalog: CPU of the thread, of at least 600 queries of each kind. PostgreSQL: wall \
             time of count and page, warm, least and most of a kind's queries, with trigram, tag and composite indexes, in the \
             same run. Goals at 1,000,000: p99 below 2 ms for filters, sorts and deep pages (100 × PostgreSQL), below 10 ms \
             for searches (rare words 5 × PostgreSQL); at most 225 bytes a video, 60 in the snapshot; ready in less than 2 s; \
             1,000 changes applied in less than 15 ms. Load average {before} at the start, {} at the end: on a busy machine \
             wall times, and ratios to them, are higher.\n{sizes}",
            load_average()
        );
        report::write(&root, "catalog", &command, &body)
    }
}

fn measure(root: &Path, rows: usize) -> Result<String> {
    let output = Command::new("sh")
        .arg(root.join(DIRECTORY).join("with-postgres.sh"))
        .arg(root.join("target/release/examples/bench"))
        .arg(rows.to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("start the bench")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("the bench failed with {rows} videos; it said:\n{text}");
    }
    Ok(text)
}

/// Installs Debian's `PostgreSQL` if there is none. Its server runs as a user of its own, which only root can become.
fn ensure_postgres() -> Result<()> {
    if !geteuid().is_root() {
        bail!("this bench starts PostgreSQL as the user postgres; run it as root");
    }
    if fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some()) {
        return Ok(());
    }
    let step = Step::start("Install PostgreSQL");
    let mut install = Command::new("apt-get");
    install.args(["install", "--yes", "--quiet", "postgresql"]).env("DEBIAN_FRONTEND", "noninteractive");
    let output = install.output().context("start apt-get")?;
    if !output.status.success() {
        bail!("install the Debian package postgresql:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    step.done();
    Ok(())
}

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("unknown").to_owned()
}

/// A number with commas between its thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap_or("")).collect();
    groups.join(",")
}
