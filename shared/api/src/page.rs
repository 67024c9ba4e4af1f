use framehouse_domain::FieldErrors;
use framehouse_store::Cursor;

/// The most entries of one page of a list.
const MAX_LIMIT: usize = 100;

/// Which part of a list of `things` is asked for: how many of them, `default` unless told, and after which one.
///
/// # Errors
/// When it is not 1 to 100 of them, or the cursor is none.
pub fn page_of(
    things: &str,
    default: usize,
    limit: Option<usize>,
    cursor: Option<&str>,
) -> Result<(usize, Option<Cursor>), FieldErrors> {
    let mut errors = FieldErrors::default();
    let limit = limit.unwrap_or(default);
    if !(1..=MAX_LIMIT).contains(&limit) {
        errors.add("limit", format!("Ask for 1 to {MAX_LIMIT} {things}."));
    }
    let after = cursor.map(str::parse).transpose().unwrap_or_else(|_| {
        errors.add("cursor", "It is no cursor of this list. Begin again without one.");
        None
    });
    errors.ok((limit, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_length_and_a_beginning() {
        let cursor = "0000019c57d36e780197c1f0a5c87d6c8f4e0123456789ab";
        assert_eq!(page_of("comments", 20, None, None), Ok((20, None)));
        assert_eq!(page_of("comments", 20, Some(100), Some(cursor)), Ok((100, Some(cursor.parse().unwrap()))));
        let wrong = |limit, cursor| page_of("comments", 20, limit, cursor).unwrap_err().iter().count();
        assert_eq!((wrong(Some(0), None), wrong(Some(101), None), wrong(None, Some("x"))), (1, 1, 1));
        assert_eq!(wrong(Some(0), Some("")), 2);
    }
}
