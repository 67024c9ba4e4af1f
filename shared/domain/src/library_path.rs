use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{DirectoryType, MediaFileId};

/// The most bytes of a path: an S3 key has 1,024 (AWS limit), and `library/` is in front of it.
const MAX_BYTES: usize = 1000;
/// What the library takes for videos (spec: video library, "Scan Directory").
const EXTENSIONS: [&str; 7] = ["mp4", "mov", "avi", "mkv", "webm", "m4v", "flv"];

/// A video's place in the library, such as `studios/north/day 1.mp4`: a directory type, folders, a filename.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LibraryPath {
    directory_type: DirectoryType,
    text: String,
}

/// Why a text is no place in the library; a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LibraryPathError {
    /// The first part names no directory type.
    #[error("The path must begin with a directory type such as videos/.")]
    DirectoryType,
    /// It is longer than an object's key can be.
    #[error("The path is longer than {MAX_BYTES} bytes.")]
    TooLong,
    /// A part is empty, `.` or `..`.
    #[error("The path has an empty part, or one that is only dots.")]
    Part,
    /// It has a control character.
    #[error("The path has a control character.")]
    ControlCharacter,
    /// It is no video by its name.
    #[error("The file's extension must be one of mp4, mov, avi, mkv, webm, m4v, flv.")]
    Extension,
}

impl LibraryPath {
    /// Where an upload arrives, whatever its container: named by us, since clients' names clash.
    pub fn of_upload(id: MediaFileId, extension: &str) -> Self {
        Self { directory_type: DirectoryType::Inbox, text: format!("{}/{id}.{extension}", DirectoryType::Inbox) }
    }

    /// The same file under another directory type, in the same folders. A longer name can make it too long.
    pub fn in_directory(&self, directory_type: DirectoryType) -> Result<Self, LibraryPathError> {
        let rest = self.text.split_once('/').map_or("", |(_, rest)| rest);
        let text = format!("{directory_type}/{rest}");
        if text.len() > MAX_BYTES { Err(LibraryPathError::TooLong) } else { Ok(Self { directory_type, text }) }
    }

    /// Whether a filename is a video's by its extension, in any case.
    pub fn is_video(name: &str) -> bool {
        name.rsplit_once('.')
            .is_some_and(|(_, extension)| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension)))
    }

    /// The path of the object with this key, if it is the library's: its key is `library/` and the path.
    pub fn of_object(key: &str) -> Option<Self> {
        Self::stored(key.strip_prefix("library/")?).ok()
    }

    /// The directory type.
    pub const fn directory_type(&self) -> DirectoryType {
        self.directory_type
    }

    /// The last part.
    pub fn filename(&self) -> &str {
        self.text.rsplit_once('/').map_or(&self.text, |(_, name)| name)
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A path that was checked when it was made: an upload's extension may be one that a scan does not look for.
    pub fn stored(text: &str) -> Result<Self, LibraryPathError> {
        let (first, rest) = text.split_once('/').ok_or(LibraryPathError::DirectoryType)?;
        let directory_type = first.parse().map_err(|_| LibraryPathError::DirectoryType)?;
        if rest.split('/').any(|part| part.is_empty() || part.chars().all(|c| c == '.')) {
            return Err(LibraryPathError::Part);
        }
        if rest.chars().any(char::is_control) {
            return Err(LibraryPathError::ControlCharacter);
        }
        Ok(Self { directory_type, text: text.to_owned() })
    }
}

impl FromStr for LibraryPath {
    type Err = LibraryPathError;

    fn from_str(text: &str) -> Result<Self, LibraryPathError> {
        let path = Self::stored(text)?;
        if text.len() > MAX_BYTES {
            return Err(LibraryPathError::TooLong);
        }
        if Self::is_video(path.filename()) { Ok(path) } else { Err(LibraryPathError::Extension) }
    }
}

impl fmt::Display for LibraryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for LibraryPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for LibraryPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::stored(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_paths_are_accepted_and_taken_apart() {
        for (text, name) in [
            ("videos/a.mp4", "a.mp4"),
            ("studios/north/day 1.MOV", "day 1.MOV"),
            ("curated/映画/%_'\"; é.webm", "%_'\"; é.webm"),
            ("gifs/.hidden.mkv", ".hidden.mkv"),
        ] {
            let path: LibraryPath = text.parse().unwrap();
            assert_eq!((path.as_str(), path.filename()), (text, name));
        }
        let path: LibraryPath = "studios/north/day 1.MOV".parse().unwrap();
        let private = path.in_directory(DirectoryType::Private).unwrap();
        assert_eq!(private.as_str(), "private/north/day 1.MOV");
        let longest: LibraryPath = format!("gifs/{}.mp4", "x".repeat(991)).parse().unwrap();
        assert_eq!(longest.in_directory(DirectoryType::Compilations), Err(LibraryPathError::TooLong));
        assert!(longest.in_directory(DirectoryType::Gifs).is_ok());
        assert_eq!(path.directory_type(), DirectoryType::Studios);
        assert_eq!(LibraryPath::of_object("library/studios/north/day 1.MOV"), Some(path));
        assert_eq!(LibraryPath::of_object("originals/a.mp4"), None);
    }

    #[test]
    fn what_is_no_place_in_the_library_says_why() {
        let long = format!("videos/{}.mp4", "x".repeat(1000));
        for (text, error) in [
            ("", LibraryPathError::DirectoryType),
            ("a.mp4", LibraryPathError::DirectoryType),
            ("/videos/a.mp4", LibraryPathError::DirectoryType),
            ("attic/a.mp4", LibraryPathError::DirectoryType),
            ("videos/../private/a.mp4", LibraryPathError::Part),
            ("videos//a.mp4", LibraryPathError::Part),
            ("videos/", LibraryPathError::Part),
            ("videos/a\n.mp4", LibraryPathError::ControlCharacter),
            ("videos/a.txt", LibraryPathError::Extension),
            ("videos/mp4", LibraryPathError::Extension),
            (&long, LibraryPathError::TooLong),
        ] {
            assert_eq!(text.parse::<LibraryPath>(), Err(error), "{text:?}");
        }
    }

    #[test]
    fn an_uploads_path_reads_back_whatever_its_extension() {
        let path = LibraryPath::of_upload("0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap(), "mpg");
        assert_eq!(path.as_str(), "inbox/0197c1f0-a5c8-7d6c-8f4e-0123456789ab.mpg");
        assert_eq!(LibraryPath::stored(path.as_str()), Ok(path));
    }
}
