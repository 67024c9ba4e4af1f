//! | access pattern | key | calls |
//! |---|---|---|
//! | read | `SETTINGS` / `SETTINGS` | 1 get, 0.5 read units |
//! | change | `SETTINGS` / `SETTINGS` | 1 update |

use aws_sdk_dynamodb::types::ReturnValue;
use framehouse_domain::Settings;

use crate::{
    Store, StoreError,
    attribute::{Item, from_item, to_item},
    error::unavailable,
    key::Key,
    video_item::difference,
};

impl Store {
    /// What was switched; a switch may take a moment to be seen.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::Settings.attributes()));
        let found = get.send().await.map_err(unavailable("read settings"))?;
        found.item.map_or_else(|| Ok(Settings::default()), |item| from_item("read settings", item))
    }

    /// Switches what `settings` names, and answers all that is switched. There must be something.
    pub async fn change_settings(&self, settings: Settings) -> Result<Settings, StoreError> {
        let verb = "change settings";
        let difference = difference(&Item::new(), &to_item(verb, &settings)?);
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::Settings.attributes()))
            .update_expression(difference.expression)
            .set_expression_attribute_names(Some(difference.names.into_iter().collect()))
            .set_expression_attribute_values(Some(difference.values.into_iter().collect()))
            .return_values(ReturnValue::AllNew);
        let updated = update.send().await.map_err(unavailable(verb))?;
        from_item(verb, updated.attributes.unwrap_or_default())
    }
}
