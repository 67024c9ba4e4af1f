use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, de::DeserializeOwned};

use crate::{StoreError, error::malformed};

pub(crate) type Item = HashMap<String, AttributeValue>;

/// A string attribute.
#[allow(clippy::needless_pass_by_value, reason = "ids and moments are small, and callers stay free of ampersands")]
pub(crate) fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// A number attribute.
#[allow(clippy::needless_pass_by_value, reason = "as for texts")]
pub(crate) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The string attribute `name` of `item`.
pub(crate) fn get_text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

/// The number attribute `name` of `item`.
pub(crate) fn get_number<T: std::str::FromStr>(item: &Item, name: &str) -> Option<T> {
    item.get(name).and_then(|value| value.as_n().ok()).and_then(|text| text.parse().ok())
}

pub(crate) fn to_item(verb: &'static str, value: &impl Serialize) -> Result<Item, StoreError> {
    serde_dynamo::to_item(value).map_err(malformed(verb))
}

pub(crate) fn from_item<T: DeserializeOwned>(verb: &'static str, item: Item) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(malformed(verb))
}
