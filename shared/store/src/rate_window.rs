//! | access pattern | key | calls |
//! |---|---|---|
//! | count a call | `RATE#{window}` / `RATE` | 1 update |

use aws_sdk_dynamodb::types::ReturnValue;
use framehouse_domain::Timestamp;

use crate::{
    Store, StoreError,
    attribute::{get_number, number},
    error::unavailable,
    key::{EXPIRES_AT, Key},
};

/// A window is remembered a while after its end, for clocks that differ.
const REMEMBERED_SECONDS: i64 = 600;

impl Store {
    /// Counts a call in a window of time, which is named by whose calls of which kind it counts, and ends at `end`;
    /// answers how many there were, this one included.
    pub async fn count_call(&self, window: &str, end: Timestamp) -> Result<u64, StoreError> {
        let verb = "count call";
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::RateWindow(window).attributes()))
            .update_expression("ADD calls :one SET #expires = :expires")
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":expires", number(end.plus_seconds(REMEMBERED_SECONDS).as_seconds()))
            .return_values(ReturnValue::UpdatedNew);
        let updated = update.send().await.map_err(unavailable(verb))?;
        Ok(updated.attributes.as_ref().and_then(|item| get_number(item, "calls")).unwrap_or(1))
    }
}
