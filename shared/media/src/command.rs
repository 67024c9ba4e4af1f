//! The ffmpeg arguments of each task.
//!
//! One mechanism serves short clips and films: the source's time line is moved to zero and put on a
//! constant grid, and a chunk is the frames `[start, end)` of that grid. Because every chunk counts
//! frames from the same zero, chunks encoded apart have exactly the time stamps of a single pass.
//!
//! Every command writes `{rendition}.m3u8`, `{rendition}_init.mp4` and `{rendition}_00000.m4s|ts`
//! into one directory. A segment is complete when the next one exists or ffmpeg has ended: of fragmented
//! MP4, ffmpeg 5.1 renames no file when it is whole.

use crate::{Container, Plan, Rung, plan::SegmentFormat, probe::MAX_PIXELS, timeline::Chunk};

mod filter;
mod image;
mod thumbnail;

pub use image::{poster, preview, storyboard};
pub use thumbnail::{THUMBNAIL_WIDTH, first_picture, thumbnail, thumbnail_size};

/// Seconds added to every time stamp, so that B-frames and audio priming stay positive.
pub const OFFSET: u32 = 1;
/// The audio rendition's name.
pub const AUDIO: &str = "audio";
/// The audio's bit rate in kbit/s.
pub const AUDIO_KBIT: u32 = 128;

/// The command for one chunk: one decode feeds every encoded rung.
pub fn video(plan: &Plan, chunk: &Chunk, url: &str, directory: &str) -> Vec<String> {
    let mut args = Args::new();
    if chunk.start > 0 && plan.source.container.seekable() {
        // Keep the frames from the keyframe before on, so that the grid's filter knows what was
        // shown when the chunk begins. Decoding time stamps run ahead of those shown: hence the room.
        let rate = plan.source.video.rate;
        let room = (4.0 / rate.as_f64()).max(0.5);
        let from = plan.source.origin + rate.seconds(chunk.start) - room;
        args.add(["-noaccurate_seek", "-seek_timestamp", "1"]);
        args.pair("-ss", format!("{from:.6}"));
    }
    args.input(plan, url);
    args.pair("-filter_complex", filter::graph(plan, chunk));
    encode(&mut args, plan, &keyframe_times(plan, chunk));
    let names = plan.encoded().iter().map(|rung| rung.name.as_str());
    args.hls(plan.segment_format, "0.1", chunk.first_segment, "v", names, directory);
    args.list
}

/// The command that copies the source's own track as the top rung.
pub fn copy(plan: &Plan, url: &str, directory: &str) -> Vec<String> {
    let mut args = Args::new();
    args.input(plan, url);
    args.pair("-map", format!("0:{}", plan.source.video.index));
    args.add(["-c:v", "copy"]);
    let name = plan.rungs.first().map_or("", |rung| rung.name.as_str());
    let seconds = format!("{:.3}", plan.segment_millis as f64 / 1000.0);
    args.hls(plan.segment_format, &seconds, 0, "v", [name].into_iter(), directory);
    args.list
}

/// The command for the whole audio: encoded once and continuously, since AAC primes its encoder
/// and chunk joins would click (pitfall 26). Gaps are filled so that sound stays with picture, and sound long after the
/// picture is left out: players would show a video that ends late.
pub fn audio(plan: &Plan, url: &str, directory: &str) -> Vec<String> {
    let mut args = Args::new();
    args.input(plan, url);
    let index = plan.source.audio.as_ref().map_or(0, |audio| audio.index);
    args.pair(
        "-filter_complex",
        format!(
            "[0:{index}]aresample=48000:async=1:first_pts=0,atrim=end={:.6},aformat=channel_layouts=stereo[a]",
            plan.audio_end()
        ),
    );
    args.add(["-map", "[a]", "-c:a", "aac", "-b:a"]);
    args.add([format!("{AUDIO_KBIT}k").as_str()]);
    let seconds = format!("{:.3}", plan.segment_millis as f64 / 1000.0);
    args.hls(plan.segment_format, &seconds, 0, "a", [AUDIO].into_iter(), directory);
    args.list
}

/// The yardstick of `bench transcode`: one plain ffmpeg run over the whole file with the same
/// rungs, encoder settings, cuts and audio, and none of what chunking needs.
pub fn baseline(plan: &Plan, url: &str, directory: &str) -> Vec<String> {
    let mut args = Args::new();
    args.pair("-i", url);
    let rungs = plan.encoded();
    let index = plan.source.video.index;
    let graph = format!("[0:{index}]split={}{}", rungs.len(), filter::scales(rungs));
    args.pair("-filter_complex", graph);
    let whole = Chunk { first_segment: 0, segments: plan.segments(), start: 0, end: plan.frames };
    encode(&mut args, plan, &keyframe_times(plan, &whole));
    let mut map: Vec<String> =
        (0..rungs.len()).map(|rung| format!("v:{rung},agroup:audio,name:{}", rungs[rung].name)).collect();
    if let Some(audio) = &plan.source.audio {
        args.pair("-map", format!("0:{}", audio.index));
        args.add(["-c:a", "aac", "-ac", "2", "-ar", "48000", "-b:a"]);
        args.add([format!("{AUDIO_KBIT}k").as_str()]);
        map.push(format!("a:0,agroup:audio,name:{AUDIO}"));
    }
    let seconds = format!("{:.3}", plan.segment_millis as f64 / 1000.0);
    args.muxer(plan.segment_format, &seconds, 0, &map.join(" "), directory);
    args.list
}

