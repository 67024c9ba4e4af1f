use framehouse_domain::{MediaFileId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ObjectKey;

/// What a message of the queue `hls-transcoding` asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum TranscodeMessage {
    /// S3 says that objects arrived: one message can tell of several. None for S3's test event.
    Arrived(Vec<ArrivedObject>),
    /// One of our own requests.
    Request(TranscodeRequest),
}

/// An object that S3 says was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivedObject {
    /// The decoded key, as text: it may be foreign.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// Orders the events of one key.
    pub sequencer: String,
}

/// A request about one media file. The first two fields are the job payload of the spec (media processing §6.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscodeRequest {
    /// The media file.
    pub media_file_id: MediaFileId,
    /// Key of its original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_path: Option<String>,
    /// What to do.
    #[serde(flatten)]
    pub step: Step,
}

/// The steps of a transcode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Step {
    /// Probe the original and begin `version`.
    Plan {
        /// The version to begin.
        version: u32,
        /// Whether the source's own video stream may become the top rendition.
        #[serde(default = "yes")]
        allow_copy: bool,
    },
    /// Do one task of a version.
    Encode {
        /// The version.
        version: u32,
        /// The task's name.
        task: String,
    },
    /// Verify a version whose tasks are all finished, and publish it.
    Package {
        /// The version.
        version: u32,
    },
    /// Remove a version's objects, or the whole media file's.
    Remove {
        /// The version; absent: everything, the original included.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
        /// Not before this moment, so that viewers can finish.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_before: Option<Timestamp>,
    },
}

impl TranscodeMessage {
    /// Reads the body of a queue message.
    pub fn parse(body: &str) -> Result<Self, serde_json::Error> {
        let value: serde_json::Value = serde_json::from_str(body)?;
        if value.get("Event").is_some_and(|event| event == "s3:TestEvent") {
            return Ok(Self::Arrived(Vec::new()));
        }
        if value.get("Records").is_some() {
            let event: Notification = serde_json::from_value(value)?;
            return Ok(Self::Arrived(event.records.into_iter().map(ArrivedObject::from).collect()));
        }
        serde_json::from_value(value).map(Self::Request)
    }
}

impl TranscodeRequest {
    /// A request to begin `version` of the media file whose original is `original_path`.
    pub fn plan(id: MediaFileId, original_path: &str, version: u32) -> Self {
        let step = Step::Plan { version, allow_copy: true };
        Self { media_file_id: id, original_path: Some(original_path.to_owned()), step }
    }

    /// A request for any other step.
    pub fn step(id: MediaFileId, step: Step) -> Self {
        Self { media_file_id: id, original_path: None, step }
    }
}

impl ArrivedObject {
    /// The key, if it is an original of ours.
    pub fn original(&self) -> Option<(MediaFileId, ObjectKey)> {
        match self.key.parse::<ObjectKey>() {
            Ok(ObjectKey::Original { id, extension }) => Some((id, ObjectKey::Original { id, extension })),
            _ => None,
        }
    }
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "eventTime", default)]
    event_time: String,
    s3: S3Entity,
}

#[derive(Deserialize)]
struct S3Entity {
    object: S3Object,
}

#[derive(Deserialize)]
struct S3Object {
    key: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    sequencer: Option<String>,
}

impl From<Record> for ArrivedObject {
    fn from(record: Record) -> Self {
        let S3Object { key, size, sequencer } = record.s3.object;
        // Emulators leave the sequencer out; the event's time orders events nearly as well.
        let sequencer = sequencer.unwrap_or_else(|| record.event_time.chars().filter(char::is_ascii_digit).collect());
        Self { key: decode_key(&key), size, sequencer }
    }
}

/// Keys in events and in URL-encoded listings are form-encoded: a space is a plus sign (Amazon S3 User Guide, "Event message
/// structure").
pub(crate) fn decode_key(key: &str) -> String {
    let query = format!("k={key}");
    url::form_urlencoded::parse(query.replace('&', "%26").as_bytes())
        .next()
        .map_or_else(|| key.to_owned(), |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_messages_round_trip_and_are_pinned() {
        let id: MediaFileId = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap();
        let messages = [
            (
                TranscodeRequest::plan(id, "originals/a.mp4", 2),
                r#"{"mediaFileId":"0197c1f0-a5c8-7d6c-8f4e-0123456789ab","originalPath":"originals/a.mp4","step":"plan","version":2,"allowCopy":true}"#,
            ),
            (
                TranscodeRequest::step(id, Step::Encode { version: 2, task: "audio".into() }),
                r#"{"mediaFileId":"0197c1f0-a5c8-7d6c-8f4e-0123456789ab","step":"encode","version":2,"task":"audio"}"#,
            ),
            (
                TranscodeRequest::step(id, Step::Remove { version: None, not_before: None }),
                r#"{"mediaFileId":"0197c1f0-a5c8-7d6c-8f4e-0123456789ab","step":"remove"}"#,
            ),
        ];
        for (message, text) in messages {
            assert_eq!(serde_json::to_string(&message).unwrap(), text);
            assert_eq!(TranscodeMessage::parse(text).unwrap(), TranscodeMessage::Request(message));
        }
    }

    #[test]
    fn every_record_of_an_event_is_read_and_its_key_decoded() {
        let body = r#"{"Records":[
            {"eventTime":"2026-02-13T16:26:40.120Z","s3":{"object":{"key":"originals/a+b%2B%26%C3%A9.mp4","size":3,"sequencer":"0A1"}}},
            {"eventTime":"2026-02-13T16:26:40.120Z","s3":{"object":{"key":"originals/c&d=e.mp4","size":4}}}]}"#;
        let TranscodeMessage::Arrived(objects) = TranscodeMessage::parse(body).unwrap() else { panic!("an S3 event") };
        assert_eq!(objects[0].key, "originals/a b+&é.mp4");
        assert_eq!(objects[0].sequencer, "0A1");
        assert_eq!(objects[1].key, "originals/c&d=e.mp4");
        assert_eq!(objects[1].sequencer, "20260213162640120");
        assert_eq!(objects[1].original(), None);
    }

    #[test]
    fn s3s_test_event_is_nothing_and_garbage_is_an_error() {
        let test = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#;
        assert_eq!(TranscodeMessage::parse(test).unwrap(), TranscodeMessage::Arrived(vec![]));
        for garbage in ["", "null", "{}", "[]", r#"{"mediaFileId":"x","step":"plan","version":1}"#] {
            assert!(TranscodeMessage::parse(garbage).is_err(), "{garbage}");
        }
    }
}
