//! Reading `ffprobe -print_format json -show_format -show_streams`: the facts that planning needs.

use serde::{Deserialize, Serialize};

use crate::{Container, Rate, Rejected};

mod json;

/// The most pixels of a frame: 8192 × 4320 (8K DCI), with room for rounding to macroblocks.
pub const MAX_PIXELS: u64 = 8192 * 4352;
/// The longest side of a frame.
pub const MAX_SIDE: u32 = 16_384;
/// The longest video, in seconds.
pub const MAX_DURATION: f64 = 24.0 * 3600.0;
/// The most streams of any kind.
pub const MAX_STREAMS: usize = 64;
/// The highest constant frame rate; slow-motion phones record 240.
pub const MAX_SOURCE_RATE: f64 = 480.0;

/// What a source is, as far as planning and encoding care.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The container, from its first bytes.
    pub container: Container,
    /// Seconds of video from [`Source::origin`] to the end of its last frame.
    pub duration: f64,
    /// Where the source's time line begins, in seconds (its earliest stream).
    pub origin: f64,
    /// The picture.
    pub video: Video,
    /// The sound, when there is any.
    pub audio: Option<Audio>,
    /// Bits per second of the whole file.
    pub bitrate: Option<u64>,
}

/// The video track that is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Video {
    /// Index among all streams.
    pub index: usize,
    /// ffmpeg's codec name.
    pub codec: String,
    /// The sample entry's four characters (`avc1`).
    pub tag: String,
    /// Profile in ffmpeg's words (`High`).
    pub profile: Option<String>,
    /// Level × 10 for H.264.
    pub level: Option<u32>,
    /// Width as coded, in pixels.
    pub coded_width: u32,
    /// Height as coded, in pixels.
    pub coded_height: u32,
    /// Width as shown: after the pixel aspect ratio and the rotation.
    pub width: u32,
    /// Height as shown.
    pub height: u32,
    /// Clockwise degrees the player must turn the frames: 0, 90, 180 or 270.
    pub rotation: u32,
    /// Whether pixels are square.
    pub square_pixels: bool,
    /// The grid that the renditions use.
    pub rate: Rate,
    /// Whether nominal and average rate differ by more than a percent.
    pub variable_rate: bool,
    /// Whether frames hold two fields.
    pub interlaced: bool,
    /// ffmpeg's pixel format.
    pub pixel_format: String,
    /// `smpte2084` or `arib-std-b67` for HDR.
    pub hdr_transfer: Option<String>,
    /// Bits per second, when the container says so.
    pub bitrate: Option<u64>,
}

/// The audio track that is heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Audio {
    /// Index among all streams.
    pub index: usize,
    /// ffmpeg's codec name.
    pub codec: String,
    /// Channels: 2 for stereo, 6 for 5.1.
    pub channels: u32,
    /// Seconds from [`Source::origin`] to its end, when known.
    pub end: Option<f64>,
}

