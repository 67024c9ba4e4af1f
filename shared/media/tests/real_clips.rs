//! The commands run on real clips with the real ffmpeg, without S3: what comes out is what was planned.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod clips;
mod run;

use std::path::Path;

use clips::{decodes_clean, detect, make, original, probe};
use framehouse_media::{
    Rejected,
    output::Rendition,
    plan::{SegmentFormat, Settings},
};
use run::{Transcode, pictures, transcode};

fn fast() -> Settings {
    Settings { preset: "ultrafast".into(), segment_seconds: 2.0, ..Settings::default() }
}

/// Transcodes and checks what holds for every clip.
fn check(source: &Path, settings: &Settings, rungs: &[&str]) -> Transcode {
    let result = transcode(source, settings).unwrap();
    let names: Vec<String> =
        result.plan.rungs.iter().map(|rung| format!("{} {}x{}", rung.name, rung.width, rung.height)).collect();
    assert_eq!(names, rungs);
    decodes_clean(result.path("master.m3u8").to_str().unwrap());
    let frame = 1.0 / result.plan.source.video.rate.as_f64();
    for (rung, rendition) in result.plan.rungs.iter().zip(&result.renditions) {
        let playlist = result.path(&format!("{}.m3u8", rung.name));
        let stream = probe(&playlist, "v:0", "stream=width,height,pix_fmt,sample_aspect_ratio").concat();
        assert!(stream.starts_with(&format!("{},{}", rung.width, rung.height)), "{}: {stream}", rung.name);
        assert!(stream.contains("yuv420p") && !stream.contains("10le"), "{stream}");
        assert!(stream.contains("1:1") || stream.contains("N/A"), "{stream}");
        let off = rendition.seconds() - result.plan.source.duration;
        assert!(off.abs() <= frame + 0.001, "{} is {off:.3} s off (frame {frame:.3})", rung.name);
        let starts = result.times(&rung.name, "pts_time");
        assert!((starts[0] - result.offset()).abs() < 0.001, "{} starts at {}", rung.name, starts[0]);
    }
    if let Some(audio) = &result.plan.source.audio {
        let times = result.times("audio", "pts_time");
        let (first, last) = (times[0] - result.offset(), times[times.len() - 1] - result.offset());
        assert!(first.abs() <= 0.05, "audio starts at {first:.3}");
        if let Some(end) = audio.end {
            assert!((last + 1024.0 / 48_000.0 - end).abs() <= 0.05, "audio ends at {last:.3}, not {end:.3}");
        }
    }
    result
}

const HD: [&str; 4] = ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"];

#[test]
fn a_plain_clip_keeps_its_top_rung_in_both_formats() {
    for format in [SegmentFormat::Fmp4, SegmentFormat::Ts] {
        let directory = tempfile::tempdir().unwrap();
        let clip = make(directory.path(), "bbb-1080p.mp4", "-t 6 -c copy", "clip.mp4");
        let result = check(&clip, &Settings { format, ..fast() }, &HD);
        assert!(result.plan.copy, "H.264 within the cap is copied");
    }
}

#[test]
fn turned_portrait_and_odd_clips_come_out_as_shown() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let turned = make(at, "bbb-720p.mp4", "-t 4 -c copy -metadata:s:v:0 rotate=90", "turned.mp4");
    let result = check(&turned, &fast(), &["720p 720x1280", "480p 480x854", "360p 360x640"]);
    assert!(!result.plan.copy);
    let portrait = make(at, "bbb-720p.mp4", "-t 3 -vf transpose=1 -preset ultrafast -an", "portrait.mp4");
    check(&portrait, &fast(), &["720p 720x1280", "480p 480x854", "360p 360x640"]);
    let odd =
        make(at, "bbb-720p.mp4", "-t 3 -vf scale=853:479,setsar=1 -pix_fmt yuv444p -preset ultrafast -an", "odd.mkv");
    check(&odd, &fast(), &["478p 852x478", "360p 642x360"]);
}

#[test]
fn oblong_pixels_become_square() {
    check(&original("carphone.mp4"), &fast(), &["144p 192x144"]);
}

