//! A picture of a video, from the source itself.

use std::fmt::Write;

use super::{Args, MAX_PIXELS};
use crate::Source;

/// The most pixels of a thumbnail's width.
pub const THUMBNAIL_WIDTH: u32 = 640;
/// Videos up to so many seconds are decoded whole; of longer ones a few moments are sought.
const SHORT: f64 = 8.0;
/// The moments, as parts of the duration. The first frame is none of them: it is often black (pitfall 27).
const MOMENTS: [f64; 4] = [0.1, 0.25, 0.45, 0.65];
/// Mean luma (0 to 255) above which a picture shows something.
const DARK: u32 = 32;
/// The most pictures to choose from: all of them are held in memory.
const CHOICE: u32 = 60;

/// Width and height of the thumbnail of a source: its shape, even numbers, never enlarged.
pub fn thumbnail_size(source: &Source) -> (u32, u32) {
    let even = |pixels: f64| ((pixels / 2.0).round() as u32 * 2).max(2);
    let scale = (f64::from(THUMBNAIL_WIDTH) / f64::from(source.video.width)).min(1.0);
    (even(f64::from(source.video.width) * scale), even(f64::from(source.video.height) * scale))
}

/// The command for a picture that tells what the video at `url` is about: of several moments the one most like the others,
/// dark ones aside. A video that is dark throughout has none, and is asked for its [`first_picture`].
pub fn thumbnail(source: &Source, url: &str, output: &str) -> Vec<String> {
    let mut args = Args::new();
    let index = source.video.index;
    let mut graph = String::new();
    if source.duration > SHORT && source.container.seekable() {
        let mut labels = String::new();
        for (input, part) in MOMENTS.iter().enumerate() {
            args.pair("-ss", format!("{:.3}", source.duration * part));
            args.look(source, url);
            let _ = write!(graph, "[{input}:{index}]trim=end_frame=1,setpts=PTS-STARTPTS[m{input}];");
            let _ = write!(labels, "[m{input}]");
        }
        let _ = write!(graph, "{labels}concat=n={}:v=1", MOMENTS.len());
    } else {
        args.look(source, url);
        // What cannot be sought is read from its start, and not for long.
        let seconds = source.duration.min(f64::from(CHOICE));
        let (from, rate) = (seconds * MOMENTS[0], if seconds > SHORT { 1 } else { 4 });
        let _ = write!(graph, "[0:{index}]setpts=PTS-STARTPTS,trim=start={from:.3}:end={seconds:.3},");
        let _ = write!(graph, "fps={rate}:start_time={from:.3}");
    }
    let bright = format!("metadata=mode=select:key=lavfi.signalstats.YAVG:value={DARK}:function=greater");
    let _ = write!(graph, ",{},signalstats,{bright},thumbnail=n={CHOICE}[picture]", small(source));
    args.picture(graph, output)
}

/// The command for the picture most like the others among the first ones, however dark.
pub fn first_picture(source: &Source, url: &str, output: &str) -> Vec<String> {
    let mut args = Args::new();
    args.look(source, url);
    args.picture(format!("[0:{}]{},thumbnail=n=10[picture]", source.video.index, small(source)), output)
}

fn small(source: &Source) -> String {
    let (width, height) = thumbnail_size(source);
    format!("scale={width}:{height},setsar=1,format=yuvj420p")
}

impl Args {
    /// The source, as much of it as a few frames need.
    fn look(&mut self, source: &Source, url: &str) {
        self.pair("-max_pixels", MAX_PIXELS.to_string());
        self.source(source.container.demuxer(), url);
    }

    fn picture(mut self, graph: String, output: &str) -> Vec<String> {
        self.pair("-filter_complex", graph);
        self.add(["-map", "[picture]", "-frames:v", "1", "-q:v", "4", "-map_metadata", "-1"]);
        self.add(["-f", "image2", "-update", "1", output]);
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Container;

    fn source(container: Container, duration: f64, width: u32, height: u32) -> Source {
        let report = format!(
            r#"{{"streams":[{{"index":0,"codec_type":"video","codec_name":"h264","width":{width},"height":{height},
                "r_frame_rate":"25/1","avg_frame_rate":"25/1","duration":"{duration}","start_time":"0"}}],
                "format":{{"start_time":"0","duration":"{duration}"}}}}"#
        );
        crate::probe::parse(container, report.as_bytes()).unwrap()
    }

    #[test]
    fn a_thumbnail_keeps_the_shape_and_is_never_enlarged() {
        for (size, expected) in
            [((1920, 1080), (640, 360)), ((1080, 1920), (640, 1138)), ((320, 181), (320, 182)), ((8000, 10), (640, 2))]
        {
            assert_eq!(thumbnail_size(&source(Container::Mov, 10.0, size.0, size.1)), expected);
        }
    }

    #[test]
    fn long_videos_are_sought_and_what_cannot_be_sought_is_read_for_a_minute() {
        let seeks = |container, duration| {
            let command = thumbnail(&source(container, duration, 640, 360), "https://b/k", "/o.jpg");
            (command.iter().filter(|argument| *argument == "-ss").count(), command.join(" "))
        };
        assert_eq!(seeks(Container::Mov, 7200.0).0, 4);
        assert_eq!(seeks(Container::Mov, 5.0).0, 0);
        let (none, command) = seeks(Container::MpegPs, 7200.0);
        assert!(none == 0 && command.contains("trim=start=6.000:end=60.000"), "{command}");
    }
}
