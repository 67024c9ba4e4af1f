//! What the machine must have, and the installation of what it lacks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::fingerprint;
use crate::progress;

/// What the tools are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To run the stack.
    Run,
    /// To test it, with players and odd videos.
    Test,
}

/// A program, and the Debian package that has it.
struct Tool {
    program: &'static str,
    package: &'static str,
    need: Need,
}

const TOOLS: &[Tool] = &[
    Tool { program: "python3.11", package: "python3.11", need: Need::Run },
    Tool { program: "node", package: "nodejs", need: Need::Run },
    Tool { program: "npm", package: "npm", need: Need::Run },
    Tool { program: "ffmpeg", package: "ffmpeg", need: Need::Run },
    Tool { program: "ffprobe", package: "ffmpeg", need: Need::Run },
    Tool { program: "strip", package: "binutils", need: Need::Run },
    Tool { program: "curl", package: "curl", need: Need::Test },
    Tool { program: "chromium", package: "chromium", need: Need::Test },
    Tool { program: "gst-discoverer-1.0", package: "gstreamer1.0-plugins-base-apps", need: Need::Test },
    Tool { program: "cvlc", package: "vlc-bin", need: Need::Test },
];

/// Packages without a program to look for: a file of each.
const FILES: &[(&str, &str, Need)] = &[
    ("/usr/lib/python3.11/ensurepip/__init__.py", "python3.11-venv", Need::Run),
    ("/usr/share/doc/gstreamer1.0-plugins-good", "gstreamer1.0-plugins-good", Need::Test),
    ("/usr/share/doc/gstreamer1.0-plugins-bad", "gstreamer1.0-plugins-bad", Need::Test),
    ("/usr/share/doc/gstreamer1.0-libav", "gstreamer1.0-libav", Need::Test),
    ("/usr/share/doc/vlc-plugin-base", "vlc-plugin-base", Need::Test),
    ("/usr/share/forensics-samples/original-files", "forensics-samples-files", Need::Test),
];

const OLDEST_NODE: u32 = 18;

/// Installs what is missing: system packages by apt as root, Python packages into `.local/venv`.
pub fn ensure_tools(root: &Path, need: Need) -> Result<()> {
    let wanted = |kind: Need| kind == Need::Run || need == Need::Test;
    let mut missing: Vec<&str> = TOOLS
        .iter()
        .filter(|tool| wanted(tool.need) && !on_path(tool.program))
        .map(|tool| tool.package)
        .chain(FILES.iter().filter(|(file, _, kind)| wanted(*kind) && !Path::new(file).exists()).map(|file| file.1))
        .collect();
    missing.dedup();
    if !missing.is_empty() {
        install_packages(root, &missing)?;
    }
    require_node()?;
    install_python(root, "infra/local/requirements.txt", "installed", "Install the emulator and the SAM CLI")
}

/// Installs what a deployment to AWS needs beyond that, half a gigabyte.
pub fn ensure_deploy_tools(root: &Path) -> Result<()> {
    ensure_tools(root, Need::Run)?;
    install_python(
        root,
        "infra/deploy-requirements.txt",
        "installed-for-deploy",
        "Install cargo-lambda and the AWS CLI",
    )
}

/// A program of the Python environment, such as `sam`.
pub fn venv_program(root: &Path, name: &str) -> PathBuf {
    root.join(".local/venv/bin").join(name)
}

/// Whether a program is installed.
pub fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// Installs Debian packages, or says how to where only the user can.
pub fn install_packages(root: &Path, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !nix::unistd::geteuid().is_root() || !on_path("apt-get") {
        bail!("{list} must be installed first; on Debian: sudo apt-get install {list}");
    }
    let log = root.join(".local/logs/apt.log");
    let advice = format!("Install {list} by hand, then run the command again.");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    progress::run("Update the package lists", &log, &mut apt(&["update"]), &advice)?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    progress::run(&format!("Install {list}"), &log, &mut apt(&arguments), &advice)
}

fn require_node() -> Result<()> {
    let output = Command::new("node").arg("--version").output().context("ask node for its version")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let major = text.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!("Node.js {OLDEST_NODE} or newer is needed, but `node --version` says {}; install it", text.trim()),
    }
}

/// Installs what a file of requirements pins into the Python environment, which is made if need be.
fn install_python(root: &Path, requirements: &str, stamp: &str, what: &str) -> Result<()> {
    let requirements = root.join(requirements);
    let stamp = root.join(".local/venv").join(stamp);
    let current = fingerprint(std::slice::from_ref(&requirements), &[])?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == current) {
        return Ok(());
    }
    let log = root.join(".local/logs/pip.log");
    let python = venv_program(root, "python");
    let works = Command::new(&python)
        .args(["-m", "pip", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !works {
        let mut command = Command::new("python3.11");
        command.args(["-m", "venv", "--clear"]).arg(root.join(".local/venv"));
        progress::run("Make the Python environment", &log, &mut command, "Is python3.11-venv installed?")?;
    }
    let mut command = Command::new(&python);
    command.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
    let advice = "Check the connection to the package index, then run the command again.";
    progress::run(what, &log, &mut command, advice)?;
    fs::write(&stamp, current).with_context(|| format!("write {}", stamp.display()))
}
