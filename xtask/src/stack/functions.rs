//! The functions' artifacts, `target/lambda/<area>/bootstrap.zip`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::progress;

/// The areas under `functions/` that run as zipped Lambda functions. The transcoder runs as an image.
pub const AREAS: [&str; 13] = [
    "analytics",
    "comments",
    "compactor",
    "counters",
    "dead-letters",
    "gallery",
    "library",
    "media-files",
    "reactions",
    "stream",
    "system",
    "tracking",
    "uploads",
];

/// The package with an area's program.
pub fn package(area: &str) -> String {
    match area {
        // framehouse-library is what the routes share with the worker.
        "library" => "framehouse-library-routes".to_owned(),
        area => format!("framehouse-{area}"),
    }
}

/// What to build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// All functions and the transcoder.
    Programs,
    /// The tests too. They need more features of some dependencies: what is built without them would be built twice.
    Everything,
}

/// Builds the workspace.
pub fn build(root: &Path, what: Build) -> Result<()> {
    let mut command = Command::new("cargo");
    // One build of the workspace: building packages one by one would resolve other features and compile twice.
    command.current_dir(root).args(["build", "--workspace", "--color", "never"]).args(match what {
        Build::Programs => &["--bins", "--exclude", "xtask", "--exclude", "framehouse-hello"][..],
        Build::Everything => &["--all-targets"],
    });
    let advice = "Fix what the compiler says, then run the command again.";
    progress::run("Build the functions", &root.join(".local/logs/build.log"), &mut command, advice)
}

/// Packs the functions that were built since they were packed last.
pub fn pack(root: &Path) -> Result<()> {
    AREAS.iter().try_for_each(|area| pack_area(root, area).with_context(|| format!("pack the {area} functions")))
}

/// Path of an area's artifact.
pub fn artifact(root: &Path, area: &str) -> PathBuf {
    root.join("target/lambda").join(area).join("bootstrap.zip")
}

/// Notes that the artifact is about to be replaced by one that is not of this machine's build.
pub fn forget_artifact(root: &Path, area: &str) -> Result<()> {
    let stamp = stamp(root, area);
    match fs::remove_file(&stamp) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", stamp.display()))
        }
        _ => Ok(()),
    }
}

/// Says of which build the artifact is.
fn stamp(root: &Path, area: &str) -> PathBuf {
    root.join("target/lambda").join(area).join("packed")
}

fn pack_area(root: &Path, area: &str) -> Result<()> {
    let binary = root.join("target/debug").join(area);
    let artifact = artifact(root, area);
    let metadata = fs::metadata(&binary).with_context(|| format!("find {}", binary.display()))?;
    let current = format!("{:?} {}", metadata.modified()?, metadata.len());
    let stamp = stamp(root, area);
    if fs::read_to_string(&stamp).is_ok_and(|packed| packed == current) && artifact.is_file() {
        return Ok(());
    }
    let dir = artifact.parent().context("find the artifact's directory")?;
    fs::create_dir_all(dir)?;
    // Several stacks may be brought up at once.
    let stripped = dir.join(format!("bootstrap.{}", std::process::id()));
    let status = Command::new("strip").arg("-o").arg(&stripped).arg(&binary).status().context("run strip")?;
    if !status.success() {
        bail!("strip failed on {}", binary.display());
    }
    // Unpacked, in a fixed order and without a date: the same binary makes the same file, which is not deployed again.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let packed = stripped.with_extension(format!("{}.zip", std::process::id()));
    let mut zip = ZipWriter::new(fs::File::create(&packed)?);
    zip.start_file("bootstrap", options)?;
    zip.write_all(&fs::read(&stripped)?)?;
    zip.finish()?;
    fs::rename(&packed, &artifact)?;
    fs::remove_file(&stripped)?;
    fs::write(&stamp, current).with_context(|| format!("write {}", stamp.display()))
}
