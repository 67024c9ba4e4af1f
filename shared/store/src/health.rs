use framehouse_domain::MediaFileId;

use crate::{Store, StoreError, error::unavailable, key::Key};

impl Store {
    /// Proves that the table answers: reads a key that never exists, half a read unit.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let key = Key::MediaFile(MediaFileId::from(uuid::Uuid::nil())).attributes();
        let call = self.client.get_item().table_name(&self.table).set_key(Some(key));
        call.send().await.map(drop).map_err(unavailable("read table"))
    }
}
