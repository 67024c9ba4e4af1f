//! What tasks produced, and the checks before anything is published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Plan, Rejected, codecs, command,
    plan::Task,
    playlist::{self, Segment, Variant},
};

/// What one task wrote; stored as `{task}.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskOutput {
    /// Its part of each rendition.
    pub renditions: Vec<Part>,
}

/// A run of consecutive segments of one rendition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The rendition's name (`720p`, `audio`).
    pub name: String,
    /// RFC 6381 codec string.
    pub codec: String,
    /// The initialization segment, for fragmented MP4.
    pub init: Option<Init>,
    /// Number of the first segment.
    pub first: usize,
    /// The segments.
    pub segments: Vec<Produced>,
}

/// An initialization segment; all chunks of a rendition must have made the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Init {
    /// Its length.
    pub bytes: u64,
    /// FNV-1a of its bytes: equality, not security.
    pub checksum: String,
}

/// One segment that was uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Produced {
    /// Duration in seconds.
    pub seconds: f64,
    /// Length in bytes.
    pub bytes: u64,
}

/// A complete rendition.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendition {
    /// Its name.
    pub name: String,
    /// RFC 6381 codec string.
    pub codec: String,
    /// The initialization segment's length, for fragmented MP4.
    pub init: Option<u64>,
    /// All segments in order.
    pub segments: Vec<Produced>,
}

/// Why the outputs do not make a video.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// The copied rung does not line up; encode it instead.
    #[error("the copied rendition does not line up with the others: {0}")]
    Copy(String),
    /// The source ended early.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// A fault of ours; encoding again may help.
    #[error("the transcode is inconsistent: {0}")]
    Broken(String),
}

/// The identity of an initialization segment.
pub fn init(bytes: &[u8]) -> Init {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Init { bytes: bytes.len() as u64, checksum: format!("{hash:016x}") }
}

/// The refusal when `found` seconds of a promised `expected` were decoded, if that is too few.
///
/// Containers round their durations; a second or a hundredth part is not a cut.
pub fn truncated(found: f64, expected: f64) -> Option<Rejected> {
    let short = expected - found > (expected * 0.01).max(1.0) || found < expected * 0.5;
    short.then(|| Rejected::Truncated { found: format!("{found:.1}"), expected: format!("{expected:.1}") })
}

/// The refusal when only `found` seconds of sound were decoded and the file promised clearly more.
///
/// Sound may rightly end before the picture, and what containers say of it is less exact: 2 seconds or a twentieth part
/// are no cut.
pub fn sound_truncated(plan: &Plan, found: f64) -> Option<Rejected> {
    let expected = plan.source.audio.as_ref()?.end?.min(plan.audio_end());
    let short = expected - found > (expected * 0.05).max(2.0);
    short.then(|| Rejected::SoundTruncated { found: format!("{found:.1}"), expected: format!("{expected:.1}") })
}

/// Joins the tasks' outputs (by task name) into renditions, tallest first, audio last.
pub fn assemble(plan: &Plan, outputs: &BTreeMap<String, TaskOutput>) -> Result<Vec<Rendition>, Mismatch> {
    let mut renditions = Vec::new();
    for (number, rung) in plan.rungs.iter().enumerate() {
        let copied = plan.copy && number == 0;
        let tasks: Vec<String> = if copied {
            vec![Task::Copy.name()]
        } else {
            (0..plan.chunks.len()).map(|chunk| Task::Video(chunk).name()).collect()
        };
        let rendition = join(&rung.name, &tasks, outputs)?;
        check_video(plan, &rendition).map_err(|mismatch| match mismatch {
            Mismatch::Broken(reason) if copied => Mismatch::Copy(reason),
            other => other,
        })?;
        renditions.push(rendition);
    }
    if plan.source.audio.is_some() && !is_silent(outputs) {
        renditions.push(join(command::AUDIO, &[Task::Audio.name()], outputs)?);
    }
    Ok(renditions)
}

/// Whether the audio track held nothing that can be decoded: such a video is published without sound.
fn is_silent(outputs: &BTreeMap<String, TaskOutput>) -> bool {
    let output = outputs.get(&Task::Audio.name());
    output.is_some_and(|output| output.renditions.iter().all(|part| part.segments.is_empty()))
}

/// The parts of one rendition in the order of `tasks`.
fn join(name: &str, tasks: &[String], outputs: &BTreeMap<String, TaskOutput>) -> Result<Rendition, Mismatch> {
    let mut joined: Option<(Rendition, Option<Init>)> = None;
    for task in tasks {
        let part = outputs
            .get(task)
            .and_then(|output| output.renditions.iter().find(|part| part.name == name))
            .ok_or_else(|| Mismatch::Broken(format!("task {task} made nothing of {name}")))?;
        let (rendition, init) = joined.get_or_insert_with(|| {
            let rendition = Rendition {
                name: name.to_owned(),
                codec: part.codec.clone(),
                init: part.init.as_ref().map(|init| init.bytes),
                segments: Vec::new(),
            };
            (rendition, part.init.clone())
        });
        if part.first != rendition.segments.len() {
            let found = rendition.segments.len();
            return Err(Mismatch::Broken(format!(
                "{name} has {found} segments before {task}, which starts at {}",
                part.first
            )));
        }
        if part.init != *init || part.codec != rendition.codec {
            return Err(Mismatch::Broken(format!("{task} initializes {name} differently")));
        }
        rendition.segments.extend_from_slice(&part.segments);
    }
    match joined {
        Some((rendition, _)) if !rendition.segments.is_empty() => Ok(rendition),
        _ => Err(Mismatch::Broken(format!("{name} has no segments"))),
    }
}

