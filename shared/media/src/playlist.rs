//! HLS playlists (RFC 8216): our own writers, and a reader for those that ffmpeg writes a chunk.

use std::fmt::Write;

use crate::plan::SegmentFormat;

/// One segment of a media playlist.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its duration in seconds.
    pub seconds: f64,
    /// Its address relative to the playlist.
    pub uri: String,
}

/// One video rendition in a master playlist.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Address of its media playlist.
    pub uri: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Largest bit rate of any segment, audio included, in bit/s.
    pub bandwidth: u64,
    /// Mean bit rate, audio included, in bit/s.
    pub average_bandwidth: u64,
    /// Codec strings, comma separated, audio included.
    pub codecs: String,
    /// Frames per second.
    pub frame_rate: f64,
}

/// A whole media playlist. `init` is the initialization segment's address (fragmented MP4).
pub fn media(format: SegmentFormat, init: Option<&str>, segments: &[Segment]) -> String {
    // RFC 8216 §4.3.3.1: no duration, rounded to the nearest integer, may exceed the target.
    let longest = segments.iter().map(|segment| segment.seconds).fold(0.0, f64::max);
    let mut text = header(format);
    let _ = writeln!(text, "#EXT-X-TARGETDURATION:{}", longest.round().max(1.0));
    text.push_str("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n");
    if let Some(uri) = init {
        let _ = writeln!(text, "#EXT-X-MAP:URI=\"{uri}\"");
    }
    for segment in segments {
        let _ = writeln!(text, "#EXTINF:{:.6},\n{}", segment.seconds, segment.uri);
    }
    text.push_str("#EXT-X-ENDLIST\n");
    text
}

/// A master playlist, best rendition first; `audio` is the audio rendition's playlist.
pub fn master(format: SegmentFormat, variants: &[Variant], audio: Option<&str>) -> String {
    let mut text = header(format);
    if let Some(uri) = audio {
        let _ = writeln!(
            text,
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Audio\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"{uri}\""
        );
    }
    for variant in variants {
        let _ = write!(
            text,
            "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}\",RESOLUTION={}x{},FRAME-RATE={:.3}",
            variant.bandwidth,
            variant.average_bandwidth,
            variant.codecs,
            variant.width,
            variant.height,
            variant.frame_rate,
        );
        if audio.is_some() {
            text.push_str(",AUDIO=\"audio\"");
        }
        let _ = writeln!(text, "\n{}", variant.uri);
    }
    text
}

fn header(format: SegmentFormat) -> String {
    let version = match format {
        SegmentFormat::Fmp4 => 7,
        SegmentFormat::Ts => 6,
    };
    format!("#EXTM3U\n#EXT-X-VERSION:{version}\n#EXT-X-INDEPENDENT-SEGMENTS\n")
}

/// The segments of a media playlist that ffmpeg wrote; `None` when a line makes no sense.
pub fn parse(text: &str) -> Option<Vec<Segment>> {
    let mut lines = text.lines();
    if lines.next()? != "#EXTM3U" {
        return None;
    }
    let mut segments = Vec::new();
    let mut pending = None;
    for line in lines {
        if let Some(value) = line.strip_prefix("#EXTINF:") {
            let seconds: f64 = value.split(',').next()?.parse().ok()?;
            pending = Some(seconds);
        } else if !line.starts_with('#') && !line.is_empty() {
            let seconds = pending.take()?;
            let uri = line.to_owned();
            segments.push(Segment { seconds, uri });
        }
    }
    Some(segments)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn segments(durations: &[f64]) -> Vec<Segment> {
        let segment =
            |(number, &seconds): (usize, &f64)| Segment { seconds, uri: format!("segments/1080p_{number:05}.m4s") };
        durations.iter().enumerate().map(segment).collect()
    }

    fn variant(name: &str, width: u32, height: u32, bandwidth: u64) -> Variant {
        Variant {
            uri: format!("{name}.m3u8"),
            width,
            height,
            bandwidth,
            average_bandwidth: bandwidth * 3 / 4,
            codecs: "avc1.640028,mp4a.40.2".into(),
            frame_rate: 24_000.0 / 1001.0,
        }
    }

    #[test]
    fn media_playlists() {
        let segments = segments(&[4.004, 4.004, 1.501_5]);
        let init = Some("segments/1080p_init.mp4");
        insta::assert_snapshot!("media_fmp4", media(SegmentFormat::Fmp4, init, &segments));
        insta::assert_snapshot!("media_ts", media(SegmentFormat::Ts, None, &segments));
    }

    #[test]
    fn master_playlists() {
        let variants = [variant("1080p", 1920, 1080, 5_300_000), variant("360p", 640, 360, 900_000)];
        insta::assert_snapshot!("master", master(SegmentFormat::Fmp4, &variants, Some("audio.m3u8")));
        insta::assert_snapshot!("master_silent", master(SegmentFormat::Ts, &variants[1..], None));
    }

    #[test]
    fn nonsense_is_no_playlist() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("#EXTM3U\nsegment.ts\n"), None);
        assert_eq!(parse("#EXTM3U\n#EXTINF:x,\nsegment.ts\n"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(durations in proptest::collection::vec(0.01f64..60.0, 1..40)) {
            let written = segments(&durations);
            let read = parse(&media(SegmentFormat::Fmp4, Some("init.mp4"), &written)).unwrap();
            prop_assert_eq!(read.len(), written.len());
            for (read, written) in read.iter().zip(&written) {
                prop_assert!((read.seconds - written.seconds).abs() < 1e-6);
                prop_assert_eq!(&read.uri, &written.uri);
            }
        }
    }
}
