use serde::{Deserialize, Serialize};

use crate::{CommentId, FieldErrors, Timestamp, VideoId, fold};

/// The longest comment in characters.
pub const MAX_COMMENT: usize = 2000;
/// The longest name of an author in characters.
const MAX_NAME: usize = 60;

/// What somebody wrote about a video. Serialised it is what the table stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// What it is about.
    pub video_id: VideoId,
    /// The text as it was written. Markup in it is text: whoever shows it does not render it.
    pub content: String,
    /// As the author wants to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    /// Whose it is.
    #[serde(flatten)]
    pub author: CommentAuthor,
    /// Only admins see it.
    pub hidden: bool,
    /// Its author changed the text.
    pub edited: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text last changed.
    pub updated_at: Timestamp,
}

/// Whose a comment is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CommentAuthor {
    /// Subject of a signed-in author's token.
    #[serde(rename = "userId")]
    User(String),
    /// Digest of the session of an author who is not signed in. Who knows the session may change the comment.
    #[serde(rename = "session")]
    Session(String),
}

impl Comment {
    /// A comment that is written at `now`.
    pub fn new(
        video_id: VideoId,
        author: CommentAuthor,
        author_name: Option<String>,
        content: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id: CommentId::generate(),
            video_id,
            content,
            author_name,
            author,
            hidden: false,
            edited: false,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether it is that of somebody signed in as `user`, with a session of this digest.
    pub fn is_own(&self, user: Option<&str>, session: Option<&str>) -> bool {
        match &self.author {
            CommentAuthor::User(author) => user == Some(author),
            CommentAuthor::Session(author) => session == Some(author),
        }
    }
}

impl CommentAuthor {
    /// The subject of a signed-in author's token.
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::User(subject) => Some(subject),
            Self::Session(_) => None,
        }
    }
}

/// A comment's text without blanks around it and with one kind of line ends: 1 to 2,000 characters, of which one can be seen
/// and none is a control character but line feeds.
pub fn check_comment(text: &str) -> Result<String, FieldErrors> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() || text.chars().count() > MAX_COMMENT {
        return Err(FieldErrors::one("content", format!("Write 1 to {MAX_COMMENT} characters.")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(FieldErrors::one("content", "It has a control character. Only line breaks are allowed."));
    }
    if !text.chars().any(is_visible) {
        return Err(FieldErrors::one("content", "Nothing of it can be seen. Write something."));
    }
    Ok(text)
}

/// A name without blanks around it, at most 60 characters; none when nothing of it can be seen. It may not turn the direction
/// of what is shown beside it.
pub fn check_author_name(name: Option<&str>) -> Result<Option<String>, FieldErrors> {
    let Some(name) = name.map(str::trim).filter(|name| name.chars().any(is_visible)) else { return Ok(None) };
    if name.chars().count() > MAX_NAME || name.chars().any(|c| c.is_control() || turns_direction(c)) {
        let sentence = format!("Use at most {MAX_NAME} characters, and no control characters.");
        return Err(FieldErrors::one("authorName", sentence));
    }
    Ok(Some(name.to_owned()))
}

/// Whether there is something to see of a character: of blanks, those of a row of dots (U+2800) among them, of what has no
/// width, and of what only changes others, there is not.
fn is_visible(c: char) -> bool {
    let blank = matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    let changes_others = matches!(c, '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}')
        || ('\u{e0000}'..='\u{e0fff}').contains(&c);
    !(c.is_whitespace() || c.is_control() || blank || has_no_width(c) || changes_others || turns_direction(c))
}

fn has_no_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

/// Whether it changes the direction of the text that follows (Unicode annex 9, explicit formatting).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first of `words` that `text` has: as a whole word or a row of them, whatever case and accents either is written in.
/// What has no letter or digit, such as an emoji, is found anywhere.
pub fn refused_word<'a>(text: &str, words: &'a [String]) -> Option<&'a str> {
    let folded = plain(text);
    let text: Vec<&str> = tokens(&folded).collect();
    let has = |word: &str| {
        let folded_word = plain(word);
        let word: Vec<&str> = tokens(&folded_word).collect();
        match word.len() {
            0 => !folded_word.trim().is_empty() && folded.contains(folded_word.trim()),
            length => text.windows(length).any(|row| row == word),
        }
    };
    words.iter().map(String::as_str).find(|word| has(word))
}

