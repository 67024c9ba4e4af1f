//! From ffmpeg's playlists and the uploaded files to a task's output.

use std::{collections::BTreeMap, fs, path::Path};

use framehouse_media::{
    Plan, codecs, command,
    output::{self, Part, Produced, TaskOutput},
    plan::{SegmentFormat, Task},
    playlist,
};

use crate::{failure::Failure, upload::Uploaded};

/// The renditions that a task makes and the number of its first segment.
pub(crate) fn expected(plan: &Plan, task: Task) -> (Vec<String>, usize) {
    match task {
        Task::Video(number) => {
            let names = plan.encoded().iter().map(|rung| rung.name.clone()).collect();
            (names, plan.chunks.get(number).map_or(0, |chunk| chunk.first_segment))
        }
        Task::Copy => (plan.rungs.iter().take(1).map(|rung| rung.name.clone()).collect(), 0),
        Task::Audio => (vec![command::AUDIO.to_owned()], 0),
    }
}

/// Describes what the task made: ffmpeg's playlists say what there is, and each of it must have been uploaded.
pub(crate) fn collect(
    plan: &Plan,
    task: Task,
    directory: &Path,
    files: &BTreeMap<String, Uploaded>,
) -> Result<TaskOutput, Failure> {
    let (names, first) = expected(plan, task);
    let renditions = names.iter().map(|name| part(plan, name, first, directory, files));
    Ok(TaskOutput { renditions: renditions.collect::<Result<_, _>>()? })
}

fn part(
    plan: &Plan,
    name: &str,
    first: usize,
    directory: &Path,
    files: &BTreeMap<String, Uploaded>,
) -> Result<Part, Failure> {
    let odd = |what: &str| Failure::Transient(format!("ffmpeg's output of {name} is odd: {what}"));
    let listed = match fs::read_to_string(directory.join(format!("{name}.m3u8"))) {
        Ok(text) => playlist::parse(&text).ok_or_else(|| odd("its playlist makes no sense"))?,
        // Without a single frame ffmpeg writes no playlist.
        Err(_) => Vec::new(),
    };
    let mut segments = Vec::with_capacity(listed.len());
    for (number, segment) in listed.iter().enumerate() {
        let file = output::segment_file(plan, name, first + number);
        if segment.uri != file {
            return Err(odd(&format!("{} stands where {file} belongs", segment.uri)));
        }
        let uploaded = files.get(&file).ok_or_else(|| odd(&format!("{file} is missing")))?;
        segments.push(Produced { seconds: segment.seconds, bytes: uploaded.bytes });
    }
    let init = files.get(&output::init_file(name));
    let described = match plan.segment_format {
        SegmentFormat::Fmp4 => init,
        SegmentFormat::Ts => files.get(&output::segment_file(plan, name, first)),
    };
    let codec = if name == command::AUDIO {
        Some(codecs::AAC_LC.to_owned())
    } else {
        described.and_then(|file| file.codec.clone())
    };
    let codec = match codec {
        Some(codec) => codec,
        None if segments.is_empty() => String::new(),
        None => return Err(odd("its codec cannot be read")),
    };
    Ok(Part { name: name.to_owned(), codec, init: init.and_then(|file| file.init.clone()), first, segments })
}
