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
