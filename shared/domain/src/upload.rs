use std::ops::Range;

use crate::{FieldErrors, UploadMethod};

/// Largest S3 object: 5 TiB (AWS limit).
pub const MAX_OBJECT_BYTES: u64 = 5 << 40;
/// Largest object that one PUT or one POST form can carry: 5 GiB (AWS limit).
pub const MAX_FORM_BYTES: u64 = 5 << 30;
/// Up to this size one PUT is chosen: a failed PUT starts over, so larger files go in parts.
pub const SINGLE_PUT_BYTES: u64 = 100 << 20;
/// Most parts that one multipart upload can have (AWS limit).
pub const MAX_PARTS: u64 = 10_000;

const MIB: u64 = 1 << 20;
const SMALLEST_PART: u64 = 16 * MIB;
const MAX_FILENAME_CHARS: usize = 255;
const MAX_TEXT_CHARS: usize = 500;
const MAX_TAGS: usize = 50;
const MAX_TAG_CHARS: usize = 100;
const EXTENSIONS: [&str; 17] = [
    "3g2", "3gp", "asf", "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "ogv", "ts", "webm",
    "wmv",
];
const TYPES_BESIDE_VIDEO: [&str; 4] =
    ["application/octet-stream", "application/ogg", "application/mp4", "application/x-matroska"];

/// What a client says about the file that it wants to upload, unchecked.
#[derive(Debug, Clone, Default)]
pub struct UploadDraft {
    /// The file's name on the client.
    pub filename: String,
    /// Bytes.
    pub size: u64,
    /// MIME type.
    pub content_type: String,
    /// How the client wants to send it; chosen by size when absent.
    pub method: Option<UploadMethod>,
    /// Display title.
    pub title: Option<String>,
    /// Studio or production company.
    pub producer: Option<String>,
    /// Director or primary creator.
    pub creator: Option<String>,
    /// Free tags.
    pub tags: Vec<String>,
}

/// An upload that keeps the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// 1 to 255 characters, no control characters, no path separators.
    pub filename: String,
    /// One of the accepted extensions, in lower case, without the dot.
    pub extension: &'static str,
    /// At least one byte.
    pub size: u64,
    /// In lower case, without parameters.
    pub content_type: String,
    /// How the bytes travel.
    pub method: UploadMethod,
    /// Trimmed, at most 500 characters, absent when empty.
    pub title: Option<String>,
    /// As `title`.
    pub producer: Option<String>,
    /// As `title`.
    pub creator: Option<String>,
    /// Trimmed, non-empty, without duplicates.
    pub tags: Vec<String>,
}

impl UploadDraft {
    /// Checks the declaration. What is declared can still be a lie: the object itself is checked when it arrives.
    pub fn check(self, max_bytes: u64) -> Result<NewUpload, FieldErrors> {
        let mut errors = FieldErrors::default();
        let extension = check_filename(&self.filename, &mut errors);
        let content_type = check_content_type(&self.content_type, &mut errors);
        let method = self.method.unwrap_or(if self.size <= SINGLE_PUT_BYTES {
            UploadMethod::Put
        } else {
            UploadMethod::Multipart
        });
        check_size(self.size, method, max_bytes, &mut errors);
        let upload = NewUpload {
            title: check_text("title", self.title, &mut errors),
            producer: check_text("producer", self.producer, &mut errors),
            creator: check_text("creator", self.creator, &mut errors),
            tags: check_tags(self.tags, &mut errors),
            filename: self.filename,
            extension,
            size: self.size,
            content_type,
            method,
        };
        errors.ok(upload)
    }
}

/// Bytes in each part but the last of a multipart upload of `size` bytes, so that 10,000 parts suffice up to 5 TiB.
pub fn part_size(size: u64) -> u64 {
    size.div_ceil(MAX_PARTS).next_multiple_of(MIB).max(SMALLEST_PART)
}

/// How many parts of `part_size` bytes make up `size` bytes; an empty file still has one.
pub fn part_count(size: u64, part_size: u64) -> u64 {
    size.div_ceil(part_size).max(1)
}

/// The bytes of part `number` (from 1), or nothing when the upload has no such part.
pub fn part_range(number: u64, size: u64, part_size: u64) -> Option<Range<u64>> {
    let start = number.checked_sub(1)?.checked_mul(part_size)?;
    (start < size).then(|| start..size.min(start + part_size))
}

fn check_filename(name: &str, errors: &mut FieldErrors) -> &'static str {
    if name.trim().is_empty() {
        errors.add("filename", "The file needs a name.");
    } else if name.chars().count() > MAX_FILENAME_CHARS {
        errors.add("filename", format!("The name is longer than {MAX_FILENAME_CHARS} characters."));
    } else if name.chars().any(|c| c.is_control() || c == '/' || c == '\\') {
        errors.add("filename", "The name has a path separator or a control character in it.");
    }
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    EXTENSIONS.into_iter().find(|known| known.eq_ignore_ascii_case(extension)).unwrap_or_else(|| {
        errors.add("filename", format!("The name must end in one of .{}.", EXTENSIONS.join(", .")));
        ""
    })
}

