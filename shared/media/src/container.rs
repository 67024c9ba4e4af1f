//! What a file is, by its first bytes and an allow-list. Its name and declared type are hearsay.
//!
//! ffmpeg probes formats by content and would follow a playlist that poses as a video to files and
//! addresses of its author's choosing (CVE-2016-1898, CVE-2017-9993). So the container is decided
//! here and its demuxer pinned.

use serde::{Deserialize, Serialize};

use crate::Rejected;

/// How many first bytes [`identify`] wants to see.
pub const HEAD_BYTES: usize = 64 * 1024;

/// A container that we open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Container {
    /// MP4, `QuickTime`, 3GP (ISO 14496-12).
    Mov,
    /// Matroska and `WebM`.
    Matroska,
    /// AVI (RIFF).
    Avi,
    /// MPEG-2 transport stream (ISO 13818-1), also with 192-byte packets.
    MpegTs,
    /// MPEG program stream.
    MpegPs,
    /// Flash video.
    Flv,
    /// Ogg.
    Ogg,
    /// Windows Media (ASF).
    Asf,
}

impl Container {
    /// ffmpeg's name of its demuxer.
    pub fn demuxer(self) -> &'static str {
        match self {
            Self::Mov => "mov",
            Self::Matroska => "matroska",
            Self::Avi => "avi",
            Self::MpegTs => "mpegts",
            Self::MpegPs => "mpeg",
            Self::Flv => "flv",
            Self::Ogg => "ogg",
            Self::Asf => "asf",
        }
    }

    /// The name people use.
    pub fn label(self) -> &'static str {
        match self {
            Self::Mov => "MP4/QuickTime",
            Self::Matroska => "Matroska/WebM",
            Self::Avi => "AVI",
            Self::MpegTs => "an MPEG transport stream",
            Self::MpegPs => "an MPEG program stream",
            Self::Flv => "Flash video",
            Self::Ogg => "Ogg",
            Self::Asf => "Windows Media",
        }
    }

    /// The media type by content, whatever was declared.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Mov => "video/mp4",
            Self::Matroska => "video/x-matroska",
            Self::Avi => "video/x-msvideo",
            Self::MpegTs => "video/mp2t",
            Self::MpegPs => "video/mpeg",
            Self::Flv => "video/x-flv",
            Self::Ogg => "video/ogg",
            Self::Asf => "video/x-ms-wmv",
        }
    }

    /// Whether seeking lands exactly, so that a chunk need not decode what is before it to count its frames.
    pub fn seekable(self) -> bool {
        matches!(self, Self::Mov | Self::Matroska)
    }
}

/// The container that starts with `head` (up to [`HEAD_BYTES`] first bytes), or why it is none.
pub fn identify(head: &[u8]) -> Result<Container, Rejected> {
    if head.is_empty() {
        return Err(Rejected::Empty);
    }
    if let Some(manifest) = manifest(head) {
        return Err(Rejected::Manifest(manifest));
    }
    if is_transport_stream(head) {
        return Ok(Container::MpegTs);
    }
    match head {
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Ok(Container::Matroska),
        [0, 0, 1, 0xba, ..] => Ok(Container::MpegPs),
        [b'F', b'L', b'V', 1, ..] => Ok(Container::Flv),
        [b'O', b'g', b'g', b'S', ..] => Ok(Container::Ogg),
        [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..] => Ok(Container::Asf),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Ok(Container::Avi),
        _ => iso_media(head).unwrap_or_else(|| Err(Rejected::NotVideo(describe(head)))),
    }
}

/// An ISO base media file by its first box; `None` when it is none.
fn iso_media(head: &[u8]) -> Option<Result<Container, Rejected>> {
    let size = u32::from_be_bytes(head.get(..4)?.try_into().ok()?);
    let kind = head.get(4..8)?;
    match kind {
        b"ftyp" => {
            let brand = head.get(8..12)?;
            let image = [b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"jxl "];
            if image.iter().any(|known| brand == *known) {
                return Some(Err(Rejected::NotVideo("an image (HEIF or AVIF)".into())));
            }
            (size >= 16 || size == 1).then_some(Ok(Container::Mov))
        }
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot" => {
            (size >= 8 || size <= 1).then_some(Ok(Container::Mov))
        }
        _ => None,
    }
}

/// Sync bytes of three packets in a row, of 188 bytes or of 192 (with a time stamp before each).
fn is_transport_stream(head: &[u8]) -> bool {
    [(0, 188), (4, 192)]
        .into_iter()
        .any(|(first, step)| (0..5).map(|packet| head.get(first + packet * step)).all(|byte| byte == Some(&0x47)))
}

