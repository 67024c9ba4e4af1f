use super::*;
use crate::{
    images::Sheet,
    mp4::Timing,
    plan::{
        Settings,
        tests::{source, timing},
    },
};

const URL: &str = "https://bucket.example/originals/a.mp4?X-Amz-Signature=0";

/// One argument a line reads well in a diff.
fn lines(args: &[String]) -> String {
    args.join("\n")
}

fn plan(settings: &Settings, timing: Option<&Timing>) -> Plan {
    Plan::new(source(), timing, settings)
}

#[test]
fn a_short_clip_is_one_command() {
    let plan = plan(&Settings::default(), None);
    insta::assert_snapshot!("video_single", lines(&video(&plan, &plan.chunks[0], URL, "/tmp/out")));
}

#[test]
fn a_later_chunk_seeks_and_counts_on() {
    let settings = Settings { chunk_seconds: 8.0, ..Settings::default() };
    let plan = plan(&settings, None);
    insta::assert_snapshot!("video_chunk", lines(&video(&plan, &plan.chunks[1], URL, "/tmp/out")));
}

#[test]
fn hdr_interlaced_transport_streams() {
    let mut source = source();
    source.container = Container::MpegTs;
    source.video.interlaced = true;
    source.video.hdr_transfer = Some("smpte2084".into());
    let settings = Settings { format: SegmentFormat::Ts, ..Settings::default() };
    let plan = Plan::new(source, None, &settings);
    insta::assert_snapshot!("video_hdr_ts", lines(&video(&plan, &plan.chunks[0], URL, "/tmp/out")));
}

#[test]
fn copied_rung_and_audio() {
    let plan = plan(&Settings::default(), Some(&timing()));
    insta::assert_snapshot!("copy", lines(&copy(&plan, URL, "/tmp/out")));
    insta::assert_snapshot!("audio", lines(&audio(&plan, URL, "/tmp/out")));
    insta::assert_snapshot!("baseline", lines(&baseline(&plan, "/clips/bbb.mp4", "/tmp/out")));
}

#[test]
fn pictures() {
    let sheet = Sheet::new(30.0, 4.0, 640, 360);
    let all = [
        poster(SegmentFormat::Fmp4, "/tmp/a.mp4", 4, "/tmp/poster.jpg"),
        storyboard(SegmentFormat::Fmp4, "/tmp/a.mp4", &sheet, "/tmp/storyboard.jpg"),
        preview(SegmentFormat::Ts, "/tmp/a.ts", 3.0, "/tmp/preview.webp"),
    ];
    let text: Vec<_> = all.iter().map(|args| args.join(" ")).collect();
    insta::assert_snapshot!("pictures", text.join("\n\n"));
}