/// Segments begin where the plan says, to half a frame, and the last ends with the source.
fn check_video(plan: &Plan, rendition: &Rendition) -> Result<(), Mismatch> {
    let total: f64 = rendition.segments.iter().map(|segment| segment.seconds).sum();
    if let Some(rejected) = truncated(total, plan.duration()) {
        return Err(rejected.into());
    }
    if rendition.segments.len() != plan.segments() {
        return Err(Mismatch::Broken(format!(
            "{} has {} segments, not {}",
            rendition.name,
            rendition.segments.len(),
            plan.segments()
        )));
    }
    let frame = 1.0 / plan.source.video.rate.as_f64();
    let last = rendition.segments.len() - 1;
    for (number, segment) in rendition.segments[..last].iter().enumerate() {
        let planned = plan.segment_seconds(number);
        if (segment.seconds - planned).abs() > frame * 0.55 {
            return Err(Mismatch::Broken(format!(
                "segment {number} of {} lasts {:.3} s, not {planned:.3} s",
                rendition.name, segment.seconds
            )));
        }
    }
    Ok(())
}

impl Rendition {
    /// Seconds of all segments.
    pub fn seconds(&self) -> f64 {
        self.segments.iter().map(|segment| segment.seconds).sum()
    }

    /// Largest bit rate of a segment in bit/s. A short last segment counts as half a usual one, as
    /// RFC 8216 §4.1 measures peaks over at least half a target duration.
    pub fn peak(&self) -> u64 {
        let longest = self.segments.iter().map(|segment| segment.seconds).fold(0.1, f64::max);
        self.segments
            .iter()
            .map(|segment| segment.bytes as f64 * 8.0 / segment.seconds.max(longest / 2.0))
            .fold(0.0, f64::max)
            .ceil() as u64
    }

    /// Mean bit rate in bit/s.
    pub fn average(&self) -> u64 {
        let bytes: u64 = self.segments.iter().map(|segment| segment.bytes).sum();
        (bytes as f64 * 8.0 / self.seconds().max(0.001)).ceil() as u64
    }
}

/// The master playlist's line for each video rendition of `renditions`.
pub fn variants(plan: &Plan, renditions: &[Rendition]) -> Vec<Variant> {
    let audio = renditions.iter().find(|rendition| rendition.name == command::AUDIO);
    plan.rungs
        .iter()
        .zip(renditions)
        .map(|(rung, rendition)| Variant {
            uri: format!("{}.m3u8", rung.name),
            width: rung.width,
            height: rung.height,
            bandwidth: rendition.peak() + audio.map_or(0, Rendition::peak),
            average_bandwidth: rendition.average() + audio.map_or(0, Rendition::average),
            codecs: match audio {
                Some(_) => format!("{},{}", rendition.codec, codecs::AAC_LC),
                None => rendition.codec.clone(),
            },
            frame_rate: plan.source.video.rate.as_f64(),
        })
        .collect()
}

/// File name of segment `number`, below `segments/`.
pub fn segment_file(plan: &Plan, rendition: &str, number: usize) -> String {
    format!("{rendition}_{number:05}.{}", plan.segment_format.extension())
}

/// File name of a rendition's initialization segment, below `segments/`.
pub fn init_file(rendition: &str) -> String {
    format!("{rendition}_init.mp4")
}

/// The media playlist of one rendition, beside `segments/`.
pub fn media_playlist(plan: &Plan, rendition: &Rendition) -> String {
    let init = rendition.init.map(|_| format!("segments/{}", init_file(&rendition.name)));
    let segments: Vec<Segment> = rendition
        .segments
        .iter()
        .enumerate()
        .map(|(number, produced)| Segment {
            seconds: produced.seconds,
            uri: format!("segments/{}", segment_file(plan, &rendition.name, number)),
        })
        .collect();
    playlist::media(plan.segment_format, init.as_deref(), &segments)
}

/// The master playlist over all renditions.
pub fn master_playlist(plan: &Plan, renditions: &[Rendition]) -> String {
    let audio = renditions.iter().any(|rendition| rendition.name == command::AUDIO);
    let uri = audio.then(|| format!("{}.m3u8", command::AUDIO));
    playlist::master(plan.segment_format, &variants(plan, renditions), uri.as_deref())
}

#[cfg(test)]
mod tests;
