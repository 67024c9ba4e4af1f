use crate::{
    DirectoryType, FieldErrors,
    upload::{check_tags, check_text},
};

/// The most ids that one bulk request names.
pub const MAX_BULK: usize = 1000;
/// An S3 key's limit in bytes (AWS limit).
const MAX_KEY_BYTES: usize = 1024;

/// A change of a video's fields: absent leaves a field, an inner `None` empties it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VideoEdit {
    /// Display title.
    pub title: Option<Option<String>>,
    /// Studio or production company.
    pub producer: Option<Option<String>>,
    /// Director or primary creator.
    pub creator: Option<Option<String>>,
    /// All its tags.
    pub tags: Option<Vec<String>>,
    /// Key of its picture.
    pub thumbnail_path: Option<Option<String>>,
    /// Another directory type.
    pub directory_type: Option<DirectoryType>,
}

impl VideoEdit {
    /// Checks what a client sent: texts are trimmed, empty ones are none, tags lose duplicates.
    pub fn check(self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        if self == Self::default() {
            errors.add("body", "Name at least one field to change.");
        }
        let checked = Self {
            title: self.title.map(|text| check_text("title", text, &mut errors)),
            producer: self.producer.map(|text| check_text("producer", text, &mut errors)),
            creator: self.creator.map(|text| check_text("creator", text, &mut errors)),
            tags: self.tags.map(|tags| check_tags(tags, &mut errors)),
            thumbnail_path: self.thumbnail_path.map(|text| check_key(text, &mut errors)),
            directory_type: self.directory_type,
        };
        errors.ok(checked)
    }
}

/// A key's characters are S3's business; what has no place in one is refused.
fn check_key(text: Option<String>, errors: &mut FieldErrors) -> Option<String> {
    let text = text.filter(|text| !text.is_empty())?;
    let parts = text.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    if text.len() > MAX_KEY_BYTES || text.chars().any(char::is_control) || !parts {
        errors.add("thumbnailPath", "It must be a key in the media bucket, such as thumbnails/a.jpg.");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_empty_ones_are_none_and_absent_ones_stay() {
        let edit = VideoEdit {
            title: Some(Some("  A day ".into())),
            producer: Some(Some("  ".into())),
            tags: Some(vec![" sea".into(), "sea".into()]),
            ..VideoEdit::default()
        };
        let edit = edit.check().unwrap();
        assert_eq!(edit.title, Some(Some("A day".into())));
        assert_eq!(edit.producer, Some(None));
        assert_eq!(edit.creator, None);
        assert_eq!(edit.tags, Some(vec!["sea".to_owned()]));
    }

    #[test]
    fn each_bad_field_is_named() {
        let edit = VideoEdit {
            title: Some(Some("x".repeat(501))),
            tags: Some(vec!["t".into(); 51]),
            thumbnail_path: Some(Some("../secret".into())),
            ..VideoEdit::default()
        };
        let errors = edit.check().unwrap_err();
        assert_eq!(errors.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["tags", "thumbnailPath", "title"]);
        assert!(VideoEdit::default().check().is_err(), "an edit of nothing");
        for bad in ["a,b", "a\nb", "a\0b"] {
            assert!(VideoEdit { tags: Some(vec![bad.into()]), ..VideoEdit::default() }.check().is_err(), "{bad:?}");
        }
        let broken = VideoEdit { title: Some(Some("a\nb".into())), ..VideoEdit::default() };
        assert!(broken.check().is_err());
    }
}
