use std::{borrow::Cow, collections::BTreeMap};

/// What is wrong with a request, one sentence per field; becomes the `fields` of a 400 answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<Cow<'static, str>, String>);

impl FieldErrors {
    /// Records the first complaint about `field`; later ones about the same field are dropped.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) {
        self.0.entry(field.into()).or_insert_with(|| sentence.into());
    }

    /// One complaint about one field.
    pub fn one(field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// `Ok(value)` when nothing was recorded, the complaints otherwise.
    pub fn ok<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The complaints in the order of their field names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, sentence)| (field.as_ref(), sentence.as_str()))
    }
}
