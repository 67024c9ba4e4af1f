use super::*;
use crate::plan::{
    Settings,
    tests::{source, timing},
};

/// Outputs that follow the plan exactly.
fn outputs(plan: &Plan) -> BTreeMap<String, TaskOutput> {
    let part = |name: &str, first: usize, count: usize| Part {
        name: name.to_owned(),
        codec: "avc1.640028".into(),
        init: Some(init(name.as_bytes())),
        first,
        segments: (first..first + count)
            .map(|number| Produced { seconds: plan.segment_seconds(number), bytes: 1_000_000 })
            .collect(),
    };
    plan.tasks()
        .iter()
        .map(|(task, _)| {
            let renditions = match *task {
                Task::Video(number) => {
                    let chunk = &plan.chunks[number];
                    let rungs = plan.encoded().iter();
                    rungs.map(|rung| part(&rung.name, chunk.first_segment, chunk.segments)).collect()
                }
                Task::Copy => vec![part(&plan.rungs[0].name, 0, plan.segments())],
                Task::Audio => vec![part("audio", 0, plan.segments())],
            };
            (task.name(), TaskOutput { renditions })
        })
        .collect()
}

fn chunked() -> Plan {
    Plan::new(source(), None, &Settings { chunk_seconds: 8.0, ..Settings::default() })
}

#[test]
fn chunks_make_whole_renditions() {
    let plan = chunked();
    let renditions = assemble(&plan, &outputs(&plan)).unwrap();
    let names: Vec<_> = renditions.iter().map(|rendition| rendition.name.as_str()).collect();
    assert_eq!(names, ["1080p", "720p", "480p", "360p", "audio"]);
    assert_eq!(renditions[0].segments.len(), plan.segments());
    let variants = variants(&plan, &renditions);
    assert_eq!(variants.len(), 4);
    assert_eq!(variants[0].codecs, "avc1.640028,mp4a.40.2");
    assert!(variants[0].bandwidth >= variants[0].average_bandwidth);
}

#[test]
fn a_source_that_ends_early_is_rejected() {
    let plan = chunked();
    let mut outputs = outputs(&plan);
    let last = outputs.get_mut("video-00003").unwrap();
    for part in &mut last.renditions {
        part.segments.truncate(1);
    }
    let mismatch = assemble(&plan, &outputs).unwrap_err();
    assert_eq!(
        mismatch.to_string(),
        "The video ends after 28.0 of 30.0 seconds: the file is cut off or damaged. Upload it again."
    );
}

#[test]
fn missing_and_different_parts_are_noticed() {
    let plan = chunked();
    let mut missing = outputs(&plan);
    missing.remove("video-00001");
    assert!(matches!(assemble(&plan, &missing), Err(Mismatch::Broken(_))));
    let mut different = outputs(&plan);
    different.get_mut("video-00002").unwrap().renditions[0].init = Some(init(b"other"));
    assert!(matches!(assemble(&plan, &different), Err(Mismatch::Broken(_))));
}

#[test]
fn a_copied_rung_out_of_step_asks_for_encoding() {
    let plan = Plan::new(source(), Some(&timing()), &Settings::default());
    let mut outputs = outputs(&plan);
    assert!(assemble(&plan, &outputs).is_ok());
    outputs.get_mut("copy").unwrap().renditions[0].segments[2].seconds += 0.1;
    assert!(matches!(assemble(&plan, &outputs), Err(Mismatch::Copy(_))));
}

#[test]
fn rounding_is_no_cut() {
    assert!(truncated(29.9, 30.0).is_none());
    assert!(truncated(7150.0, 7200.0).is_none());
    assert!(truncated(0.2, 0.9).is_some());
    assert!(truncated(9.0, 30.0).is_some());
}

#[test]
fn sound_may_end_early_but_not_be_cut() {
    let plan = chunked();
    assert_eq!(plan.source.audio.as_ref().unwrap().end, Some(30.0));
    assert!(sound_truncated(&plan, 28.1).is_none());
    let refusal = sound_truncated(&plan, 12.0).unwrap().to_string();
    assert!(refusal.contains("sound ends after 12.0 of 30.0 seconds"), "{refusal}");
    let mut long = plan.clone();
    long.source.audio.as_mut().unwrap().end = Some(300.0);
    assert!(sound_truncated(&long, long.audio_end()).is_none(), "sound after the picture is left out");
    long.source.audio.as_mut().unwrap().end = None;
    assert!(sound_truncated(&long, 1.0).is_none());
}

#[test]
fn a_track_without_sound_leaves_a_video_without_audio() {
    let plan = chunked();
    let mut outputs = outputs(&plan);
    outputs.get_mut("audio").unwrap().renditions[0].segments.clear();
    let renditions = assemble(&plan, &outputs).unwrap();
    assert!(renditions.iter().all(|rendition| rendition.name != "audio"));
    assert!(!master_playlist(&plan, &renditions).contains("AUDIO"));
    assert_eq!(variants(&plan, &renditions)[0].codecs, "avc1.640028");
    outputs.remove("audio");
    assert!(assemble(&plan, &outputs).is_err(), "a task that made nothing at all is a fault");
}
