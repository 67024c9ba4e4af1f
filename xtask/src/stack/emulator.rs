//! The emulated AWS.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Purpose, REGION, Stack, fingerprint, venv_program};
use crate::progress::Step;

/// Starts the emulator, with the state of its last run.
pub fn start(stack: &Stack) -> Result<()> {
    let script = stack.root.join("infra/local/emulator.py");
    let state = stack.dir.join("emulator");
    let unpacked = state.join("tmp");
    if stack.emulator().pid().is_none() && state.is_dir() {
        // Without state it crashed before it was first stopped: objects were written as they came, tables were not.
        let outdated = if state.join("state").is_dir() { &unpacked } else { &state };
        fs::create_dir_all(outdated)?;
        fs::remove_dir_all(outdated).with_context(|| format!("remove {}", outdated.display()))?;
    }
    fs::create_dir_all(&unpacked).with_context(|| format!("create {}", unpacked.display()))?;
    let mut command = stack.aws_command(&venv_program(&stack.root, "python"));
    let port = stack.emulator_port.to_string();
    command
        .arg(&script)
        .env("GATEWAY_PORT", &port)
        .env("EDGE_PORT", &port)
        .env("BIND_HOST", "127.0.0.1")
        .env("MINISTACK_REGION", REGION)
        // Roles, bucket privacy, signatures and their expiry count, as in AWS.
        .env("AUTH", "true")
        .env("IOT_MTLS_ENABLED", "0")
        .env("PERSIST_STATE", if stack.purpose == Purpose::Test { "0" } else { "1" })
        .env("S3_PERSIST", "1")
        .env("STATE_DIR", state.join("state"))
        .env("S3_DATA_DIR", state.join("s3"))
        // It unpacks the functions there, and anew after each start.
        .env("TMPDIR", unpacked);
    let step = Step::start("Start the emulator");
    let daemon = stack.emulator();
    let requirements = stack.root.join("infra/local/requirements.txt");
    let streams = stack.root.join("infra/local/streams.py");
    daemon.ensure(
        &mut command,
        &fingerprint(&[script, streams, requirements], &[port, stack.dir.display().to_string()])?,
    )?;
    let ready = format!("{}/_ministack/ready", stack.endpoint());
    daemon.wait_until(Duration::from_mins(1), || super::running::answers(&ready))?;
    step.done();
    Ok(())
}