/// Encoder settings of all rungs, mapped in order.
fn encode(args: &mut Args, plan: &Plan, keyframes: &str) {
    let rungs = plan.encoded();
    for number in 0..rungs.len() {
        args.pair("-map", format!("[v{number}]"));
    }
    args.add(["-fps_mode", "passthrough", "-c:v", "libx264"]);
    args.pair("-preset", plan.preset.as_str());
    // Keyframes only where segments begin: scene cuts and the usual distance would add others, at
    // different places in different rungs.
    args.add(["-profile:v", "high", "-crf", "23", "-sc_threshold", "0", "-g", "100000"]);
    args.pair("-force_key_frames", keyframes);
    for (number, Rung { maxrate, bufsize, .. }) in rungs.iter().enumerate() {
        args.pair(&format!("-maxrate:v:{number}"), format!("{maxrate}k"));
        args.pair(&format!("-bufsize:v:{number}"), format!("{bufsize}k"));
    }
}

/// When the chunk's segments begin, in seconds from the origin.
///
/// A quarter frame early: a frame is forced to be a keyframe when its time is at or after the one
/// asked for, decimals are rounded, and so is the result to the encoder's own clock.
fn keyframe_times(plan: &Plan, chunk: &Chunk) -> String {
    let rate = plan.source.video.rate;
    let quarter = 0.25 / rate.as_f64();
    plan.cuts
        .iter()
        .filter(|&&cut| cut > chunk.start && cut < chunk.end)
        .map(|&cut| format!("{:.6}", rate.seconds(cut) - quarter))
        .reduce(|list, time| list + "," + &time)
        .unwrap_or_else(|| "0".to_owned())
}

/// A list of arguments under construction.
struct Args {
    list: Vec<String>,
}

impl Args {
    fn new() -> Self {
        let mut args = Self { list: Vec::new() };
        // Warnings and the progress line only: the source's own tags, which the banner prints, are a stranger's text.
        args.add(["-hide_banner", "-loglevel", "level+warning", "-stats", "-stats_period", "1", "-nostdin", "-y"]);
        args
    }

    fn add<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) {
        self.list.extend(values.into_iter().map(str::to_owned));
    }

    fn pair(&mut self, name: &str, value: impl Into<String>) {
        self.list.push(name.to_owned());
        self.list.push(value.into());
    }

    /// The source, with its demuxer and protocols pinned (pitfall 31) and reads that time out.
    fn input(&mut self, plan: &Plan, url: &str) {
        let container = plan.source.container;
        self.add(timestamps(container).iter().copied());
        // A track can announce small frames and hold vast ones.
        self.pair("-max_pixels", MAX_PIXELS.to_string());
        self.source(container.demuxer(), url);
    }

    fn source(&mut self, demuxer: &str, url: &str) {
        if url.starts_with('/') {
            self.add(["-protocol_whitelist", "file"]);
        } else {
            self.add(["-protocol_whitelist", "http,https,tcp,tls"]);
            self.add(["-reconnect", "1", "-reconnect_on_network_error", "1"]);
            self.add(["-reconnect_on_http_error", "5xx", "-reconnect_delay_max", "8"]);
            self.add(["-rw_timeout", "30000000"]);
        }
        self.add(["-format_whitelist", demuxer, "-f", demuxer, "-i", url]);
    }

    /// The hls muxer with one variant a name, all of `kind` (`v` or `a`).
    fn hls<'a>(
        &mut self,
        format: SegmentFormat,
        seconds: &str,
        first: usize,
        kind: &str,
        names: impl Iterator<Item = &'a str>,
        directory: &str,
    ) {
        let map: Vec<String> = names.enumerate().map(|(number, name)| format!("{kind}:{number},name:{name}")).collect();
        self.muxer(format, seconds, first, &map.join(" "), directory);
    }

    fn muxer(&mut self, format: SegmentFormat, seconds: &str, first: usize, map: &str, directory: &str) {
        // The original's tags (place, device, names) are not for viewers.
        self.add(["-map_metadata", "-1", "-map_chapters", "-1"]);
        self.pair("-output_ts_offset", OFFSET.to_string());
        self.pair("-f", "hls");
        self.pair("-hls_time", seconds);
        self.pair("-start_number", first.to_string());
        self.add(["-hls_playlist_type", "vod", "-hls_list_size", "0"]);
        self.add(["-hls_flags", "independent_segments+temp_file"]);
        let (kind, options) = match format {
            SegmentFormat::Fmp4 => ("fmp4", format!("movflags=+frag_discont:fragment_index={}", first + 1)),
            SegmentFormat::Ts => ("mpegts", "mpegts_flags=+initial_discontinuity".to_owned()),
        };
        self.pair("-hls_segment_type", kind);
        self.pair("-hls_segment_options", options);
        // ffmpeg 5.1 leaves `%v` in this one name as it is when there is a single variant.
        let alone = map.rsplit_once("name:").filter(|_| !map.contains(' '));
        let init = alone.map_or("%v", |(_, name)| name);
        self.pair("-hls_fmp4_init_filename", format!("{init}_init.mp4"));
        let extension = format.extension();
        self.pair("-hls_segment_filename", format!("{directory}/%v_%05d.{extension}"));
        self.pair("-var_stream_map", map);
        self.list.push(format!("{directory}/%v.m3u8"));
    }
}

/// How the source's time line is moved to zero.
///
/// Where seeking is exact, time stamps are kept as they are, less the file's start. Elsewhere
/// ffmpeg's repair of jumps in the time line is wanted, which `-copyts` would switch off.
fn timestamps(container: Container) -> &'static [&'static str] {
    if container.seekable() { &["-copyts", "-start_at_zero"] } else { &[] }
}

#[cfg(test)]
mod tests;