fn check_content_type(declared: &str, errors: &mut FieldErrors) -> String {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
    let video = essence.split_once('/').is_some_and(|(kind, subtype)| kind == "video" && token(subtype));
    if !(video || TYPES_BESIDE_VIDEO.contains(&essence.as_str())) {
        errors.add("contentType", "The type must be a video type such as video/mp4.");
    }
    essence
}

fn check_size(size: u64, method: UploadMethod, max_bytes: u64, errors: &mut FieldErrors) {
    let max_bytes = max_bytes.min(MAX_OBJECT_BYTES);
    if size == 0 {
        errors.add("size", "The file is empty.");
    } else if size > max_bytes {
        errors.add("size", format!("The file is larger than the limit of {max_bytes} bytes."));
    } else if method != UploadMethod::Multipart && size > MAX_FORM_BYTES {
        errors.add("method", format!("Files over {MAX_FORM_BYTES} bytes need the method MULTIPART."));
    }
}

pub(crate) fn check_text(field: &'static str, text: Option<String>, errors: &mut FieldErrors) -> Option<String> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())?;
    if text.chars().count() > MAX_TEXT_CHARS {
        errors.add(field, format!("It is longer than {MAX_TEXT_CHARS} characters."));
    } else if text.chars().any(char::is_control) {
        errors.add(field, "It has a control character, such as a line break.");
    }
    Some(text)
}

pub(crate) fn check_tags(tags: Vec<String>, errors: &mut FieldErrors) -> Vec<String> {
    if tags.len() > MAX_TAGS {
        errors.add("tags", format!("There are more than {MAX_TAGS} tags."));
        return Vec::new();
    }
    let mut checked: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let tag = tag.trim();
        if tag.chars().count() > MAX_TAG_CHARS {
            errors.add("tags", format!("A tag is longer than {MAX_TAG_CHARS} characters."));
        } else if tag.chars().any(|c| c == ',' || c.is_control()) {
            errors.add("tags", "A tag has a comma, which separates tags, or a control character.");
        } else if !tag.is_empty() && !checked.iter().any(|known| known == tag) {
            checked.push(tag.to_owned());
        }
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(filename: &str, size: u64) -> UploadDraft {
        UploadDraft { filename: filename.into(), size, content_type: "video/mp4".into(), ..UploadDraft::default() }
    }

    #[test]
    fn parts_cover_every_size_up_to_five_tebibytes() {
        for size in [1, 5 << 20, SINGLE_PUT_BYTES + 1, (48 << 30) + (1 << 30), 20 << 30, MAX_OBJECT_BYTES] {
            let part = part_size(size);
            let count = part_count(size, part);
            assert!(count <= MAX_PARTS, "{size} needs {count} parts");
            assert!((5 << 20..=5 << 30).contains(&part), "{size}: parts of {part}");
            assert_eq!(part_range(1, size, part).map(|range| range.start), Some(0));
            assert_eq!(part_range(count, size, part).map(|range| range.end), Some(size));
            assert_eq!(part_range(count + 1, size, part), None);
        }
        assert_eq!(part_range(0, 10, 5), None);
        assert_eq!(part_range(u64::MAX, 10, 5), None);
    }

    #[test]
    fn the_method_follows_the_size() {
        let method = |size| draft("a.mp4", size).check(MAX_OBJECT_BYTES).map(|upload| upload.method);
        assert_eq!(method(SINGLE_PUT_BYTES), Ok(UploadMethod::Put));
        assert_eq!(method(SINGLE_PUT_BYTES + 1), Ok(UploadMethod::Multipart));
        let form = UploadDraft { method: Some(UploadMethod::Post), ..draft("a.mp4", MAX_FORM_BYTES + 1) };
        assert!(form.check(MAX_OBJECT_BYTES).is_err());
    }

    #[test]
    fn names_of_real_files_are_accepted() {
        for name in ["Ferien am Meer.MP4", "a+b & \"c\" 'd'.mov", "映画.mkv", "%20%2F.webm", "..mp4", "a.tar.ts"] {
            assert!(draft(name, 1).check(MAX_OBJECT_BYTES).is_ok(), "{name}");
        }
    }

    #[test]
    fn each_bad_field_is_named() {
        let bad = UploadDraft {
            filename: "../../etc/passwd".into(),
            size: 0,
            content_type: "text/html".into(),
            title: Some("x".repeat(501)),
            tags: vec!["t".into(); 51],
            ..UploadDraft::default()
        };
        let errors = bad.check(MAX_OBJECT_BYTES).expect_err("every field is bad");
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["contentType", "filename", "size", "tags", "title"]);
        assert!(draft("a.mp4", 11).check(10).is_err(), "the configured limit holds");
        assert!(draft(&format!("{}.mp4", "x".repeat(252)), 1).check(10).is_err(), "256 characters");
    }

    #[test]
    fn texts_are_trimmed_and_tags_unique() {
        let upload = UploadDraft {
            title: Some("  A day ".into()),
            producer: Some("   ".into()),
            tags: vec![" sea".into(), "sea".into(), String::new()],
            content_type: "Video/MP4; codecs=\"avc1\"".into(),
            ..draft("a.mp4", 1)
        };
        let upload = upload.check(10).expect("it keeps the rules");
        assert_eq!(upload.title.as_deref(), Some("A day"));
        assert_eq!(upload.producer, None);
        assert_eq!(upload.tags, ["sea"]);
        assert_eq!(upload.content_type, "video/mp4");
    }
}
