//! Real clips, and the awkward ones made from them. `cargo xtask up` fetches the originals.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The directory of the original clips: `FRAMEHOUSE_CLIPS`, or `.local/clips` of the workspace.
fn originals() -> PathBuf {
    std::env::var_os("FRAMEHOUSE_CLIPS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.local/clips"), PathBuf::from)
}

/// An original clip by its name.
pub(crate) fn original(name: &str) -> PathBuf {
    let path = originals().join(name);
    assert!(path.exists(), "{} is missing: run `cargo xtask up` once, which fetches the clips", path.display());
    path.canonicalize().unwrap()
}

/// Makes `name` in `directory` from an original clip with ffmpeg's `options`.
pub(crate) fn make(directory: &Path, from: &str, options: &str, name: &str) -> PathBuf {
    let output = directory.join(name);
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y", "-i"])
        .arg(original(from))
        .args(options.split_whitespace())
        .arg(&output)
        .status()
        .unwrap();
    assert!(status.success(), "ffmpeg makes {name}");
    output
}

/// What ffprobe prints for `entries` of `path`, one line each.
pub(crate) fn probe(path: &Path, select: &str, entries: &str) -> Vec<String> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", select, "-show_entries", entries, "-of", "csv=p=0"])
        .arg(path)
        .output()
        .unwrap();
    assert!(output.status.success(), "ffprobe reads {}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect()
}

/// Decodes everything a playlist or file offers and fails at the first complaint.
pub(crate) fn decodes_clean(input: &str) {
    let output = Command::new("ffmpeg")
        .args(["-v", "warning", "-xerror", "-nostdin", "-i", input, "-map", "0", "-f", "null", "-"])
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !complaints.contains("rror"), "{input} does not decode: {complaints}");
}

/// The numbers that follow `name` in ffmpeg's report on `input` under `filter` (such as `blackdetect`), time stamps kept.
#[allow(dead_code, reason = "the worker's tests share this file and do not need it")]
pub(crate) fn detect(input: &Path, stream: &str, filter: [&str; 2], name: &str) -> Vec<f64> {
    let output = Command::new("ffmpeg")
        .args(["-v", "info", "-nostats", "-nostdin", "-copyts", "-i"])
        .arg(input)
        .args(["-map", stream, filter[0], filter[1], "-f", "null", "-"])
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let found = report.split(name).skip(1).filter_map(|rest| rest.split_whitespace().next()?.parse().ok());
    found.collect()
}
