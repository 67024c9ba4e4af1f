//! The transcoder as a process of this machine.

use std::process::Command;

use anyhow::Result;

use super::deployment::Deployment;
use super::{REGION, Stack, fingerprint};

/// Starts the worker with the transcoder's policy and nothing else, or restarts it when it was built anew.
pub fn start(stack: &Stack, deployment: &Deployment) -> Result<i32> {
    let binary = stack.root.join("target/debug/transcoder");
    let mut environment = vec![
        ("AWS_ENDPOINT_URL".to_owned(), stack.endpoint()),
        ("AWS_REGION".to_owned(), REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID".to_owned(), deployment.worker.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY".to_owned(), deployment.worker.secret_access_key.clone()),
        ("TABLE_NAME".to_owned(), deployment.table.clone()),
        ("MEDIA_BUCKET".to_owned(), deployment.bucket.clone()),
        ("TRANSCODE_QUEUE_URL".to_owned(), deployment.queue_url.clone()),
        ("LIBRARY_QUEUE_URL".to_owned(), deployment.library_queue_url.clone()),
    ];
    environment.extend(stack.worker_env.iter().cloned());
    let text: Vec<String> = environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let daemon = stack.worker();
    let mut command = Command::new(&binary);
    command.current_dir(&stack.dir).env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE").envs(environment);
    daemon.ensure(&mut command, &fingerprint(&[binary], &text)?)?;
    // It polls for work from now on; if it cannot start at all, that shows at once.
    daemon.pid().ok_or_else(|| {
        let lines = crate::progress::tail(daemon.log(), 20).join("\n");
        anyhow::anyhow!("the worker ended at once. The end of {}:\n{lines}", daemon.log().display())
    })
}
