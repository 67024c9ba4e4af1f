use framehouse_domain::{ScanId, Timestamp, VideoId};
use serde::{Deserialize, Serialize};

/// A message of the queue `library-jobs`: something to do with the files of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LibraryJob {
    /// Look at files anew: is each there, what is it, how long, how large.
    Inspect {
        /// [`INSPECT_GROUP`] at the most.
        video_ids: Vec<VideoId>,
        /// The scan that asks, which waits for the result.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scan: Option<ScanGroup>,
    },
    /// Compute the SHA-256 of a file that is too large to do so while it is looked at.
    Hash {
        /// Whose file.
        video_id: VideoId,
        /// The object's entity tag: another one means other bytes.
        e_tag: String,
        /// Bytes that are in `state`.
        offset: u64,
        /// The hash so far, as `sha2` serializes it, in base64; absent at the start.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<String>,
    },
    /// Bring a file to where its video's path says.
    Move {
        /// Whose file.
        video_id: VideoId,
        /// It has been brought; this is the key of the object that is left to remove.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
    /// Look through one page of a directory's listing.
    ScanPage {
        /// The scan.
        scan_id: ScanId,
        /// From 0.
        page: u32,
        /// The last key of the page before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start_after: Option<String>,
    },
    /// Remove the objects of a video whose record was deleted for good.
    RemoveObjects {
        /// The video; while it exists nothing is removed.
        video_id: VideoId,
        /// Which.
        keys: Vec<String>,
        /// Not before this moment, so that viewers can finish.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_before: Option<Timestamp>,
    },
    /// Remove what the audience of a video did, whose record was deleted for good.
    ForgetAudience {
        /// The video; while it exists nothing is removed.
        video_id: VideoId,
    },
}

/// The most videos of one inspect message, so that looking at them takes seconds.
pub const INSPECT_GROUP: usize = 10;

impl LibraryJob {
    /// The messages that ask to look at these videos, for nobody who waits.
    pub fn inspect_all(videos: &[VideoId]) -> Vec<Self> {
        let groups = videos.chunks(INSPECT_GROUP);
        groups.map(|group| Self::Inspect { video_ids: group.to_vec(), scan: None }).collect()
    }
}

/// Which part of a scan asks to look at a group of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanGroup {
    /// The scan.
    pub id: ScanId,
    /// The page of its listing, from 0.
    pub page: u32,
    /// The group in that page, from 0.
    pub group: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab";

    #[test]
    fn messages_round_trip_and_are_pinned() {
        let (video_id, scan_id): (VideoId, ScanId) = (ID.parse().unwrap(), ID.parse().unwrap());
        let not_before = Some("2026-02-13T16:26:40.120Z".parse().unwrap());
        let jobs = [
            (LibraryJob::ForgetAudience { video_id }, r#"{"job":"forgetAudience","videoId":"{id}"}"#),
            (LibraryJob::Inspect { video_ids: vec![video_id], scan: None }, r#"{"job":"inspect","videoIds":["{id}"]}"#),
            (
                LibraryJob::Inspect {
                    video_ids: vec![video_id, video_id],
                    scan: Some(ScanGroup { id: scan_id, page: 3, group: 7 }),
                },
                r#"{"job":"inspect","videoIds":["{id}","{id}"],"scan":{"id":"{id}","page":3,"group":7}}"#,
            ),
            (
                LibraryJob::Hash { video_id, e_tag: "\"a-2\"".into(), offset: 0, state: None },
                r#"{"job":"hash","videoId":"{id}","eTag":"\"a-2\"","offset":0}"#,
            ),
            (
                LibraryJob::Hash { video_id, e_tag: "a".into(), offset: 34_359_738_368, state: Some("AA==".into()) },
                r#"{"job":"hash","videoId":"{id}","eTag":"a","offset":34359738368,"state":"AA=="}"#,
            ),
            (LibraryJob::Move { video_id, from: None }, r#"{"job":"move","videoId":"{id}"}"#),
            (
                LibraryJob::Move { video_id, from: Some("library/gifs/a.mp4".into()) },
                r#"{"job":"move","videoId":"{id}","from":"library/gifs/a.mp4"}"#,
            ),
            (
                LibraryJob::ScanPage { scan_id, page: 0, start_after: None },
                r#"{"job":"scanPage","scanId":"{id}","page":0}"#,
            ),
            (
                LibraryJob::ScanPage { scan_id, page: 1, start_after: Some("library/videos/é.mp4".into()) },
                r#"{"job":"scanPage","scanId":"{id}","page":1,"startAfter":"library/videos/é.mp4"}"#,
            ),
            (
                LibraryJob::RemoveObjects { video_id, keys: vec!["library/gifs/a.mp4".into()], not_before },
                r#"{"job":"removeObjects","videoId":"{id}","keys":["library/gifs/a.mp4"],"notBefore":"2026-02-13T16:26:40.120Z"}"#,
            ),
        ];
        for (job, text) in jobs {
            let text = text.replace("{id}", ID);
            assert_eq!(serde_json::to_string(&job).unwrap(), text);
            assert_eq!(serde_json::from_str::<LibraryJob>(&text).unwrap(), job);
        }
    }

    #[test]
    fn what_is_no_job_is_an_error() {
        for garbage in ["", "{}", r#"{"job":"dance"}"#, r#"{"mediaFileId":"x","step":"remove"}"#] {
            assert!(serde_json::from_str::<LibraryJob>(garbage).is_err(), "{garbage}");
        }
    }
}