#[test]
fn a_phones_variable_rate_is_put_on_a_grid() {
    let result = check(&original("phone-vfr.mp4"), &fast(), &HD);
    assert!(result.plan.source.video.variable_rate && !result.plan.copy);
    assert_eq!(result.plan.source.video.rate.to_string(), "30/1");
}

#[test]
fn silence_and_surround() {
    let silent = check(&original("bikes.mp4"), &fast(), &["272p 640x272"]);
    assert!(silent.plan.source.audio.is_none());
    let surround = check(&original("bbb-720p.mp4"), &fast(), &["720p 1280x720", "480p 854x480", "360p 640x360"]);
    assert_eq!(surround.plan.source.audio.as_ref().unwrap().channels, 6);
    let channels = probe(&surround.path("audio.m3u8"), "a:0", "stream=channels,sample_rate");
    assert_eq!(channels[0], "48000,2");
}

#[test]
fn deep_hdr_and_interlaced_pictures_become_plain_ones() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let deep = make(at, "bbb-720p.mp4", "-t 3 -pix_fmt yuv420p10le -preset ultrafast -c:a copy", "deep.mp4");
    check(&deep, &fast(), &["720p 1280x720", "480p 854x480", "360p 640x360"]);
    let options = "-t 2 -vf scale=640:400 -pix_fmt yuv420p10le -preset ultrafast -an -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc";
    let hdr = check(&make(at, "bbb-720p.mp4", options, "hdr.mkv"), &fast(), &["360p 640x360"]);
    assert_eq!(hdr.plan.source.video.hdr_transfer.as_deref(), Some("smpte2084"));
    let fields = "-t 4 -vf scale=720:576,tinterlace=interleave_top,setfield=tff -flags +ildct+ilme -preset ultrafast -c:a aac -ac 2";
    let shown = ["576p 1024x576", "480p 854x480", "360p 640x360"];
    let interlaced = check(&make(at, "bbb-720p.mp4", fields, "fields.mp4"), &fast(), &shown);
    assert!(interlaced.plan.source.video.interlaced);
}

#[test]
fn every_container_plays() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let small = ["576p 1024x576", "480p 854x480", "360p 640x360"];
    check(&original("movie-hello.avi"), &fast(), &small);
    check(&original("movie-hello.mp4"), &fast(), &["720p 1280x720", "480p 854x480", "360p 640x360"]);
    // This file's sound is damaged beyond what ffmpeg decodes.
    let theora = transcode(&make(at, "movie-hello.ogg", "-c:v copy -an", "theora.ogv"), &fast()).unwrap();
    decodes_clean(theora.path("master.m3u8").to_str().unwrap());
    let program = transcode(&original("movie-hello.mpeg"), &fast()).unwrap();
    decodes_clean(program.path("master.m3u8").to_str().unwrap());
    let remuxed = "-t 4 -c:v copy -c:a aac -ac 2";
    for name in ["clip.mkv", "clip.ts", "clip.flv", "clip.mov"] {
        let clip = make(at, "bbb-720p.mp4", remuxed, name);
        check(&clip, &fast(), &["720p 1280x720", "480p 854x480", "360p 640x360"]);
    }
}

#[test]
fn chunks_have_exactly_the_time_stamps_of_a_single_pass() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let fields = "-vf scale=360:288,tinterlace=interleave_top,setfield=tff -flags +ildct+ilme -preset ultrafast";
    let cases = [
        ("bbb-720p.mp4", "-vf scale=426:240 -an -preset ultrafast -g 100", "film.mp4"),
        ("phone-vfr.mp4", "-c copy -an", "phone.mp4"),
        ("movie-hello.mp4", "-c copy -an", "late.mkv"),
        // These are never sought: each chunk decodes from the start.
        ("bbb-720p.mp4", "-vf scale=426:240 -an -preset ultrafast -g 100 -output_ts_offset 5", "stream.ts"),
        ("bbb-720p.mp4", "-vf scale=426:240 -an -c:v mpeg4 -bf 2", "old.avi"),
        ("bbb-720p.mp4", &format!("{fields} -an"), "fields.ts"),
    ];
    for (from, options, name) in cases {
        let clip = make(at, from, options, name);
        for format in [SegmentFormat::Fmp4, SegmentFormat::Ts] {
            let single = Settings { format, segment_seconds: 0.5, allow_copy: false, ..fast() };
            let chunked = Settings { chunk_seconds: 0.7, ..single.clone() };
            let (one, many) = (transcode(&clip, &single).unwrap(), transcode(&clip, &chunked).unwrap());
            assert_eq!(one.plan.chunks.len(), 1);
            assert!(many.plan.chunks.len() > 1, "{name} is chunked");
            decodes_clean(many.path("master.m3u8").to_str().unwrap());
            assert_eq!(pictures(&one.plan, &clip), pictures(&many.plan, &clip), "{name}: pictures are elsewhere");
            for (rung, (whole, joined)) in one.plan.rungs.iter().zip(one.renditions.iter().zip(&many.renditions)) {
                let lengths = |rendition: &Rendition| -> Vec<f64> {
                    rendition.segments.iter().map(|segment| segment.seconds).collect()
                };
                assert_eq!(lengths(whole), lengths(joined), "{name}");
                for field in ["pts_time", "dts_time"] {
                    assert_eq!(one.times(&rung.name, field), many.times(&rung.name, field), "{name} {field}");
                }
            }
        }
    }
}

