//! What the catalog knows of a video.

pub use framehouse_domain::{DirectoryType, Orientation, Quality};
use uuid::Uuid;

/// The listing fields of one video. Texts are empty when not set.
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the video on its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<S = String> {
    /// A UUID of version 7.
    pub id: Uuid,
    /// Display title.
    pub title: S,
    /// Producer or studio.
    pub producer: S,
    /// Director or creator.
    pub creator: S,
    /// The file's name; mostly the last part of the path.
    pub filename: S,
    /// Path in the library, unique.
    pub path: S,
    /// Free tags, in order.
    pub tags: Vec<S>,
    /// Where in the library.
    pub directory_type: DirectoryType,
    /// Shape, when known.
    pub orientation: Option<Orientation>,
    /// Class of height, when known.
    pub quality: Option<Quality>,
    /// Whether there is sound.
    pub has_audio: bool,
    /// False when deleted softly, missing or corrupt.
    pub is_valid: bool,
    /// Whether it is in the public gallery.
    pub published: bool,
    /// Whether the gallery shows it locked.
    pub locked: bool,
    /// The gallery's category.
    pub category: S,
    /// Seconds; at most 2³² − 2.
    pub duration_seconds: Option<u32>,
    /// Bytes; at most 2⁴⁸ − 2 (S3's limit is 2⁴³ or less).
    pub file_size: Option<u64>,
    /// Pixels; at most 65,534.
    pub width: Option<u16>,
    /// Pixels; at most 65,534.
    pub height: Option<u16>,
    /// Milliseconds since 1970; at most 2⁴⁸ − 1.
    pub created_at: u64,
    /// Milliseconds since 1970 of the last change; of two versions the later one counts.
    pub changed_at: u64,
    /// Views counted.
    pub views: u32,
    /// Upvotes counted.
    pub upvotes: u32,
    /// Comments that everyone sees.
    pub comments: u32,
    /// Times watched to the end.
    pub completions: u32,
    /// Seconds watched by all viewers; at most 2⁴⁸ − 1.
    pub watch_time: u64,
    /// Milliseconds since 1970 of when it came into the gallery, while it is there; at most 2⁴⁸ − 2.
    pub published_at: Option<u64>,
}

impl Entry {
    /// The entry with borrowed texts.
    pub fn borrowed(&self) -> Entry<&str> {
        self.map(String::as_str)
    }
}

impl Entry<&str> {
    /// The entry with texts of its own.
    pub fn to_owned(&self) -> Entry {
        self.map(|text| (*text).to_owned())
    }
}

impl<S> Entry<S> {
    fn map<'a, T>(&'a self, text: impl Fn(&'a S) -> T) -> Entry<T> {
        Entry {
            id: self.id,
            title: text(&self.title),
            producer: text(&self.producer),
            creator: text(&self.creator),
            filename: text(&self.filename),
            path: text(&self.path),
            tags: self.tags.iter().map(&text).collect(),
            directory_type: self.directory_type,
            orientation: self.orientation,
            quality: self.quality,
            has_audio: self.has_audio,
            is_valid: self.is_valid,
            published: self.published,
            locked: self.locked,
            category: text(&self.category),
            duration_seconds: self.duration_seconds,
            file_size: self.file_size,
            width: self.width,
            height: self.height,
            created_at: self.created_at,
            changed_at: self.changed_at,
            views: self.views,
            upvotes: self.upvotes,
            comments: self.comments,
            completions: self.completions,
            watch_time: self.watch_time,
            published_at: self.published_at,
        }
    }
}