fn plain(text: &str) -> String {
    // Characters without width, put between letters, would make one word two.
    let shown = text.chars().filter(|&c| !has_no_width(c) && !turns_direction(c));
    fold(&shown.collect::<String>())
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn texts_are_measured_in_characters_and_kept_as_written() {
        assert_eq!(check_comment("  Schön!\r\nSo <b>schön</b> & gut \n"), Ok("Schön!\nSo <b>schön</b> & gut".into()));
        assert_eq!(check_comment(&"👍".repeat(2000)).map(|text| text.len()), Ok(8000));
        let length = |text: &str| check_comment(text).unwrap_err();
        for bad in ["", " \n ", &"x".repeat(2001)] {
            assert_eq!(length(bad), FieldErrors::one("content", "Write 1 to 2000 characters."), "{bad:?}");
        }
        for bad in ["a\0b", "a\tb", "a\u{1b}[2Jb", "a\rb", "a\u{85}b"] {
            assert!(check_comment(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn of_a_comment_something_is_to_be_seen() {
        for bad in ["\u{200b}", "\u{2060}\u{2800}", "\u{feff} \n\u{2800}", "\u{202e}", "\u{3164}", "\u{fe0f}"] {
            assert!(check_comment(bad).is_err(), "{bad:?}");
            assert!(matches!(check_author_name(Some(bad)), Ok(None) | Err(_)), "{bad:?}");
        }
        // Characters without width join emoji, and separate words of scripts without blanks.
        for good in [".", "👨\u{200d}👩\u{200d}👧", "❤\u{fe0f}", "\u{200b}x", "م", "\u{301}a"] {
            assert_eq!(check_comment(good), Ok(good.to_owned()));
        }
    }

    #[test]
    fn names_do_not_turn_the_direction_of_what_is_beside_them() {
        for c in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            assert!(check_author_name(Some(&format!("Zoë{c}"))).is_err(), "{c:?}");
        }
        assert_eq!(check_author_name(Some("زينب")), Ok(Some("زينب".to_owned())));
    }

    #[test]
    fn names_are_short_and_may_be_left_out() {
        assert_eq!(check_author_name(Some(" Zoë ")), Ok(Some("Zoë".to_owned())));
        assert_eq!((check_author_name(None), check_author_name(Some("  "))), (Ok(None), Ok(None)));
        assert_eq!(check_author_name(Some(&"ö".repeat(60))).map(|name| name.map(|name| name.len())), Ok(Some(120)));
        for bad in ["a\nb", &"x".repeat(61)] {
            assert!(check_author_name(Some(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn words_are_found_whole_whatever_their_case_and_accents() {
        let filter = words(&["Crème", "spam", "buy now", "💩", "straße"]);
        for (text, found) in [
            ("CREME!", Some("Crème")),
            ("cre\u{301}me, please", Some("Crème")),
            ("crème brûlée", Some("Crème")),
            ("It is (spam).", Some("spam")),
            ("sp\u{200b}am", Some("spam")),
            ("ＳＰＡＭ", Some("spam")),
            ("spammer", None),
            ("nospam", None),
            ("Buy\nNOW!", Some("buy now")),
            ("buy it now", None),
            ("so💩so", Some("💩")),
            ("STRASSE", Some("straße")),
            ("", None),
        ] {
            assert_eq!(refused_word(text, &filter), found, "{text:?}");
        }
        assert_eq!(refused_word("anything", &words(&["", "  "])), None);
    }

    #[test]
    fn a_comment_is_its_authors_alone() {
        let comment = |author| {
            Comment::new(VideoId::generate(), author, None, "Hello".into(), Timestamp::from_millis(1_771_000_000_120))
        };
        let user = comment(CommentAuthor::User("u1".into()));
        assert!(user.is_own(Some("u1"), None) && user.is_own(Some("u1"), Some("s")));
        assert!(!user.is_own(Some("u2"), None) && !user.is_own(None, Some("u1")) && !user.is_own(None, None));
        let session = comment(CommentAuthor::Session("s".into()));
        assert!(session.is_own(None, Some("s")) && session.is_own(Some("u1"), Some("s")));
        assert!(!session.is_own(None, Some("t")) && !session.is_own(Some("s"), None) && !session.is_own(None, None));
    }
}
