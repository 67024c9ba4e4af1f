//! Pictures, made from finished segments joined into one local file.

use super::Args;
use crate::{images::Sheet, plan::SegmentFormat};

/// Demuxer of joined segments.
fn demuxer(format: SegmentFormat) -> &'static str {
    match format {
        SegmentFormat::Fmp4 => "mov",
        SegmentFormat::Ts => "mpegts",
    }
}

fn joined(format: SegmentFormat, path: &str, before: &[&str]) -> Args {
    let mut args = Args::new();
    args.add(before.iter().copied());
    args.source(demuxer(format), path);
    args
}

/// A picture that tells what the video is about: the one most like the others, which a black or a title frame never is
/// (pitfall 27). Keyframes are compared, and with few of them, frames a quarter second apart.
pub fn poster(format: SegmentFormat, path: &str, keyframes: usize, output: &str) -> Vec<String> {
    let few = keyframes < 3;
    let before: &[&str] = if few { &[] } else { &["-skip_frame", "nokey"] };
    let mut args = joined(format, path, before);
    args.pair("-vf", if few { "fps=4,thumbnail=n=30".to_owned() } else { format!("thumbnail=n={keyframes}") });
    args.add(["-frames:v", "1", "-q:v", "3", "-f", "image2", "-update", "1", output]);
    args.list
}

/// Tiles of one picture each, for previews while seeking.
pub fn storyboard(format: SegmentFormat, path: &str, sheet: &Sheet, output: &str) -> Vec<String> {
    let before: &[&str] = if sheet.keyframes_only { &["-skip_frame", "nokey"] } else { &[] };
    let mut args = joined(format, path, before);
    let select = if sheet.keyframes_only {
        String::new()
    } else {
        // A hundredth of a second early: the grid's time stamps are rounded.
        format!("select='gte(t+0.01,selected_n*{})',", sheet.interval)
    };
    args.pair(
        "-vf",
        format!(
            "{select}scale={}:{},setsar=1,tile={}x{}",
            sheet.tile_width, sheet.tile_height, sheet.columns, sheet.rows
        ),
    );
    args.add(["-fps_mode", "passthrough", "-frames:v", "1", "-q:v", "5"]);
    args.add(["-f", "image2", "-update", "1", output]);
    args.list
}

/// Three seconds in motion, ten pictures a second.
pub fn preview(format: SegmentFormat, path: &str, seconds: f64, output: &str) -> Vec<String> {
    let mut args = joined(format, path, &[]);
    args.pair("-t", format!("{seconds:.3}"));
    args.add(["-vf", "fps=10,scale='min(320,iw)':-2", "-c:v", "libwebp_anim", "-loop", "0"]);
    args.add(["-q:v", "60", "-f", "webp", output]);
    args.list
}
