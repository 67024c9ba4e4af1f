//! The filter graph of a chunk.

use std::fmt::Write;

use crate::{Plan, Rung, probe::Video, timeline::Chunk};

/// Decoded frames → grid → the chunk's frames → one labelled output a rung (`[v0]`, `[v1]` …).
pub(super) fn graph(plan: &Plan, chunk: &Chunk) -> String {
    let video = &plan.source.video;
    let rungs = plan.encoded();
    let mut steps: Vec<String> = Vec::new();
    if video.interlaced {
        steps.extend(skip(plan, chunk));
        steps.push("bwdif=mode=send_frame:parity=auto:deint=all".to_owned());
    }
    steps.push(grid(plan, chunk));
    steps.push(trim(plan, chunk));
    if let Some(transfer) = &video.hdr_transfer {
        steps.extend(shrink(video, rungs));
        steps.push(tone_map(transfer));
    }
    format!("[0:{}]{},split={}{}", video.index, steps.join(","), rungs.len(), scales(rungs))
}

/// The outputs of `split`, each scaled: square pixels, 8 bits, 4:2:0 (pitfall 24).
pub(super) fn scales(rungs: &[Rung]) -> String {
    let mut labels = String::new();
    let mut chains = String::new();
    for (number, Rung { width, height, .. }) in rungs.iter().enumerate() {
        let _ = write!(labels, "[s{number}]");
        let _ = write!(chains, ";[s{number}]scale={width}:{height}:flags=bicubic,setsar=1,format=yuv420p[v{number}]");
    }
    labels + &chains
}

/// Puts frames on the grid. What is decoded from the start begins at zero even when the picture starts later.
fn grid(plan: &Plan, chunk: &Chunk) -> String {
    let from_start = chunk.start == 0 || !plan.source.container.seekable();
    format!("fps={}{}", plan.source.video.rate, if from_start { ":start_time=0" } else { "" })
}

/// Leaves out what is long before a chunk that was not sought: weaving fields costs more than decoding them. A second is
/// left for the frames around.
fn skip(plan: &Plan, chunk: &Chunk) -> Option<String> {
    let start = plan.source.video.rate.seconds(chunk.start) - 1.0;
    (start > 0.0 && !plan.source.container.seekable()).then(|| format!("trim=start={start:.6}"))
}

/// Keeps the chunk's frames; edges lie a quarter frame before a frame, away from rounding.
///
/// The last chunk runs to the end of the source, which may differ from what was promised, but not
/// by more than a second: a broken time stamp must not fill the disk with repeated frames.
fn trim(plan: &Plan, chunk: &Chunk) -> String {
    let rate = plan.source.video.rate;
    let edge = |frame: u64| rate.seconds(frame) - 0.25 / rate.as_f64();
    let slack = if chunk.end == plan.frames { 1.0 } else { 0.0 };
    format!("trim=start={:.6}:end={:.6}", edge(chunk.start), edge(chunk.end) + slack)
}

/// To the size of the top rung, when frames are larger: mapping tones in floating point costs most of all, a pixel.
fn shrink(video: &Video, rungs: &[Rung]) -> Option<String> {
    let top = rungs.first().filter(|top| top.width < video.width || top.height < video.height)?;
    Some(format!("scale={}:{}:flags=bicubic", top.width, top.height))
}

/// HDR to BT.709 in linear light.
fn tone_map(transfer: &str) -> String {
    format!(
        "zscale=tin={transfer}:min=bt2020nc:pin=bt2020:t=linear:npl=100,format=gbrpf32le,\
         zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
    )
}
