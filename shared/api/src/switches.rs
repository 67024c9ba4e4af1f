use std::time::Duration;

use framehouse_domain::Settings;
use framehouse_store::Store;
use tokio::{sync::Mutex, time::Instant};

/// How long a switch may take to be noticed by a function that runs already.
const FRESH: Duration = Duration::from_secs(5);

/// The settings as a process last read them.
#[derive(Debug, Default)]
pub(crate) struct Switches(Mutex<Option<(Instant, Settings)>>);

impl Switches {
    /// The settings. While they cannot be read, those that were read last hold: a request is not refused for that.
    pub(crate) async fn read(&self, store: &Store) -> Settings {
        let mut known = self.0.lock().await;
        if let Some((_, settings)) = known.filter(|(read, _)| read.elapsed() < FRESH) {
            return settings;
        }
        let settings = store.settings().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the settings as read before hold");
            known.map(|(_, settings)| settings).unwrap_or_default()
        });
        *known = Some((Instant::now(), settings));
        settings
    }
}
