use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    DirectoryType, LibraryPath, MediaFileId, Orientation, Quality, Timestamp, VideoEdit, VideoId,
    closed_set::closed_set,
};

/// A video of the library: what is known of one file, and what people say about it. Serialised it is what the table stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Video {
    /// Its id.
    pub id: VideoId,
    /// Where it lies, unique in the library.
    pub path: LibraryPath,
    /// Key of the object that holds the bytes now; follows `path` in the background.
    pub object_key: String,
    /// Keys of the objects that moves left behind, until they are removed: nothing else may lie there meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaving: Vec<String>,
    /// Its name before we named it, or on the client that uploaded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_filename: Option<String>,
    /// Where its bytes lay before they were first moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_path: Option<String>,
    /// When its bytes were last moved to where `path` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standardized_at: Option<Timestamp>,
    /// Display title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Studio or production company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub producer: Option<String>,
    /// Director or primary creator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// Free tags, without duplicates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Key of its picture: one that an admin chose, or ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_path: Option<String>,
    /// What a look at the file found; nothing until it was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<VideoFacts>,
    /// When the file was last looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_validated: Option<Timestamp>,
    /// Why the file is no good, for an operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_reason: Option<String>,
    /// When it was deleted softly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// The oldest other video with the same bytes, as found when this one was hashed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<VideoId>,
    /// The upload or transcode that belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_file_id: Option<MediaFileId>,
    /// In the public gallery.
    pub published: bool,
    /// When it was put into the gallery, while it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// The gallery's category, the last one when it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Withdrawn from viewers by an admin, since when and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<Lock>,
    /// What viewers did with it.
    #[serde(flatten)]
    pub engagement: Engagement,
    /// When it last left the gallery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from_public_at: Option<Timestamp>,
    /// Grows with each edit; the number in its ETag.
    pub revision: u64,
    /// Subject of the token that brought it here.
    pub created_by: String,
    /// When its record was made.
    pub created_at: Timestamp,
    /// When anything here last changed. Only grows: the order of a video's states.
    pub changed_at: Timestamp,
}

/// What a look at a file finds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoFacts {
    /// Seconds, rounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
    /// Display width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Display height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Whether there is sound.
    pub has_audio: bool,
    /// Bytes.
    pub file_size: u64,
    /// The object's entity tag, by which a changed object is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e_tag: Option<String>,
    /// SHA-256 of the file, lower-case hexadecimal; nothing until it was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_hash: Option<String>,
}

/// Withdrawn from viewers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Since when.
    pub at: Timestamp,
    /// Why, as the admin says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What viewers did; kept when the video leaves the gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Engagement {
    /// Views.
    #[serde(rename = "publicViewCount")]
    pub views: u64,
    /// Upvotes.
    #[serde(rename = "publicUpvoteCount")]
    pub upvotes: u64,
    /// Comments.
    #[serde(rename = "publicCommentCount")]
    pub comments: u64,
    /// Times watched to the end.
    #[serde(rename = "publicCompletionCount")]
    pub completions: u64,
    /// Seconds watched.
    #[serde(rename = "publicTotalWatchTime")]
    pub watch_time: u64,
}

closed_set! {
    /// What happens to an upload whose bytes are in the library already.
    DuplicateUploads {
        /// It is kept, and names the video that it duplicates.
        Allow = "allow",
        /// It is deleted softly, and names the video that it duplicates.
        Reject = "reject",
    }
}

/// Why a change of a video is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoRefusal {
    /// It was edited since the caller read it.
    Stale,
    /// It is in the gallery, and may not be where it is to go.
    Published,
    /// Its path would be longer than a path can be.
    PathTooLong,
    /// Nothing in its directory is ever published.
    Ineligible,
    /// It was deleted, or its file is no good.
    Invalid,
    /// It is not in the gallery.
    Unpublished,
}

/// By these numbers candidates for duplicates are found; the hash decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ToSchema)]
pub struct Fingerprint {
    /// Seconds.
    pub duration_seconds: u32,
    /// Bytes.
    pub file_size: u64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Video {
    /// A new record of a file that nobody has looked at yet.
    pub fn new(id: VideoId, path: LibraryPath, object_key: String, created_by: String, now: Timestamp) -> Self {
        Self {
            id,
            path,
            object_key,
            leaving: Vec::new(),
            original_filename: None,
            original_path: None,
            standardized_at: None,
            title: None,
            producer: None,
            creator: None,
            tags: Vec::new(),
            thumbnail_path: None,
            facts: None,
            last_validated: None,
            invalid_reason: None,
            deleted_at: None,
            duplicate_of: None,
            media_file_id: None,
            published: false,
            published_at: None,
            category: None,
            lock: None,
            engagement: Engagement::default(),
            moved_from_public_at: None,
            revision: 1,
            created_by,
            created_at: now,
            changed_at: now,
        }
    }

    /// Where in the library it lies.
    pub const fn directory_type(&self) -> DirectoryType {
        self.path.directory_type()
    }

    /// Neither deleted nor known to be missing or corrupt.
    pub const fn is_valid(&self) -> bool {
        self.deleted_at.is_none() && self.invalid_reason.is_none()
    }

    /// Whether it is in the gallery; what is locked there says so, and is not shown.
    pub const fn is_public(&self) -> bool {
        self.published && self.is_valid()
    }

    /// The shape of its picture, when known.
    pub fn orientation(&self) -> Option<Orientation> {
        self.size().map(|(width, height)| Orientation::of(width, height))
    }

    /// The class of its picture, when known.
    pub fn quality(&self) -> Option<Quality> {
        self.size().map(|(width, height)| Quality::of(width, height))
    }

    /// Seconds that it lasts, when known.
    pub fn duration_seconds(&self) -> Option<u32> {
        self.facts.as_ref()?.duration_seconds
    }

    /// What duplicates of it share, when all of it is known.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        let facts = self.facts.as_ref()?;
        let (duration_seconds, (width, height)) = (self.duration_seconds()?, self.size()?);
        Some(Fingerprint { duration_seconds, file_size: facts.file_size, width, height })
    }

