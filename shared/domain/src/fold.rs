//! Folding: what makes a search blind to case and accents.

use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// `text` without case, accents and compatibility variants: NFKD, marks removed, NFC, lower case, and the few letters
/// Unicode does not decompose (ß, æ, ø, ł …) spelled in plain ones. NUL becomes a space: the indexes use it to delimit.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded `text` to `out`.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
        if out.as_bytes()[start..].contains(&0) {
            let clean = out[start..].replace('\0', " ");
            out.truncate(start);
            out.push_str(&clean);
        }
        return;
    }
    let start = out.len();
    let table = TABLE.get_or_init(|| (0..TABLE_END).map(|c| fold_char(char::from_u32(c))).collect());
    for c in text.chars() {
        if let Some(Some(folded)) = table.get(c as usize) {
            out.push_str(folded);
        } else {
            out.truncate(start);
            fold_composed(text, out);
            return;
        }
    }
}

/// Where Latin, Greek and Cyrillic letters end.
const TABLE_END: u32 = 0x530;
/// The folded form of each character of those scripts that folds by itself, whatever its neighbours.
static TABLE: OnceLock<Vec<Option<Box<str>>>> = OnceLock::new();

fn fold_char(c: Option<char>) -> Option<Box<str>> {
    let c = c.filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}'))?;
    let mut folded = String::new();
    fold_composed(c.encode_utf8(&mut [0; 4]), &mut folded);
    Some(folded.into_boxed_str())
}

fn fold_composed(text: &str, out: &mut String) {
    for c in text.nfkd().filter(|c| !is_mark(*c)).nfc() {
        for lower in c.to_lowercase().filter(|c| !is_mark(*c)) {
            match lower {
                'ß' => out.push_str("ss"),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ø' => out.push('o'),
                'đ' | 'ð' => out.push('d'),
                'ł' => out.push('l'),
                'ı' => out.push('i'),
                'ς' => out.push('σ'),
                '\0' => out.push(' '),
                other => out.push(other),
            }
        }
    }
}

/// Diacritics, Hebrew points and Arabic vowel signs. Marks that spell the word (Indic vowels, kana voicing) are kept.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::{TABLE_END, fold, fold_composed};

    #[test]
    fn case_and_accents_vanish() {
        assert_eq!(fold("Café ÉLAN"), "cafe elan");
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("Ёлка Москва"), "елка москва");
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert_eq!(fold("Ｆｕｌｌ ﬁlm"), "full film");
        assert_eq!(fold("İstanbul Łódź"), "istanbul lodz");
        assert_eq!(fold("a\0b"), "a b");
        assert_eq!(fold("é\0b"), "e b");
    }

    #[test]
    fn the_table_agrees_with_whole_texts() {
        let letters: Vec<char> = (0..TABLE_END).filter_map(char::from_u32).collect();
        for pair in letters.windows(2) {
            for text in [format!("{}{}", pair[0], pair[1]), format!("{}{}e", pair[1], pair[0])] {
                let mut composed = String::new();
                fold_composed(&text, &mut composed);
                assert_eq!(fold(&text), composed, "{text:?}");
            }
        }
    }

    #[test]
    fn other_scripts_keep_their_letters() {
        assert_eq!(fold("東京ガール"), "東京ガール");
        assert_eq!(fold("한국어"), "한국어");
        assert_eq!(fold("हिन्दी"), "हिन्दी");
    }
}
