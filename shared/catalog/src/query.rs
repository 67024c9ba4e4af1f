//! What can be asked of a catalog.

use crate::entry::{DirectoryType, Entry, Orientation, Quality};
use crate::fold::fold;
use crate::order::{Key, KeyValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// A request for one page of a list.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Which videos.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Where the page begins.
    pub start: Start,
    /// How many entries at most.
    pub limit: usize,
}

/// Conditions that a listed video meets, all of them. Empty and `None` ask for nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One of these directory types.
    pub directory_types: Vec<DirectoryType>,
    /// One of these orientations.
    pub orientations: Vec<Orientation>,
    /// One of these qualities.
    pub qualities: Vec<Quality>,
    /// Part of the producer, without regard to case and accents.
    pub producer: String,
    /// Part of the creator, without regard to case and accents.
    pub creator: String,
    /// The gallery category, whole, without regard to case and accents.
    pub category: String,
    /// Every one of these tags, whole, without regard to case and accents.
    pub tags: Vec<String>,
    /// With or without sound.
    pub has_audio: Option<bool>,
    /// Valid or not.
    pub is_valid: Option<bool>,
    /// In the public gallery or not.
    pub published: Option<bool>,
    /// Locked or not.
    pub locked: Option<bool>,
    /// Seconds.
    pub duration: Bounds,
    /// Bytes.
    pub size: Bounds,
    /// Milliseconds since 1970.
    pub created: Bounds,
    /// Part of any of the fields searched, without regard to case and accents. No character has a special meaning.
    pub search: String,
    /// The fields searched.
    pub search_in: Vec<Field>,
}

impl Filter {
    /// Whether nothing but closed sets and yes-no fields is filtered by.
    pub(crate) fn is_of_flags(&self) -> bool {
        let texts = [&self.producer, &self.creator, &self.category, &self.search];
        texts.iter().all(|text| text.is_empty())
            && self.tags.is_empty()
            && [self.duration, self.size, self.created].into_iter().all(Bounds::is_open)
    }
}

/// A range, both ends included. A video without the value is in no range but the open one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least value.
    pub min: Option<u64>,
    /// The greatest value.
    pub max: Option<u64>,
}

impl Bounds {
    pub(crate) fn is_open(self) -> bool {
        self == Self::default()
    }
}

/// A field that a search looks into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The title.
    Title,
    /// The producer.
    Producer,
    /// The creator.
    Creator,
    /// The filename or the path.
    File,
}

/// An order. Equal values are ordered by creation, then id, in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Greatest first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: SortBy::Created, descending: true }
    }
}

/// What a list is sorted by. Videos without the value come before all others in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// Time of creation.
    Created,
    /// The folded title, by code points.
    Title,
    /// Duration.
    Duration,
    /// File size.
    Size,
    /// Views.
    Views,
    /// Upvotes.
    Upvotes,
    /// Seconds watched by all viewers.
    WatchTime,
    /// When it came into the gallery.
    Published,
}

impl SortBy {
    /// Every order. The place here is the number in a cursor.
    pub(crate) const ALL: [Self; 8] = [
        Self::Created,
        Self::Title,
        Self::Duration,
        Self::Size,
        Self::Views,
        Self::Upvotes,
        Self::WatchTime,
        Self::Published,
    ];
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// After so many entries.
    Offset(usize),
    /// After the entry a cursor was made at, wherever that is now.
    After(Cursor),
}

impl Default for Start {
    fn default() -> Self {
        Self::Offset(0)
    }
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The entries, in order.
    pub entries: Vec<Entry>,
    /// How many videos meet the filter, exactly, on whatever page.
    pub total: usize,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// The place of an entry in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) by: SortBy,
    pub(crate) key: Key,
}

/// A cursor that is damaged or belongs to another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read cursor: it is damaged or of another sort order; start again from the first page")]
pub struct CursorError;

impl Cursor {
    /// The cursor as text for a URL.
    pub fn encode(&self) -> String {
        let mut bytes = vec![self.by as u8];
        bytes.extend(self.key.created.to_be_bytes());
        bytes.extend(self.key.id.as_bytes());
        match &self.key.value {
            KeyValue::Number(number) => bytes.extend(number.to_be_bytes()),
            KeyValue::Text(text) => bytes.extend(text.as_bytes()),
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Cursor::encode`] made.
    pub fn decode(text: &str) -> Result<Self, CursorError> {
        Self::parse(text).ok_or(CursorError)
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (by, rest) = bytes.split_first()?;
        let (created, rest) = rest.split_first_chunk::<8>()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let by = *SortBy::ALL.get(usize::from(*by))?;
        let value = match by {
            SortBy::Title => KeyValue::Text(String::from_utf8(rest.to_vec()).ok()?),
            _ => KeyValue::Number(u64::from_be_bytes(rest.try_into().ok()?)),
        };
        Some(Self { by, key: Key { value, created: u64::from_be_bytes(*created), id: Uuid::from_bytes(*id) } })
    }
}

/// The texts of a filter, folded.
pub(crate) struct Needles {
    pub(crate) producer: String,
    pub(crate) creator: String,
    pub(crate) category: String,
    pub(crate) tags: Vec<String>,
    pub(crate) search: String,
}

impl Needles {
    pub(crate) fn new(filter: &Filter) -> Self {
        Self {
            producer: fold(&filter.producer),
            creator: fold(&filter.creator),
            category: fold(&filter.category),
            tags: filter.tags.iter().map(|tag| fold(tag)).collect(),
            search: fold(&filter.search),
        }
    }
}
