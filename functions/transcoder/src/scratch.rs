//! Directories of tasks on the local disk. Each is removed when its task ends, however it ends; those of a process
//! that was killed are removed by the next one.

use std::{fs, path::Path, process};

use nix::{errno::Errno, sys::signal::kill, unistd::Pid};
use tempfile::TempDir;

use crate::failure::Failure;

const PREFIX: &str = "framehouse-task-";

/// A new directory, removed when dropped.
pub(crate) fn directory(scratch: &Path) -> Result<TempDir, Failure> {
    tempfile::Builder::new()
        .prefix(&format!("{PREFIX}{}-", process::id()))
        .tempdir_in(scratch)
        .map_err(|error| Failure::transient("create scratch directory", error))
}

/// Removes directories whose process is gone.
pub(crate) fn clean(scratch: &Path) {
    let Ok(entries) = fs::read_dir(scratch) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<i32>().ok());
        let Some(owner) = owner else { continue };
        // A directory in the name of this process is left by an earlier one that had its id.
        let gone = owner == process::id().cast_signed() || kill(Pid::from_raw(owner), None) == Err(Errno::ESRCH);
        if gone && let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::warn!(path = %entry.path().display(), %error, "remove stale scratch directory");
        }
    }
}
