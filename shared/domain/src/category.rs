use crate::FieldErrors;

const MAX_CHARS: usize = 64;

/// A gallery category as people write it: trimmed, 1 to 64 characters, none of them a control character.
pub fn check_category(text: &str) -> Result<String, FieldErrors> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_CHARS || text.chars().any(char::is_control) {
        return Err(FieldErrors::one("category", format!("Name a category of 1 to {MAX_CHARS} characters.")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_short_texts() {
        assert_eq!(check_category(" Süßes & Saures "), Ok("Süßes & Saures".to_owned()));
        for bad in ["", "  ", "a\nb", &"x".repeat(65)] {
            assert!(check_category(bad).is_err(), "{bad:?}");
        }
    }
}
