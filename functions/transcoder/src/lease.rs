//! A task belongs to one worker at a time: a lease that expires, renewed by heartbeats (pitfall 13).

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use framehouse_api::now;
use framehouse_store::{Heartbeat, TaskRef};
use tokio::time::{Instant, timeout};

use crate::{Stop, Worker, failure::Failure};

/// A lease's length in seconds. Shorter than a message's invisibility ([`crate::visibility`]): when a worker dies, its lease
/// is over before its message comes back.
pub(crate) const LEASE_SECONDS: i64 = 20;
const BEAT: Duration = Duration::from_secs(2);

/// How far a task is, from 0 to 1, told to whoever asks at the next heartbeat.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress(Arc<AtomicU64>);

impl Progress {
    pub(crate) fn set(&self, part: f64) {
        self.0.store(part.clamp(0.0, 1.0).to_bits(), Ordering::Relaxed);
    }

    fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// Does `work` while the lease is renewed. Loses it, or the reason to work, and the work is dropped where it stands.
pub(crate) async fn keep<T>(
    worker: &Worker,
    task: TaskRef<'_>,
    owner: &str,
    progress: &Progress,
    stop: &Stop,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        biased;
        done = work => done,
        failure = beat(worker, task, owner, progress) => Err(failure),
        () = stop.stopped() => Err(Failure::Stopped),
    }
}

/// Renews the lease until that fails for good.
async fn beat(worker: &Worker, task: TaskRef<'_>, owner: &str, progress: &Progress) -> Failure {
    let valid = Duration::from_secs(LEASE_SECONDS.unsigned_abs());
    let mut renewed = Instant::now();
    loop {
        tokio::time::sleep(BEAT).await;
        let until = now().plus_seconds(LEASE_SECONDS);
        let call = worker.store.heartbeat_task(task, owner, until, progress.get());
        match timeout(Duration::from_secs(10), call).await {
            Ok(Ok(Heartbeat::Alive)) => renewed = Instant::now(),
            Ok(Ok(Heartbeat::Lost)) => return Failure::LostLease,
            Ok(Ok(Heartbeat::Superseded)) => return Failure::Superseded,
            Ok(Err(error)) if renewed.elapsed() > valid => return error.into(),
            Err(_) if renewed.elapsed() > valid => return Failure::transient("renew lease", "no answer"),
            Ok(Err(error)) => tracing::warn!(%error, "renew lease"),
            Err(_) => tracing::warn!("renew lease: no answer yet"),
        }
    }
}
