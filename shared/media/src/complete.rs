//! Whether a file is whole, by what its first and last bytes promise.
//!
//! ffprobe reads a header and believes it: of most containers, a file that was cut off looks like a whole one. Each function
//! is exact where it answers, and silent where the container promises nothing.

use crate::Container;

/// Bytes at the end of an FLV file that hold the size of its last tag.
pub const FLV_TRAILER: u64 = 4;
/// Bytes of an FLV tag's header.
pub const FLV_TAG_HEADER: u64 = 11;

/// The least bytes that a file with these first bytes has, as far as they tell. MP4's boxes are walked by [`crate::mp4`].
pub fn promised(container: Container, head: &[u8]) -> Option<u64> {
    match container {
        Container::Matroska => matroska(head),
        Container::Avi => riff(head),
        _ => None,
    }
}

/// Where the header of an FLV file's last tag begins, by its last four bytes (FLV specification 10.1, E.3). A file that was
/// cut off ends with anything; `None` when what it says cannot be.
pub fn flv_last_tag(size: u64, trailer: &[u8]) -> Option<u64> {
    let length = u64::from(u32::from_be_bytes(trailer.try_into().ok()?));
    (length >= FLV_TAG_HEADER).then_some(())?;
    size.checked_sub(FLV_TRAILER + length).filter(|start| *start >= 9)
}

/// Whether `header` begins an FLV tag that, with its trailer, fills the file from `start` to its end.
pub fn is_flv_tag(header: &[u8], start: u64, size: u64) -> bool {
    let [kind, a, b, c, ..] = *header else { return false };
    let data = u64::from(u32::from_be_bytes([0, a, b, c]));
    matches!(kind & 0x1f, 8 | 9 | 18) && size.checked_sub(start) == Some(FLV_TAG_HEADER + data + FLV_TRAILER)
}

/// The end of the first RIFF chunk; large files have more of them (`OpenDML`), never fewer bytes.
fn riff(head: &[u8]) -> Option<u64> {
    let size = u32::from_le_bytes(head.get(4..8)?.try_into().ok()?);
    // Writers that cannot go back leave one of these.
    (size != 0 && size != u32::MAX).then(|| 8 + u64::from(size))
}

/// The end of the segment, the first element of that kind after the EBML header (RFC 8794, RFC 9559).
fn matroska(head: &[u8]) -> Option<u64> {
    let mut at = 0;
    loop {
        let element = Element::read(head.get(at..)?)?;
        // A size that is not known, as of a recording that was streamed, promises nothing.
        let end = (at as u64 + element.header).checked_add(element.size?)?;
        if element.id == SEGMENT {
            return Some(end);
        }
        at = usize::try_from(end).ok()?;
    }
}

const SEGMENT: u64 = 0x1853_8067;

/// The beginning of an EBML element.
struct Element {
    id: u64,
    /// Bytes of its data.
    size: Option<u64>,
    /// Bytes before its data.
    header: u64,
}

impl Element {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (id, id_length) = number(bytes)?;
        let (size, size_length) = number(bytes.get(id_length..)?)?;
        let payload = (1 << (7 * size_length)) - 1;
        let size = Some(size & payload).filter(|size| *size != payload);
        Some(Self { id, size, header: (id_length + size_length) as u64 })
    }
}

/// A number of variable length, its marker bit included, and its length in bytes (RFC 8794, section 4).
fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let bytes = bytes.get(..length).filter(|_| length <= 8)?;
    Some((bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_segments_size_is_read_whatever_is_before_it() {
        let header = [0x1a, 0x45, 0xdf, 0xa3, 0x82, 1, 2];
        let void = [0xec, 0x83, 0, 0, 0];
        let known = [0x18, 0x53, 0x80, 0x67, 0x41, 0x00];
        let unknown = [0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        let file = |parts: &[&[u8]]| parts.concat();
        assert_eq!(promised(Container::Matroska, &file(&[&header, &known])), Some(13 + 256));
        assert_eq!(promised(Container::Matroska, &file(&[&header, &void, &known])), Some(18 + 256));
        assert_eq!(promised(Container::Matroska, &file(&[&header, &unknown])), None);
        assert_eq!(promised(Container::Matroska, &header), None);
    }

    #[test]
    fn riff_tells_its_size_and_live_recordings_do_not() {
        assert_eq!(promised(Container::Avi, b"RIFF\x10\0\0\0AVI "), Some(24));
        assert_eq!(promised(Container::Avi, b"RIFF\0\0\0\0AVI "), None);
        assert_eq!(promised(Container::Mov, b"\0\0\0\x20ftypisom"), None);
    }

    #[test]
    fn an_flv_file_ends_with_a_tag() {
        let size = 13 + 11 + 5 + 4;
        assert_eq!(flv_last_tag(size, &[0, 0, 0, 16]), Some(13));
        assert!(is_flv_tag(&[9, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0], 13, size));
        assert!(!is_flv_tag(&[9, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0], 13, size));
        for nonsense in [[0, 0, 0, 0], [0, 0, 0, 10], [0xff; 4]] {
            assert_eq!(flv_last_tag(size, &nonsense), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(head in proptest::collection::vec(any::<u8>(), 0..100), size in any::<u64>()) {
            for container in [Container::Matroska, Container::Avi, Container::Flv] {
                let _ = promised(container, &head);
            }
            let _ = (flv_last_tag(size, &head), is_flv_tag(&head, size / 2, size));
        }
    }
}
