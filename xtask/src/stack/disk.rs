use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// What a run needs once everything is built, in GB.
const WARM: f64 = 1.5;

/// Fails now, with advice, rather than somewhere in the middle, when the disk has less room than `what` needs: `cold` GB
/// when nothing is built yet.
pub fn require_space(root: &Path, what: &str, cold: u32) -> Result<()> {
    let is_built = root.join("target/debug/library").is_file();
    let needed = if is_built { WARM } else { f64::from(cold) };
    let free = free(root)?;
    ensure!(
        free >= needed,
        "{} has {free:.1} GB left and `{what}` needs {needed:.1} GB: free some, or `cargo clean` if other builds are in target",
        root.display(),
    );
    Ok(())
}

/// What is left of the disk with `path`, in GB.
fn free(path: &Path) -> Result<f64> {
    let df = Command::new("df").args(["-Pk", "--"]).arg(path).output().context("ask df for the disk's free space")?;
    let text = String::from_utf8_lossy(&df.stdout);
    // POSIX: filesystem, size, used, available, capacity, mount point, in kB.
    let available = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<f64>().ok());
    Ok(available.with_context(|| format!("read what df says: {text}"))? * 1024.0 / 1e9)
}
