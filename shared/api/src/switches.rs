use framehouse_domain::{Settings, Timestamp, ViewerIdentity};
use framehouse_store::Store;
use tokio::sync::Mutex;

use crate::now;

/// How long a switch may take to be noticed by a function that runs already, in milliseconds.
const FRESH: i64 = 5_000;

/// The settings as a process last read them.
#[derive(Debug, Default)]
pub(crate) struct Switches(Mutex<Option<(Timestamp, Settings)>>);

impl Switches {
    /// The settings. While they cannot be read, those that were read last hold: a request is not refused for that.
    pub(crate) async fn read(&self, store: &Store) -> Settings {
        let mut known = self.0.lock().await;
        let now = now();
        // By the wall clock: a monotonic one may stand still while Lambda holds the process.
        if let Some((_, settings)) =
            known.as_ref().filter(|(read, _)| (0..FRESH).contains(&(now.as_millis() - read.as_millis())))
        {
            return settings.clone();
        }
        let settings = store.settings().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the settings as read before hold");
            // What was never read is taken to forbid what could not be taken back: keeping anything of viewers.
            let unknown = Settings { viewer_identity: Some(ViewerIdentity::None), ..Settings::default() };
            known.take().map_or(unknown, |(_, settings)| settings)
        });
        *known = Some((now, settings.clone()));
        settings
    }
}
