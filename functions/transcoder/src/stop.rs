use std::{io, sync::Arc};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Tells everything that runs to end soon and hand its work back.
#[derive(Debug, Clone)]
pub struct Stopper(Arc<watch::Sender<bool>>);

/// The receiving side of a [`Stopper`].
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Default for Stopper {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stopper {
    /// A receiver; it stays valid without the stopper.
    pub fn stop(&self) -> Stop {
        Stop(self.0.subscribe())
    }

    /// Asks everything to end.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Asks everything to end at SIGTERM or SIGINT.
    pub(crate) fn on_signals(&self) -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stopper = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping: handing messages back");
            stopper.now();
        });
        Ok(())
    }
}

impl Stop {
    /// Whether everything is to end.
    pub(crate) fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until everything is to end; for ever when nobody can ask any more.
    pub async fn stopped(&self) {
        if self.0.clone().wait_for(|stopped| *stopped).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