/// Black until a flash, silence until a beep at the same moment; then shifted against each other by the container.
#[test]
fn sound_stays_with_the_picture() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let flash = "-t 6 -vf scale=426:240,drawbox=c=black:t=fill,drawbox=c=white:t=fill:enable='between(t,3,3.1)'";
    let beep = "-af pan=stereo|c0=c0|c1=c1,volume=0:enable='lt(t,3)' -preset ultrafast -g 40 -c:a aac";
    let base = make(at, "bbb-1080p.mp4", &format!("{flash} {beep}"), "base.mp4");
    let base = base.to_str().unwrap();
    let cases = [
        ("plain.mp4", "-c copy".to_owned()),
        ("late-picture.mp4", format!("-itsoffset -0.8 -i {base} -map 0:v -map 1:a -c copy")),
        ("late-sound.mkv", format!("-itsoffset 0.8 -i {base} -map 0:v -map 1:a -c copy")),
        ("begun-later.ts", "-c copy -output_ts_offset 5".to_owned()),
        ("cut-by-edit-list.mp4", "-ss 1.3 -c copy".to_owned()),
    ];
    for (name, options) in cases {
        let clip = make(at, base, &options, name);
        let result = transcode(&clip, &Settings { chunk_seconds: 2.5, ..fast() }).unwrap();
        let apart = |picture: &Path, sound: &Path| {
            let flash = detect(picture, "0:v:0", ["-vf", "blackdetect=d=0.05:pix_th=0.3"], "black_end:")[0];
            detect(sound, "0:a:0", ["-af", "silencedetect=n=-50dB:d=0.2"], "silence_end:")[0] - flash
        };
        let rung = result.path(&format!("{}.m3u8", result.plan.rungs[0].name));
        let moved = apart(&rung, &result.path("audio.m3u8")) - apart(&clip, &clip);
        assert!(moved.abs() <= 0.05, "{name}: the sound moved by {moved:.3} s");
    }
}

#[test]
fn what_can_never_play_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let audio = make(at, "bbb-720p.mp4", "-vn -c:a aac -ac 2", "audio.mp4");
    assert_eq!(transcode(&audio, &fast()).unwrap_err(), Rejected::AudioOnly);
    let text = at.join("text.mp4");
    std::fs::write(&text, "I am a video, believe me.\n").unwrap();
    assert!(matches!(transcode(&text, &fast()), Err(Rejected::NotVideo(_))));
    let whole = make(at, "bbb-720p.mp4", "-c copy -movflags +faststart", "whole.mp4");
    let bytes = std::fs::read(&whole).unwrap();
    let cut = at.join("cut.mp4");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(transcode(&cut, &fast()), Err(Rejected::MissingBytes { .. })));
    let stream = make(at, "bbb-720p.mp4", "-c:v copy -an", "whole.mkv");
    let bytes = std::fs::read(&stream).unwrap();
    let cut = at.join("cut.mkv");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    assert!(
        matches!(transcode(&cut, &fast()), Err(Rejected::Truncated { .. })),
        "{:?}",
        transcode(&cut, &fast()).map(|_| ())
    );
}
