//! Binaries as they are deployed, but for this machine.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::progress;
use crate::stack;

/// Builds as for Lambda. The triple keeps cargo out of `target/lambda`, where artifacts are.
pub fn as_for_lambda<'a>(root: &Path, host: &str, areas: impl IntoIterator<Item = &'a &'a str>) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["build", "--profile", "lambda", "--target", host, "--color", "never"]);
    for area in areas {
        command.args(["--package", &stack::package(area)]);
    }
    let advice = "Fix what the compiler says, then run the command again.";
    progress::run("Build as for Lambda", &root.join(".local/logs/bench-build.log"), &mut command, advice)
}

/// What this machine is to rustc.
pub fn host_triple() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("ask rustc for its host")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned).context("find rustc's host")
}
