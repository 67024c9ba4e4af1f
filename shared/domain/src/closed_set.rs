/// Defines a closed set of values with their names in URLs, JSON and stored items.
macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            utoipa::ToSchema,
        )]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order of its number.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in URLs, JSON and stored items.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownName;

            fn from_str(text: &str) -> Result<Self, $crate::UnknownName> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    $crate::UnknownName(Self::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", "))
                })
            }
        }
    };
}

pub(crate) use closed_set;

/// A text that names no value of a closed set; says which there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Use one of: {0}.")]
pub struct UnknownName(pub(crate) String);

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema;

    use crate::DirectoryType;

    #[test]
    fn the_document_has_the_names_of_the_wire() {
        let schema = serde_json::to_value(DirectoryType::schema()).unwrap();
        let names: Vec<String> = serde_json::from_value(schema["enum"].clone()).unwrap();
        assert_eq!(names, DirectoryType::ALL.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
}