/// Arguments of the ffprobe that reads `url`, pinned to the one demuxer and to network protocols.
pub fn arguments(container: Container, url: &str) -> Vec<String> {
    let network = !url.starts_with('/');
    let protocols = if network { "http,https,tcp,tls" } else { "file" };
    [
        "-v",
        "error",
        "-max_pixels",
        &MAX_PIXELS.to_string(),
        "-print_format",
        "json",
        "-show_format",
        "-show_streams",
        "-protocol_whitelist",
        protocols,
        "-format_whitelist",
        container.demuxer(),
        "-f",
        container.demuxer(),
        "-i",
        url,
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The facts in ffprobe's answer, or why this can never become a video.
pub fn parse(container: Container, answer: &[u8]) -> Result<Source, Rejected> {
    let report: json::Report = serde_json::from_slice(answer).map_err(|error| Rejected::Unreadable {
        container: container.label(),
        reason: format!("ffprobe's answer is incomplete ({error})"),
    })?;
    if report.streams.len() > MAX_STREAMS {
        return Err(too_large("number of streams", &report.streams.len(), &MAX_STREAMS));
    }
    let stream = video_stream(&report)?;
    let origin = report.format.start().unwrap_or(0.0);
    let video = video(stream)?;
    let duration = video_end(&report, stream, origin);
    if duration <= 0.0 || !duration.is_finite() {
        return Err(Rejected::NoDuration);
    }
    if duration > MAX_DURATION {
        let hours = |seconds: f64| format!("{:.1} hours", seconds / 3600.0);
        return Err(too_large("duration", &hours(duration), &hours(MAX_DURATION)));
    }
    Ok(Source { container, duration, origin, video, audio: audio(&report, origin), bitrate: report.format.bit_rate() })
}

fn too_large(what: &'static str, found: &impl ToString, limit: &impl ToString) -> Rejected {
    Rejected::TooLarge { what, found: found.to_string(), limit: limit.to_string() }
}

/// The first moving picture; cover art (`attached_pic`) is none (pitfall 23).
fn video_stream(report: &json::Report) -> Result<&json::Stream, Rejected> {
    let is = |kind: &str, stream: &json::Stream| stream.codec_type.as_deref() == Some(kind);
    let moving = report.streams.iter().find(|stream| is("video", stream) && !stream.is_still());
    match moving {
        Some(stream) => Ok(stream),
        None if report.streams.iter().any(|stream| is("audio", stream)) => Err(Rejected::AudioOnly),
        None => Err(Rejected::NoVideo),
    }
}

fn video(stream: &json::Stream) -> Result<Video, Rejected> {
    let codec = match stream.codec_name.as_deref() {
        Some(name) if name != "unknown" && name != "none" => name.to_owned(),
        _ => return Err(Rejected::UnknownCodec(stream.tag())),
    };
    let (Some(coded_width), Some(coded_height)) = (stream.width, stream.height) else {
        return Err(Rejected::NoVideo);
    };
    if coded_width == 0 || coded_height == 0 {
        return Err(Rejected::NoVideo);
    }
    let pixels = u64::from(coded_width) * u64::from(coded_height);
    if pixels > MAX_PIXELS || coded_width.max(coded_height) > MAX_SIDE {
        let found = format!("{coded_width}x{coded_height}");
        return Err(too_large("frame size", &found, &"8192x4352"));
    }
    let nominal = stream.nominal_rate();
    let average = stream.average_rate();
    if let Some(rate) = average.filter(|rate| rate.as_f64() > MAX_SOURCE_RATE) {
        let fps = |rate: f64| format!("{rate:.0} frames per second");
        return Err(too_large("frame rate", &fps(rate.as_f64()), &fps(MAX_SOURCE_RATE)));
    }
    let interlaced = stream.interlaced();
    let (width, height) = stream.shown_size(coded_width, coded_height);
    Ok(Video {
        index: stream.index,
        codec,
        tag: stream.tag(),
        profile: stream.profile.clone(),
        level: stream.level.and_then(|level| u32::try_from(level).ok()),
        coded_width,
        coded_height,
        width,
        height,
        rotation: stream.rotation(),
        square_pixels: stream.pixel_aspect().is_none(),
        rate: Rate::grid(nominal, average, interlaced),
        variable_rate: match (nominal, average) {
            (Some(r), Some(a)) => (r.as_f64() / a.as_f64() - 1.0).abs() > 0.01,
            _ => true,
        },
        interlaced,
        pixel_format: stream.pix_fmt.clone().unwrap_or_default(),
        hdr_transfer: stream.color_transfer.clone().filter(|name| name == "smpte2084" || name == "arib-std-b67"),
        bitrate: stream.bit_rate(),
    })
}

/// Seconds from the origin to the end of the picture; the whole file's when the track says nothing.
fn video_end(report: &json::Report, stream: &json::Stream, origin: f64) -> f64 {
    match stream.duration() {
        Some(duration) => stream.start().unwrap_or(origin) - origin + duration,
        None => report.format.duration().unwrap_or(0.0),
    }
}

/// The default audio track, or the first that can be decoded.
fn audio(report: &json::Report, origin: f64) -> Option<Audio> {
    let usable = || {
        report.streams.iter().filter(|stream| {
            stream.codec_type.as_deref() == Some("audio")
                && stream.channels.is_some_and(|channels| channels > 0)
                && stream.codec_name.as_deref().is_some_and(|name| name != "unknown" && name != "none")
        })
    };
    let stream = usable().find(|stream| stream.is_default()).or_else(|| usable().next())?;
    Some(Audio {
        index: stream.index,
        codec: stream.codec_name.clone()?,
        channels: stream.channels?,
        end: stream.duration().map(|duration| stream.start().unwrap_or(origin) - origin + duration),
    })
}

#[cfg(test)]
mod tests;
