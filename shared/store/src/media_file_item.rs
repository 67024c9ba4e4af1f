//! How a media file is stored. Numbers that a rule compares (`version`) and names that an expression uses are attributes
//! of their own; the live version is one map, replaced as a whole when a transcode is published.

use framehouse_domain::{
    LiveVersion, MediaFile, MediaFileId, MediaStatus, PendingUpload, Rendition, Timestamp, UploadMethod,
};
use serde::{Deserialize, Serialize};

use crate::{
    StoreError,
    attribute::{Item, from_item, to_item},
    key::Key,
};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MediaFileItem {
    id: MediaFileId,
    status: MediaStatus,
    original_filename: String,
    original_path: String,
    original_size: u64,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    producer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_method: Option<UploadMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequencer: Option<String>,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<LiveItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    #[serde(default)]
    published: bool,
    #[serde(default)]
    locked: bool,
    created_by: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LiveItem {
    version: u32,
    duration: f64,
    width: u32,
    height: u32,
    renditions: Vec<Rendition>,
    has_storyboard: bool,
    has_preview: bool,
}

/// The item of `media`, keys included, TTL excluded.
pub(crate) fn write(media: &MediaFile) -> Result<Item, StoreError> {
    let upload = media.upload.as_ref();
    let stored = MediaFileItem {
        id: media.id,
        status: media.status,
        original_filename: media.original_filename.clone(),
        original_path: media.original_path.clone(),
        original_size: media.original_size,
        mime_type: media.mime_type.clone(),
        title: media.title.clone(),
        producer: media.producer.clone(),
        creator: media.creator.clone(),
        tags: media.tags.clone(),
        upload_method: upload.map(|upload| upload.method),
        upload_id: upload.and_then(|upload| upload.upload_id.clone()),
        part_size: upload.map(|upload| upload.part_size),
        sequencer: media.sequencer.clone(),
        version: media.version,
        live: media.live.clone().map(LiveItem::from),
        error_message: media.error_message.clone(),
        published: media.published,
        locked: media.locked,
        created_by: media.created_by.clone(),
        created_at: media.created_at,
        updated_at: media.updated_at,
    };
    let mut item = to_item("write media file", &stored)?;
    item.extend(Key::MediaFile(media.id).attributes());
    Ok(item)
}

/// The media file that `item` stores.
pub(crate) fn read(item: Item) -> Result<MediaFile, StoreError> {
    let stored: MediaFileItem = from_item("read media file", item)?;
    Ok(MediaFile {
        id: stored.id,
        status: stored.status,
        original_filename: stored.original_filename,
        original_path: stored.original_path,
        original_size: stored.original_size,
        mime_type: stored.mime_type,
        title: stored.title,
        producer: stored.producer,
        creator: stored.creator,
        tags: stored.tags,
        upload: stored.upload_method.map(|method| PendingUpload {
            method,
            upload_id: stored.upload_id,
            part_size: stored.part_size.unwrap_or(stored.original_size),
        }),
        sequencer: stored.sequencer,
        version: stored.version,
        live: stored.live.map(LiveVersion::from),
        error_message: stored.error_message,
        published: stored.published,
        locked: stored.locked,
        created_by: stored.created_by,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    })
}

/// The map stored under `live`.
pub(crate) fn write_live(live: &LiveVersion) -> Result<Item, StoreError> {
    to_item("write live version", &LiveItem::from(live.clone()))
}

impl From<LiveVersion> for LiveItem {
    fn from(live: LiveVersion) -> Self {
        let LiveVersion { version, duration, width, height, renditions, has_storyboard, has_preview } = live;
        Self { version, duration, width, height, renditions, has_storyboard, has_preview }
    }
}

impl From<LiveItem> for LiveVersion {
    fn from(item: LiveItem) -> Self {
        let LiveItem { version, duration, width, height, renditions, has_storyboard, has_preview } = item;
        Self { version, duration, width, height, renditions, has_storyboard, has_preview }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> MediaFile {
        let created = Timestamp::from_millis(1_771_000_000_120);
        MediaFile {
            id: "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap(),
            status: MediaStatus::Ready,
            original_filename: "Ferien am Meer.mp4".into(),
            original_path: "originals/0197c1f0-a5c8-7d6c-8f4e-0123456789ab.mp4".into(),
            original_size: 5 << 40,
            mime_type: "video/mp4".into(),
            title: Some("Ferien".into()),
            producer: None,
            creator: None,
            tags: vec!["sea".into()],
            upload: Some(PendingUpload {
                method: UploadMethod::Multipart,
                upload_id: Some("u1".into()),
                part_size: 16 << 20,
            }),
            sequencer: Some("0A".into()),
            version: 2,
            live: Some(LiveVersion {
                version: 1,
                duration: 30.02,
                width: 1920,
                height: 1080,
                renditions: vec![Rendition {
                    name: "1080p".into(),
                    width: 1920,
                    height: 1080,
                    bandwidth: 5_300_000,
                    average_bandwidth: 3_900_000,
                    codecs: "avc1.640028,mp4a.40.2".into(),
                    frame_rate: 24.0,
                    copied: true,
                }],
                has_storyboard: true,
                has_preview: false,
            }),
            error_message: Some("It did not work.".into()),
            published: true,
            locked: false,
            created_by: "admin-1".into(),
            created_at: created,
            updated_at: created.plus_seconds(1),
        }
    }

    #[test]
    fn the_stored_item_is_pinned() {
        let item = write(&sample()).unwrap();
        let json: serde_json::Value = serde_dynamo::from_item(item).unwrap();
        insta::assert_json_snapshot!(json);
    }

    #[test]
    fn an_item_reads_back_as_written() {
        let media = sample();
        assert_eq!(read(write(&media).unwrap()).unwrap(), media);
        let bare = MediaFile {
            title: None,
            tags: vec![],
            upload: None,
            sequencer: None,
            live: None,
            error_message: None,
            ..media
        };
        assert_eq!(read(write(&bare).unwrap()).unwrap(), bare);
    }
}
