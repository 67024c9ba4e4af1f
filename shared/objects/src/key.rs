use std::{fmt, str::FromStr};

use framehouse_domain::{DirectoryType, LibraryPath, MediaFileId, VideoId};

/// A text that is not one of our keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a key of this bucket's layout")]
pub struct KeyError(String);

/// Every object in the media bucket has a key made here. None is ever made from the filename that a client gave: the names
/// below `library/` are those that files were put there with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ObjectKey {
    /// `originals/{id}.{extension}`: an upload, as it came.
    Original {
        /// The media file.
        id: MediaFileId,
        /// Accepted extension in lower case, without the dot.
        extension: String,
    },
    /// `hls/{id}/v{version}/{file}`: part of one transcode, such as `master.m3u8` or `segments/720p_00003.m4s`.
    Hls {
        /// The media file.
        id: MediaFileId,
        /// The transcode.
        version: u32,
        /// Path below the version.
        file: String,
    },
    /// `work/{id}/v{version}/{file}`: notes between the steps of one transcode.
    Work {
        /// The media file.
        id: MediaFileId,
        /// The transcode.
        version: u32,
        /// Path below the version.
        file: String,
    },
    /// `library/{path}`: a video that was put into the library, or moved there.
    Library(LibraryPath),
    /// `thumbnails/{id}.jpg`: our picture of a video.
    Thumbnail(VideoId),
    /// `thumbnails/{name}`: a picture that an admin put there.
    Picture(String),
    /// `catalog/snapshot`: the library's listing fields, for functions that start.
    Catalog,
}

const CATALOG: &str = "catalog/snapshot";

impl ObjectKey {
    /// A file of a transcode.
    pub fn hls(id: MediaFileId, version: u32, file: impl Into<String>) -> Self {
        Self::Hls { id, version, file: file.into() }
    }

    /// A note between the steps of a transcode.
    pub fn work(id: MediaFileId, version: u32, file: impl Into<String>) -> Self {
        Self::Work { id, version, file: file.into() }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original { id, extension } => write!(f, "originals/{id}.{extension}"),
            Self::Hls { id, version, file } => write!(f, "hls/{id}/v{version}/{file}"),
            Self::Work { id, version, file } => write!(f, "work/{id}/v{version}/{file}"),
            Self::Library(path) => write!(f, "library/{path}"),
            Self::Thumbnail(id) => write!(f, "thumbnails/{id}.jpg"),
            Self::Picture(name) => write!(f, "thumbnails/{name}"),
            Self::Catalog => f.write_str(CATALOG),
        }
    }
}

impl FromStr for ObjectKey {
    type Err = KeyError;

    fn from_str(key: &str) -> Result<Self, KeyError> {
        parse(key).ok_or_else(|| KeyError(key.to_owned()))
    }
}

/// A set of objects that are removed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectPrefix {
    /// One transcode.
    Version(MediaFileId, u32),
    /// The notes of one transcode.
    WorkVersion(MediaFileId, u32),
    /// Every transcode of a media file.
    Hls(MediaFileId),
    /// Every note about a media file.
    Work(MediaFileId),
    /// The original of a media file, whatever its extension.
    Original(MediaFileId),
    /// A directory of the library.
    Library(DirectoryType),
}

impl fmt::Display for ObjectPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(id, version) => write!(f, "hls/{id}/v{version}/"),
            Self::WorkVersion(id, version) => write!(f, "work/{id}/v{version}/"),
            Self::Hls(id) => write!(f, "hls/{id}/"),
            Self::Work(id) => write!(f, "work/{id}/"),
            Self::Original(id) => write!(f, "originals/{id}."),
            Self::Library(directory_type) => write!(f, "library/{directory_type}/"),
        }
    }
}

fn parse(key: &str) -> Option<ObjectKey> {
    if key == CATALOG {
        return Some(ObjectKey::Catalog);
    }
    let (kind, rest) = key.split_once('/')?;
    if kind == "originals" {
        let (id, extension) = rest.split_once('.')?;
        let plain = !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        return plain.then_some(ObjectKey::Original { id: id.parse().ok()?, extension: extension.to_owned() });
    }
    if kind == "library" {
        return LibraryPath::stored(rest).ok().map(ObjectKey::Library);
    }
    if kind == "thumbnails" {
        let ours = rest.strip_suffix(".jpg").and_then(|id| id.parse().ok()).map(ObjectKey::Thumbnail);
        return ours.or((!rest.is_empty()).then(|| ObjectKey::Picture(rest.to_owned())));
    }
    let (id, rest) = rest.split_once('/')?;
    let (version, file) = rest.split_once('/')?;
    let (id, version) = (id.parse().ok()?, version.strip_prefix('v')?.parse().ok()?);
    match kind {
        _ if file.is_empty() => None,
        "hls" => Some(ObjectKey::hls(id, version, file)),
        "work" => Some(ObjectKey::work(id, version, file)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_pinned_and_parse_back() {
        let id: MediaFileId = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap();
        let keys = [
            (ObjectKey::Original { id, extension: "mp4".into() }, "originals/0197c1f0-a5c8-7d6c-8f4e-0123456789ab.mp4"),
            (ObjectKey::hls(id, 2, "master.m3u8"), "hls/0197c1f0-a5c8-7d6c-8f4e-0123456789ab/v2/master.m3u8"),
            (
                ObjectKey::hls(id, 1, "segments/720p_00003.m4s"),
                "hls/0197c1f0-a5c8-7d6c-8f4e-0123456789ab/v1/segments/720p_00003.m4s",
            ),
            (ObjectKey::work(id, 1, "plan.json"), "work/0197c1f0-a5c8-7d6c-8f4e-0123456789ab/v1/plan.json"),
            (ObjectKey::Library("videos/映画/a b+%.MP4".parse().unwrap()), "library/videos/映画/a b+%.MP4"),
            (
                ObjectKey::Library(LibraryPath::of_upload(id, "mpg")),
                "library/inbox/0197c1f0-a5c8-7d6c-8f4e-0123456789ab.mpg",
            ),
            (ObjectKey::Thumbnail(id.into()), "thumbnails/0197c1f0-a5c8-7d6c-8f4e-0123456789ab.jpg"),
            (ObjectKey::Picture("550e8400.jpg".into()), "thumbnails/550e8400.jpg"),
            (ObjectKey::Catalog, "catalog/snapshot"),
        ];
        for (key, text) in keys {
            assert_eq!(key.to_string(), text);
            assert_eq!(text.parse(), Ok(key));
        }
        for foreign in [
            "",
            "originals/x.mp4",
            "originals/0197c1f0-a5c8-7d6c-8f4e-0123456789ab",
            "library/attic/a.mp4",
            "library/videos/../private/a.mp4",
            "thumbnails/",
            "catalog/other",
        ] {
            assert!(foreign.parse::<ObjectKey>().is_err(), "{foreign}");
        }
    }
}