/// Text formats that name other resources.
fn manifest(head: &[u8]) -> Option<&'static str> {
    let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    let text = text.trim_ascii_start();
    let window = &text[..text.len().min(2048)];
    let contains = |needle: &[u8]| window.windows(needle.len()).any(|part| part == needle);
    if text.starts_with(b"#EXTM3U") {
        Some("an HLS playlist")
    } else if text.starts_with(b"<") && contains(b"<MPD") {
        Some("a DASH manifest")
    } else if text.starts_with(b"<") && contains(b"<SmoothStreamingMedia") {
        Some("a Smooth Streaming manifest")
    } else if text.starts_with(b"ffconcat") {
        Some("an ffmpeg concat list")
    } else if text.starts_with(b"v=0\r\n") || text.starts_with(b"v=0\n") {
        Some("a session description (SDP)")
    } else if contains(b"#EXT-X-") || contains(b"#EXTINF") {
        Some("a playlist")
    } else {
        None
    }
}

/// Names what is certainly no video, for the sentence shown to the operator.
fn describe(head: &[u8]) -> String {
    let name = match head {
        [0xff, 0xd8, 0xff, ..] => "a JPEG image",
        [0x89, b'P', b'N', b'G', ..] => "a PNG image",
        [b'G', b'I', b'F', b'8', ..] => "a GIF image",
        [b'B', b'M', ..] => "a bitmap image",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "a TIFF image",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "a WebP image",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => "a WAV audio file",
        [b'I', b'D', b'3', ..] => "an MP3 audio file",
        [b'f', b'L', b'a', b'C', ..] => "a FLAC audio file",
        [0xff, second, ..] if second & 0xe0 == 0xe0 => "an audio file (MP3 or AAC)",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive or office document",
        [0x1f, 0x8b, ..] => "a gzip archive",
        [b'%', b'P', b'D', b'F', ..] => "a PDF document",
        [0x7f, b'E', b'L', b'F', ..] | [b'M', b'Z', ..] => "a program",
        _ if head.iter().all(|&byte| byte == 0) => "filled with zeros",
        _ if is_text(head) => "a text file",
        _ => "of an unknown format",
    };
    name.to_owned()
}

/// UTF-8 without control characters other than white space (a cut character at the end is allowed).
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.valid_up_to() + 4 > head.len(),
    };
    valid && !head.iter().any(|byte| *byte < 9 || (14..32).contains(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(head: &[u8]) -> String {
        identify(head).unwrap_err().to_string()
    }

    #[test]
    fn each_container_is_known_by_its_first_bytes() {
        let mut ts = vec![0u8; 188 * 6];
        for packet in 0..6 {
            ts[packet * 188] = 0x47;
        }
        let cases: [(&[u8], Container); 9] = [
            (b"\0\0\0\x20ftypisom\0\0\x02\0", Container::Mov),
            (b"\0\0\0\x08wide\0\0\0\0mdat", Container::Mov),
            (b"\x1a\x45\xdf\xa3\x01\0\0\0", Container::Matroska),
            (b"RIFF\0\0\0\0AVI LIST", Container::Avi),
            (&ts, Container::MpegTs),
            (b"\0\0\x01\xba\x44", Container::MpegPs),
            (b"FLV\x01\x05", Container::Flv),
            (b"OggS\0\x02", Container::Ogg),
            (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6", Container::Asf),
        ];
        for (head, container) in cases {
            assert_eq!(identify(head), Ok(container));
        }
    }

    #[test]
    fn what_poses_as_a_video_is_refused_by_name() {
        assert!(refusal(b"").contains("0 bytes"));
        assert!(refusal(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n").contains("HLS playlist"));
        assert!(refusal(b"\xef\xbb\xbf  #EXTM3U\n").contains("HLS playlist"));
        assert!(refusal(b"<?xml version=\"1.0\"?>\n<MPD xmlns=\"x\">").contains("DASH"));
        assert!(refusal(b"ffconcat version 1.0\nfile x").contains("concat"));
        assert!(refusal(b"GIF89a\n#EXTINF:1,\nhttp://x/").contains("playlist"));
        assert!(refusal(b"just some words\n").contains("a text file"));
        assert!(refusal("Grüße".as_bytes()).contains("a text file"));
        assert!(refusal(&[0; 4096]).contains("zeros"));
        assert!(refusal(b"\xff\xd8\xff\xe0").contains("JPEG"));
        assert!(refusal(b"\0\0\0\x18ftypheic\0\0\0\0").contains("image"));
        assert!(refusal(b"ID3\x04").contains("MP3"));
        assert!(refusal(b"RIFF\0\0\0\0WAVE").contains("WAV"));
        assert!(refusal(b"\x01\x02\x03\x04\x05\x06\x07\x08\x09").contains("unknown format"));
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(head in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = identify(&head);
        }

        #[test]
        fn text_is_never_a_video(text in "[a-zA-Z0-9 #:/\\.\n]{1,400}") {
            prop_assert!(identify(text.as_bytes()).is_err());
        }
    }
}
