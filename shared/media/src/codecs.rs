//! Codec strings for master playlists (RFC 6381), read from what was really produced.

/// The string of AAC-LC, the only audio that we make.
pub const AAC_LC: &str = "mp4a.40.2";

const TS_PACKET: usize = 188;

/// `avc1.PPCCLL` from an MP4 initialization segment's `avcC` box (ISO 14496-15).
pub fn from_init(init: &[u8]) -> Option<String> {
    let at = init.windows(4).position(|name| name == b"avcC")? + 4;
    match init.get(at..at + 4)? {
        [1, profile, constraints, level] => Some(avc(*profile, *constraints, *level)),
        _ => None,
    }
}

/// `avc1.PPCCLL` from the first sequence parameter set in a transport stream segment.
pub fn from_ts(segment: &[u8]) -> Option<String> {
    let stream = video_payload(segment);
    let at = stream.windows(4).position(|code| code[..3] == [0, 0, 1] && code[3] & 0x1f == 7)?;
    let parameters = stream.get(at + 4..at + 7)?;
    Some(avc(parameters[0], parameters[1], parameters[2]))
}

fn avc(profile: u8, constraints: u8, level: u8) -> String {
    format!("avc1.{profile:02x}{constraints:02x}{level:02x}")
}

/// The payload of the packets of the first video stream (ISO 13818-1), without packet headers.
fn video_payload(segment: &[u8]) -> Vec<u8> {
    let mut video: Option<u16> = None;
    let mut stream = Vec::new();
    // The first parameter set lies in the first kilobytes.
    for packet in segment.chunks_exact(TS_PACKET).take(512) {
        let pid = u16::from_be_bytes([packet[1] & 0x1f, packet[2]]);
        let payload_at = match packet[3] >> 4 & 3 {
            1 => 4,
            3 => 5 + usize::from(packet[4]),
            _ => continue,
        };
        let Some(payload) = packet.get(payload_at..) else {
            continue;
        };
        let is_video = matches!(payload, [0, 0, 1, 0xe0..=0xef, ..]);
        if video.is_none() && packet[1] & 0x40 != 0 && is_video {
            video = Some(pid);
        }
        if video == Some(pid) {
            stream.extend_from_slice(payload);
        }
    }
    stream
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codec_of_an_init_segment() {
        assert_eq!(from_init(b"....avcC\x01\x64\x00\x28\xff").as_deref(), Some("avc1.640028"));
        assert_eq!(from_init(b"....avcC"), None);
        assert_eq!(from_init(b"nothing"), None);
    }

    #[test]
    fn codec_of_a_transport_stream_segment() {
        let mut packet = vec![0x47, 0x41, 0x00, 0x10, 0, 0, 1, 0xe0, 0, 0, 0x80, 0, 0];
        packet.extend([0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x67, 0x4d, 0x40, 0x1f]);
        packet.resize(TS_PACKET, 0xff);
        assert_eq!(from_ts(&packet).as_deref(), Some("avc1.4d401f"));
        assert_eq!(from_ts(&[0x47; 188]), None);
    }
}
