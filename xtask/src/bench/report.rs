//! BENCHMARKS.md: a section for each bench, replaced by its next run.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

const TITLE: &str =
    "# Benchmarks\n\nWritten by `cargo xtask bench`. Ratios mean more than times: the machines are small and shared.\n";

/// Writes the section `name`; `command` is how to repeat it.
pub fn write(root: &Path, name: &str, command: &str, body: &str) -> Result<()> {
    let file = root.join("BENCHMARKS.md");
    let old = fs::read_to_string(&file).unwrap_or_else(|_| TITLE.to_owned());
    let date = jiff::Zoned::now().strftime("%Y-%m-%d");
    let section = format!("## {name}\n\n{date}, `{command}`, {}\n\n{}\n", machine(), body.trim());
    let heading = format!("## {name}\n");
    let new = match old.find(&heading) {
        Some(start) => {
            let rest = &old[start + heading.len()..];
            let end = rest.find("\n## ").map_or("", |end| &rest[end..]);
            format!("{}{section}{end}", &old[..start])
        }
        None => format!("{}\n\n{section}", old.trim_end()),
    };
    fs::write(&file, new).with_context(|| format!("write {}", file.display()))?;
    println!("{section}");
    Ok(())
}

/// Processor and toolchain, in a few words.
fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |line| line.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let rustc = Command::new("rustc").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    format!("{cores} × {model}, {}", String::from_utf8_lossy(&rustc).trim())
}
