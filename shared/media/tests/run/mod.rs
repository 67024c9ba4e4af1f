//! Plans and runs a transcode of a local file, the way the worker does with S3.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use framehouse_media::{
    Plan, Rejected, codecs, command, container, mp4,
    output::{self, Mismatch, Part, Produced, Rendition, TaskOutput},
    plan::{SegmentFormat, Settings, Task},
    playlist, probe,
};

/// A finished transcode on disk.
#[derive(Debug)]
pub(crate) struct Transcode {
    /// Its plan.
    pub(crate) plan: Plan,
    /// Its renditions.
    pub(crate) renditions: Vec<Rendition>,
    directory: tempfile::TempDir,
}

impl Transcode {
    /// A file of the version.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    /// Time stamps of the first stream's packets in a rendition, rising.
    pub(crate) fn times(&self, rendition: &str, field: &str) -> Vec<f64> {
        let path = self.path(&format!("{rendition}.m3u8"));
        let lines = crate::clips::probe(&path, "0", &format!("packet={field}"));
        let mut times: Vec<f64> = lines.iter().filter_map(|line| line.split(',').next()?.parse().ok()).collect();
        times.sort_by(f64::total_cmp);
        times
    }

    /// When the first picture is shown; transport streams add the muxer's own delay.
    pub(crate) fn offset(&self) -> f64 {
        match self.plan.segment_format {
            SegmentFormat::Fmp4 => f64::from(command::OFFSET),
            SegmentFormat::Ts => self.times(&self.plan.rungs[0].name, "pts_time")[0],
        }
    }
}

/// Runs every task and writes the playlists.
pub(crate) fn transcode(path: &Path, settings: &Settings) -> Result<Transcode, Rejected> {
    let bytes = fs::read(path).unwrap();
    let container = container::identify(&bytes[..bytes.len().min(container::HEAD_BYTES)])?;
    let mut walk = mp4::TopLevel::new(bytes.len() as u64);
    if container == framehouse_media::Container::Mov {
        while let Some(range) = walk.wanted() {
            walk.feed(&bytes[range.start as usize..range.end as usize]);
        }
        if let Some(expected) = walk.missing() {
            return Err(Rejected::MissingBytes { expected, found: bytes.len() as u64 });
        }
    }
    let url = path.to_str().unwrap();
    let report = Command::new("ffprobe").args(probe::arguments(container, url)).output().unwrap();
    let source = probe::parse(container, &report.stdout)?;
    let timing = walk.index().and_then(|(ftyp, moov)| {
        let range = |range: std::ops::Range<u64>| &bytes[range.start as usize..range.end as usize];
        let index = [range(ftyp), range(moov)].concat();
        mp4::timing(&index, source.video.index, source.video.rate, source.origin).ok()
    });
    finish(Plan::new(source, timing.as_ref(), settings), url)
}

/// Checksums of the pictures that the chunks give to the encoder, one after another, all rungs.
pub(crate) fn pictures(plan: &Plan, clip: &Path) -> Vec<String> {
    let chunk = |chunk| {
        let mut arguments = command::video(plan, chunk, clip.to_str().unwrap(), "/nowhere");
        let outputs = arguments.iter().position(|argument| argument == "-map").unwrap();
        arguments.truncate(outputs);
        for rung in 0..plan.encoded().len() {
            arguments.extend(["-map".to_owned(), format!("[v{rung}]")]);
        }
        arguments.extend(["-fps_mode", "passthrough", "-f", "framemd5", "-"].map(str::to_owned));
        let output = Command::new("ffmpeg").args(&arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines = lines.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| Some(line.rsplit_once(',')?.1.trim().to_owned())).collect::<Vec<_>>()
    };
    plan.chunks.iter().flat_map(chunk).collect()
}

fn finish(plan: Plan, url: &str) -> Result<Transcode, Rejected> {
    let directory = tempfile::tempdir().unwrap();
    let mut outputs = BTreeMap::new();
    for (task, _) in plan.tasks() {
        let at = directory.path().join(task.name());
        fs::create_dir(&at).unwrap();
        outputs.insert(task.name(), run(&plan, task, url, &at));
    }
    let renditions = match output::assemble(&plan, &outputs) {
        Ok(renditions) => renditions,
        Err(Mismatch::Rejected(rejected)) => return Err(rejected),
        Err(other) => panic!("{other}"),
    };
    write_playlists(&plan, &renditions, directory.path());
    Ok(Transcode { plan, renditions, directory })
}

fn run(plan: &Plan, task: Task, url: &str, at: &Path) -> TaskOutput {
    let out = at.to_str().unwrap();
    let (arguments, names): (_, Vec<&str>) = match task {
        Task::Video(chunk) => (
            command::video(plan, &plan.chunks[chunk], url, out),
            plan.encoded().iter().map(|rung| rung.name.as_str()).collect(),
        ),
        Task::Copy => (command::copy(plan, url, out), vec![&plan.rungs[0].name]),
        Task::Audio => (command::audio(plan, url, out), vec![command::AUDIO]),
    };
    let result = Command::new("ffmpeg").args(&arguments).output().unwrap();
    let complaint = String::from_utf8_lossy(&result.stderr).into_owned();
    assert!(result.status.success(), "{arguments:?}: {complaint}");
    let first = match task {
        Task::Video(chunk) => plan.chunks[chunk].first_segment,
        _ => 0,
    };
    let version = at.parent().unwrap();
    let parts = names.iter().map(|name| collect(plan, name, first, at, version));
    TaskOutput { renditions: parts.collect() }
}

/// Moves one rendition's files to where they are published, and describes them.
fn collect(plan: &Plan, name: &str, first: usize, at: &Path, version: &Path) -> Part {
    let target = version.join("segments");
    fs::create_dir_all(&target).unwrap();
    let listed = playlist::parse(&fs::read_to_string(at.join(format!("{name}.m3u8"))).unwrap()).unwrap();
    let init = fs::read(at.join(format!("{name}_init.mp4"))).ok();
    let first_segment = fs::read(at.join(&listed[0].uri)).unwrap();
    let codec = match (&init, name) {
        (_, command::AUDIO) => codecs::AAC_LC.to_owned(),
        (Some(init), _) => codecs::from_init(init).unwrap(),
        (None, _) => codecs::from_ts(&first_segment).unwrap(),
    };
    if let Some(init) = &init {
        fs::write(target.join(format!("{name}_init.mp4")), init).unwrap();
    }
    let segments = listed.iter().enumerate().map(|(number, segment)| {
        let file = format!("{name}_{:05}.{}", first + number, plan.segment_format.extension());
        assert_eq!(segment.uri, file);
        let bytes = fs::metadata(at.join(&file)).unwrap().len();
        fs::rename(at.join(&file), target.join(&file)).unwrap();
        Produced { seconds: segment.seconds, bytes }
    });
    let segments = segments.collect();
    Part { name: name.to_owned(), codec, init: init.as_deref().map(output::init), first, segments }
}

fn write_playlists(plan: &Plan, renditions: &[Rendition], directory: &Path) {
    for rendition in renditions {
        let text = output::media_playlist(plan, rendition);
        fs::write(directory.join(format!("{}.m3u8", rendition.name)), text).unwrap();
    }
    let text = output::master_playlist(plan, renditions);
    fs::write(directory.join("master.m3u8"), text).unwrap();
}
