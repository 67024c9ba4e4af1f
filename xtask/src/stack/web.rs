//! The web pages, and the front door that serves them together with the API.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::deployment::Deployment;
use super::{Secrets, Stack, fingerprint};
use crate::progress;

/// Builds `web/dist` when its sources changed.
pub fn build(root: &Path) -> Result<()> {
    let web = root.join("web");
    if !web.join("package-lock.json").is_file() {
        return Ok(());
    }
    let logs = root.join(".local/logs");
    install(root)?;
    let mut sources = Vec::new();
    collect(&web, &mut sources)?;
    sources.sort();
    let current = fingerprint(&sources, &[])?;
    let stamp = web.join("dist/.sources");
    if fs::read_to_string(&stamp).is_ok_and(|built| built == current) {
        return Ok(());
    }
    let mut command = npm(&web, &["run", "build"]);
    progress::run("Build the web pages", &logs.join("web.log"), &mut command, "Fix what the build says.")?;
    fs::write(&stamp, current).with_context(|| format!("write {}", stamp.display()))
}

/// Installs the locked npm packages.
pub fn install(root: &Path) -> Result<()> {
    let web = root.join("web");
    let locked = fingerprint(&[web.join("package-lock.json")], &[])?;
    let stamp = web.join("node_modules/.locked");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == locked) {
        return Ok(());
    }
    let advice = "Check the connection to the package registry, then run the command again.";
    let mut command = npm(&web, &["ci", "--no-audit", "--no-fund"]);
    progress::run("Install the web packages", &root.join(".local/logs/npm.log"), &mut command, advice)?;
    fs::write(&stamp, locked).with_context(|| format!("write {}", stamp.display()))
}

/// Starts the front door.
pub fn serve(stack: &Stack, deployment: &Deployment, secrets: &Secrets) -> Result<()> {
    let binary = own_program()?;
    let arguments = [
        "serve".to_owned(),
        format!("--port={}", stack.port),
        format!("--endpoint={}", stack.endpoint()),
        format!("--api-id={}", deployment.api_id),
        format!("--dir={}", stack.dir.display()),
        format!("--pages={}", stack.root.join("web/dist").display()),
    ];
    let daemon = stack.front_door();
    let print = fingerprint(&[binary.clone(), secrets.es256_private_key.clone()], &arguments)?;
    daemon.ensure(Command::new(binary).args(&arguments), &print)?;
    let ready = format!("{}/.well-known/jwks.json", stack.url());
    daemon.wait_until(Duration::from_secs(20), || super::running::answers(&ready))
}

/// The program that runs now, or the newer one if cargo has replaced it since it started.
fn own_program() -> Result<PathBuf> {
    let path = std::env::current_exe().context("find the running program")?;
    // Linux marks the file's path so (proc(5), /proc/pid/exe).
    let replaced = path.to_str().and_then(|path| path.strip_suffix(" (deleted)")).map(PathBuf::from);
    Ok(replaced.unwrap_or(path))
}

fn npm(web: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(web).args(arguments).env("CI", "true");
    command
}

/// All files that the build reads.
fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    const NOT_SOURCES: [&str; 6] = ["node_modules", "dist", "e2e", "tests", "test-results", "playwright-report"];
    for entry in fs::read_dir(dir).with_context(|| format!("list {}", dir.display()))? {
        let path = entry?.path();
        let skipped = path.file_name().is_some_and(|name| NOT_SOURCES.iter().any(|skip| name == *skip));
        if path.is_dir() && !skipped {
            collect(&path, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}