    /// SHA-256 of its bytes, when known.
    pub fn file_hash(&self) -> Option<&str> {
        self.facts.as_ref()?.file_hash.as_deref()
    }

    /// Every place in the library that is taken by it: where it is to lie, where its bytes are, and where a move left some.
    pub fn places(&self) -> BTreeSet<LibraryPath> {
        let keys = self.leaving.iter().chain([&self.object_key]);
        keys.filter_map(|key| LibraryPath::of_object(key)).chain([self.path.clone()]).collect()
    }

    /// Whether its bytes are where its path says. Those of an upload stay where they arrived while it is in the inbox.
    pub fn is_in_place(&self) -> bool {
        match LibraryPath::of_object(&self.object_key) {
            Some(place) => place == self.path,
            None => self.directory_type() == DirectoryType::Inbox,
        }
    }

    /// Changes what people say about it, or where it lies.
    pub fn edit(&mut self, edit: &VideoEdit) -> Result<(), VideoRefusal> {
        let directory_type = edit.directory_type.unwrap_or(self.directory_type());
        if self.published && !directory_type.is_public_eligible() {
            return Err(VideoRefusal::Published);
        }
        let before = self.clone();
        if directory_type != self.directory_type() {
            self.path = self.path.in_directory(directory_type).map_err(|_| VideoRefusal::PathTooLong)?;
        }
        for (field, change) in [
            (&mut self.title, &edit.title),
            (&mut self.producer, &edit.producer),
            (&mut self.creator, &edit.creator),
            (&mut self.thumbnail_path, &edit.thumbnail_path),
        ] {
            if let Some(value) = change {
                field.clone_from(value);
            }
        }
        if let Some(tags) = &edit.tags {
            self.tags.clone_from(tags);
        }
        self.touch(&before);
        Ok(())
    }

    /// Deletes it softly; once is enough.
    pub fn delete(&mut self, now: Timestamp) {
        let before = self.clone();
        self.deleted_at = self.deleted_at.or(Some(now));
        self.touch(&before);
    }

    /// Takes a soft deletion back. What is missing or corrupt stays so until it is validated.
    pub fn restore(&mut self) {
        let before = self.clone();
        self.deleted_at = None;
        self.touch(&before);
    }

    /// Puts it into the gallery under a category, or under another one.
    pub fn publish(&mut self, category: &str, now: Timestamp) -> Result<(), VideoRefusal> {
        if !self.directory_type().is_public_eligible() {
            return Err(VideoRefusal::Ineligible);
        }
        if !self.is_valid() {
            return Err(VideoRefusal::Invalid);
        }
        let before = self.clone();
        self.category = Some(category.to_owned());
        self.published = true;
        self.published_at = self.published_at.or(Some(now));
        self.touch(&before);
        Ok(())
    }

    /// Changes its category in the gallery.
    pub fn recategorize(&mut self, category: &str) -> Result<(), VideoRefusal> {
        if !self.published {
            return Err(VideoRefusal::Unpublished);
        }
        let before = self.clone();
        self.category = Some(category.to_owned());
        self.touch(&before);
        Ok(())
    }

    /// Takes it out of the gallery. What viewers did stays known.
    pub fn unpublish(&mut self, now: Timestamp) {
        let before = self.clone();
        if self.published {
            (self.published, self.published_at, self.moved_from_public_at) = (false, None, Some(now));
        }
        self.touch(&before);
    }

    /// Withdraws it from viewers; the reason of the last call counts, the moment of the first.
    pub fn lock(&mut self, reason: Option<String>, now: Timestamp) {
        let before = self.clone();
        let at = self.lock.as_ref().map_or(now, |lock| lock.at);
        self.lock = Some(Lock { at, reason });
        self.touch(&before);
    }

    /// Gives it back to viewers.
    pub fn unlock(&mut self) {
        let before = self.clone();
        self.lock = None;
        self.touch(&before);
    }

    /// Notes what a look at the file found, or in words why it is no good. No edit: the ETag stays.
    pub fn examined(&mut self, found: Result<VideoFacts, String>, now: Timestamp) {
        match found {
            Ok(facts) => (self.facts, self.invalid_reason) = (Some(facts), None),
            Err(reason) => self.invalid_reason = Some(reason),
        }
        self.last_validated = Some(now);
    }

    /// The bytes were copied to `key`, which is the one to read now; the old object is still to be removed.
    pub fn moved(&mut self, key: String, now: Timestamp) {
        self.leaving.retain(|left| *left != key);
        let from = std::mem::replace(&mut self.object_key, key);
        if !self.leaving.contains(&from) {
            self.leaving.push(from.clone());
        }
        self.original_path.get_or_insert(from);
        self.standardized_at = Some(now);
    }

    /// The object that a move left is gone.
    pub fn left(&mut self, key: &str) {
        self.leaving.retain(|left| left != key);
    }

    fn size(&self) -> Option<(u32, u32)> {
        let facts = self.facts.as_ref()?;
        Some((facts.width?, facts.height?))
    }

    /// An edit that changes nothing makes no new revision.
    fn touch(&mut self, before: &Self) {
        if self != before {
            self.revision += 1;
        }
    }
}

#[cfg(test)]
mod tests;
