//! The plan of one transcode, written once as `plan.json` and read by every task after it.

use serde::{Deserialize, Serialize};

use crate::{
    Container, Rung, Source,
    ladder::{self},
    mp4::Timing,
    timeline::{self, Chunk},
};

/// Version of the format of [`Plan`]; a worker refuses plans of another.
pub const FORMAT: u32 = 1;

/// Pixels a second of 1080p30, which the configured length of a chunk is meant for.
const USUAL_PIXEL_RATE: f64 = 1920.0 * 1080.0 * 30.0;
/// No chunk is made shorter than this many seconds, however large the frames.
const LEAST_CHUNK: f64 = 15.0;
/// A source that cannot be sought is chunked when it is longer than so many chunks: each chunk decodes from the start.
const LONG_UNSOUGHT: f64 = 5.0;
/// How much longer its chunks are, so that they are few.
const UNSOUGHT_CHUNK: f64 = 3.0;

/// How segments are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SegmentFormat {
    /// Fragmented MP4 (CMAF), HLS version 7.
    #[default]
    Fmp4,
    /// MPEG transport stream, HLS version 6.
    Ts,
}

impl SegmentFormat {
    /// The extension of a segment's key.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Fmp4 => "m4s",
            Self::Ts => "ts",
        }
    }

    /// The media type of a segment.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Fmp4 => "video/iso.segment",
            Self::Ts => "video/mp2t",
        }
    }
}

/// What an operator may set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Packing of segments.
    pub format: SegmentFormat,
    /// Length of a chunk, in seconds; of large or many frames a second, chunks are shorter.
    pub chunk_seconds: f64,
    /// Length of a segment, in seconds.
    pub segment_seconds: f64,
    /// x264's preset.
    pub preset: String,
    /// Whether the top rendition may be copied.
    pub allow_copy: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            format: SegmentFormat::Fmp4,
            chunk_seconds: 120.0,
            segment_seconds: 4.0,
            preset: "veryfast".to_owned(),
            allow_copy: true,
        }
    }
}

/// Everything the tasks of one transcode agree on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// [`FORMAT`].
    pub format: u32,
    /// What the source is.
    pub source: Source,
    /// Renditions, tallest first.
    pub rungs: Vec<Rung>,
    /// Whether the first rung is the source's own track, copied.
    pub copy: bool,
    /// Packing of segments.
    pub segment_format: SegmentFormat,
    /// Length between cuts, in milliseconds.
    pub segment_millis: u64,
    /// x264's preset.
    pub preset: String,
    /// Frames of the grid.
    pub frames: u64,
    /// Frames at which segments 1, 2, … begin.
    pub cuts: Vec<u64>,
    /// Runs of segments, one video task each.
    pub chunks: Vec<Chunk>,
}

/// One unit of encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Chunk of this number, all encoded rungs.
    Video(usize),
    /// The copied top rung, whole.
    Copy,
    /// The audio, whole.
    Audio,
}

impl Task {
    /// Its name in keys and messages: `video-00000`, `copy`, `audio`.
    pub fn name(self) -> String {
        match self {
            Self::Video(chunk) => format!("video-{chunk:05}"),
            Self::Copy => "copy".to_owned(),
            Self::Audio => "audio".to_owned(),
        }
    }

    /// The task of this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "copy" => Some(Self::Copy),
            "audio" => Some(Self::Audio),
            _ => name.strip_prefix("video-")?.parse().ok().map(Self::Video),
        }
    }
}

impl Plan {
    /// Plans `source`. `timing` is its top track's, when the file has an index worth trusting.
    pub fn new(source: Source, timing: Option<&Timing>, settings: &Settings) -> Self {
        let rungs = ladder::rungs(source.video.width, source.video.height);
        let rate = source.video.rate;
        let millis = timeline::segment_millis(source.duration, settings.segment_seconds);
        let copied = timing.filter(|_| settings.allow_copy && fits(&source, &rungs[0])).and_then(|timing| {
            let cuts = timeline::keyframe_cuts(timing.frames, &timing.keyframes, rate, millis)?;
            Some((timing.frames, cuts))
        });
        let copy = copied.is_some();
        let (frames, cuts) = copied.unwrap_or_else(|| {
            let frames = rate.nearest(source.duration).max(1);
            (frames, timeline::even_cuts(frames, rate, millis))
        });
        let seconds = chunk_seconds(&source, settings.chunk_seconds);
        let chunks = if copy && rungs.len() == 1 { Vec::new() } else { timeline::chunks(frames, &cuts, rate, seconds) };
        Self {
            format: FORMAT,
            source,
            rungs,
            copy,
            segment_format: settings.format,
            segment_millis: millis,
            preset: settings.preset.clone(),
            frames,
            cuts,
            chunks,
        }
    }

