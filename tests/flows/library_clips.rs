//! A directory of real clips, made from one by ffmpeg: all containers, shapes and lengths, with sound and without.

use std::path::Path;

use framehouse_tests::clip;
use tokio::process::Command;

/// A file of the library, and what there is to find out about it.
#[derive(Debug, Clone)]
pub(crate) struct LibraryFile {
    /// Below the folder.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) truth: Truth,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Truth {
    Video {
        seconds: u64,
        width: u64,
        height: u64,
        has_audio: bool,
    },
    /// No good, and a part of the reason.
    Broken(&'static str),
}

/// Container, width, height, seconds, whether with sound.
const KINDS: [(&str, u64, u64, u64, bool); 10] = [
    ("mp4", 320, 180, 1, true),
    ("mov", 180, 320, 2, true),
    ("mkv", 240, 240, 3, false),
    ("avi", 160, 120, 1, true),
    ("flv", 320, 180, 2, true),
    ("webm", 160, 90, 2, false),
    ("m4v", 1280, 720, 1, true),
    ("mp4", 1080, 1920, 1, false),
    ("mkv", 320, 180, 4, true),
    ("mp4", 90, 160, 3, true),
];
/// Extensions, subfolders and spellings that a name gets in turn.
const NAMES: [&str; 8] =
    ["{n}", "clip {n}", "é/ä {n}", "映画/{n} 😀", "a/b/c/{n}", "100% {n} + 'x'", "UPPER {n}", ".hidden {n}"];

/// `count` files, one in twenty of them broken. No two have the same bytes.
pub(crate) async fn library(count: usize) -> Vec<LibraryFile> {
    let directory = scratch();
    let mut originals = Vec::new();
    for (number, kind) in KINDS.iter().enumerate() {
        originals.push(encode(&directory, number, *kind).await);
    }
    let mut files = Vec::with_capacity(count);
    for number in 0..count {
        let (kind, width, height, seconds, has_audio) = KINDS[number % KINDS.len()];
        let name = NAMES[number % NAMES.len()].replace("{n}", &format!("{number:03}"));
        let extension = if name.starts_with("UPPER") { kind.to_uppercase() } else { kind.to_owned() };
        let bytes = tagged(&directory, &originals[number % KINDS.len()], number).await;
        let truth = Truth::Video { seconds, width, height, has_audio };
        let file = LibraryFile { name: format!("{name}.{extension}"), bytes, truth };
        files.push(if number % 20 == 19 { broken(file, number / 20) } else { file });
    }
    let _ = tokio::fs::remove_dir_all(&directory).await;
    files
}

fn scratch() -> std::path::PathBuf {
    let directory = std::env::temp_dir().join(framehouse_tests::unique("clips"));
    std::fs::create_dir(&directory).expect("a directory for clips");
    directory
}

async fn encode(
    directory: &Path,
    number: usize,
    (container, width, height, seconds, sound): (&str, u64, u64, u64, bool),
) -> std::path::PathBuf {
    let path = directory.join(format!("kind-{number}.{container}"));
    let filter = format!("scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height},setsar=1");
    let codec: &[&str] = match container {
        "webm" => &["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"],
        _ => &["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
    };
    let audio: &[&str] = if sound { &["-c:a", "aac", "-ac", "2"] } else { &["-an"] };
    let from = clip("bbb-720p.mp4");
    let seconds = seconds.to_string();
    let mut arguments = vec!["-ss", "0.5", "-i", from.to_str().expect("a path"), "-t", &seconds, "-vf", &filter];
    arguments.extend(codec.iter().chain(audio));
    ffmpeg(&arguments, &path).await;
    path
}

/// The same clip with a tag of its own, so that its bytes are its own.
async fn tagged(directory: &Path, original: &Path, number: usize) -> Vec<u8> {
    let extension = original.extension().and_then(|text| text.to_str()).expect("an extension");
    let path = directory.join(format!("{number}.{extension}"));
    let title = format!("title={}", framehouse_tests::unique("clip"));
    ffmpeg(&["-i", original.to_str().expect("a path"), "-c", "copy", "-metadata", &title], &path).await;
    tokio::fs::read(&path).await.expect("the clip can be read")
}

async fn ffmpeg(arguments: &[&str], to: &Path) {
    let mut command = Command::new("ffmpeg");
    let status = command.args(["-v", "error", "-nostdin", "-y"]).args(arguments).arg(to).status().await;
    assert!(status.expect("ffmpeg is installed").success(), "ffmpeg makes {}", to.display());
}

fn broken(file: LibraryFile, kind: usize) -> LibraryFile {
    let (bytes, reason) = match kind % 4 {
        0 => (Vec::new(), "0 bytes"),
        1 => (b"These are only words.\n".to_vec(), "a text file"),
        2 => (file.bytes[..file.bytes.len() / 2].to_vec(), "cut off"),
        _ => (b"\x89PNG\r\n\x1a\n0000".to_vec(), "not a video"),
    };
    LibraryFile { bytes, truth: Truth::Broken(reason), ..file }
}