    /// Every task with its part of the work, in thousandths of a second of encoding-like effort.
    pub fn tasks(&self) -> Vec<(Task, u64)> {
        let millis = |frames: u64| (self.source.video.rate.seconds(frames) * 1000.0) as u64 + 1;
        let mut tasks: Vec<(Task, u64)> = self
            .chunks
            .iter()
            .enumerate()
            .map(|(number, chunk)| (Task::Video(number), millis(chunk.end - chunk.start)))
            .collect();
        if self.copy {
            tasks.push((Task::Copy, millis(self.frames / 50)));
        }
        if self.source.audio.is_some() {
            tasks.push((Task::Audio, millis(self.frames / 25)));
        }
        tasks
    }

    /// The rungs that are encoded: all but a copied one.
    pub fn encoded(&self) -> &[Rung] {
        &self.rungs[usize::from(self.copy)..]
    }

    /// Seconds of video.
    pub fn duration(&self) -> f64 {
        self.source.video.rate.seconds(self.frames)
    }

    /// Seconds after which sound is left out: a segment after the picture's end.
    pub fn audio_end(&self) -> f64 {
        self.duration() + self.segment_millis as f64 / 1000.0
    }

    /// Seconds that segment `number` should last.
    pub fn segment_seconds(&self, number: usize) -> f64 {
        timeline::segment_lengths(self.frames, &self.cuts)
            .nth(number)
            .map_or(0.0, |frames| self.source.video.rate.seconds(frames))
    }

    /// How many segments each video rendition has.
    pub fn segments(&self) -> usize {
        self.cuts.len() + 1
    }
}

/// How long a chunk of `source` is, so that it takes a Lambda function far less than its 15 minutes.
fn chunk_seconds(source: &Source, usual: f64) -> f64 {
    let video = &source.video;
    let pixels = f64::from(video.coded_width) * f64::from(video.coded_height);
    let load = (pixels * video.rate.as_f64() / USUAL_PIXEL_RATE).max(1.0);
    let seconds = (usual / load).max(LEAST_CHUNK.min(usual));
    if source.container.seekable() {
        seconds
    } else if source.duration > seconds * LONG_UNSOUGHT {
        seconds * UNSOUGHT_CHUNK
    } else {
        f64::INFINITY
    }
}

/// Whether the source's own track can be the top rendition as it is: what any phone plays.
fn fits(source: &Source, top: &Rung) -> bool {
    let video = &source.video;
    let bitrate = video.bitrate.or(source.bitrate).unwrap_or(u64::MAX);
    // Up to a quarter above the cap still fits: encoding again would cost more than it saves.
    let within = bitrate <= u64::from(top.maxrate) * 1000 * 5 / 4;
    let baseline = ["Baseline", "Constrained Baseline", "Main", "High"];
    source.container == Container::Mov
        && video.codec == "h264"
        && video.tag == "avc1"
        && video.profile.as_deref().is_some_and(|profile| baseline.contains(&profile))
        && video.level.is_some_and(|level| level <= 52)
        && matches!(video.pixel_format.as_str(), "yuv420p" | "yuvj420p")
        && video.hdr_transfer.is_none()
        && !video.interlaced
        && !video.variable_rate
        && video.rotation == 0
        && video.square_pixels
        && (video.coded_width, video.coded_height) == (top.width, top.height)
        && within
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Rate, probe};

    /// A source for the tests of this crate: 1080p24, 30 s, stereo.
    pub(crate) fn source() -> Source {
        Source {
            container: Container::Mov,
            duration: 30.0,
            origin: 0.0,
            video: probe::Video {
                index: 0,
                codec: "h264".into(),
                tag: "avc1".into(),
                profile: Some("High".into()),
                level: Some(40),
                coded_width: 1920,
                coded_height: 1080,
                width: 1920,
                height: 1080,
                rotation: 0,
                square_pixels: true,
                rate: Rate::new(24, 1).unwrap(),
                variable_rate: false,
                interlaced: false,
                pixel_format: "yuv420p".into(),
                hdr_transfer: None,
                bitrate: Some(5_860_270),
            },
            audio: Some(probe::Audio { index: 1, codec: "aac".into(), channels: 6, end: Some(30.0) }),
            bitrate: Some(6_053_000),
        }
    }

    pub(crate) fn timing() -> Timing {
        Timing { frames: 720, keyframes: (0..720).step_by(120).collect() }
    }

    #[test]
    fn a_fitting_track_is_copied() {
        let plan = Plan::new(source(), Some(&timing()), &Settings::default());
        assert!(plan.copy);
        assert_eq!(plan.cuts, [120, 240, 360, 480, 600]);
        assert_eq!(plan.encoded()[0].name, "720p");
        let names: Vec<_> = plan.tasks().iter().map(|(task, _)| task.name()).collect();
        assert_eq!(names, ["video-00000", "copy", "audio"]);
    }

    #[test]
    fn any_doubt_means_no_copy() {
        let changes: [fn(&mut Source); 12] = [
            |source| source.container = Container::Matroska,
            |source| source.video.codec = "hevc".into(),
            |source| source.video.tag = "avc3".into(),
            |source| source.video.profile = Some("High 10".into()),
            |source| source.video.pixel_format = "yuv422p".into(),
            |source| source.video.hdr_transfer = Some("smpte2084".into()),
            |source| source.video.interlaced = true,
            |source| source.video.variable_rate = true,
            |source| source.video.rotation = 90,
            |source| source.video.square_pixels = false,
            |source| source.video.coded_height = 1088,
            |source| source.video.bitrate = Some(9_000_000),
        ];
        for change in changes {
            let mut source = source();
            change(&mut source);
            assert!(!Plan::new(source, Some(&timing()), &Settings::default()).copy);
        }
        assert!(!Plan::new(source(), None, &Settings::default()).copy);
        let refused = Settings { allow_copy: false, ..Settings::default() };
        assert!(!Plan::new(source(), Some(&timing()), &refused).copy);
    }

    #[test]
    fn what_cannot_be_sought_is_chunked_when_it_is_long() {
        let short = Settings { chunk_seconds: 8.0, ..Settings::default() };
        assert_eq!(Plan::new(source(), None, &short).chunks.len(), 4);
        let mut stream = source();
        stream.container = Container::MpegTs;
        assert_eq!(Plan::new(stream.clone(), None, &short).chunks.len(), 1);
        stream.duration = 7200.0;
        assert_eq!(Plan::new(stream.clone(), None, &Settings::default()).chunks.len(), 20);
        stream.duration = 590.0;
        assert_eq!(Plan::new(stream, None, &Settings::default()).chunks.len(), 1);
    }

    #[test]
    fn many_pixels_make_short_chunks() {
        let mut large = source();
        assert!((chunk_seconds(&large, 120.0) - 120.0).abs() < 0.01);
        large.video.rate = Rate::new(60, 1).unwrap();
        assert!((chunk_seconds(&large, 120.0) - 60.0).abs() < 0.01);
        (large.video.coded_width, large.video.coded_height) = (3840, 2160);
        assert!((chunk_seconds(&large, 120.0) - 15.0).abs() < 0.01);
        (large.video.coded_width, large.video.coded_height) = (7680, 4320);
        assert!((chunk_seconds(&large, 120.0) - 15.0).abs() < 0.01);
        assert!((chunk_seconds(&large, 2.0) - 2.0).abs() < 0.01, "what is set shorter stays");
    }

    #[test]
    fn task_names_round_trip() {
        for task in [Task::Video(0), Task::Video(417), Task::Copy, Task::Audio] {
            assert_eq!(Task::parse(&task.name()), Some(task));
        }
        assert_eq!(Task::parse("poster"), None);
    }

    #[test]
    fn a_plan_survives_json() {
        let plan = Plan::new(source(), Some(&timing()), &Settings::default());
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    }
}
