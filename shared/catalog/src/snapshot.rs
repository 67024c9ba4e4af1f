//! Snapshots: a catalog as bytes.
//!
//! `FHCATLOG`, version (u32), CRC-32 of all that follows (u32), watermark (u64), rows (u64), number of removals (u64),
//! then each column as its raw length (u64), compressed length (u64) and a zstd frame; integers are little-endian.
//! Numbers of several bytes are stored byte plane by byte plane, times as differences, which compress better. What
//! viewers did is stored for the rows alone whose bits a column has. Indexes are not stored.

mod decode;
mod encode;

use crate::catalog::Catalog;

const MAGIC: &[u8; 8] = b"FHCATLOG";
/// The version of the format that is written, and the only one that is read.
pub const VERSION: u32 = 2;

/// A catalog and how far it goes.
#[derive(Debug)]
pub struct Snapshot {
    /// The state.
    pub catalog: Catalog,
    /// Every change up to this time (milliseconds since 1970) is in it.
    pub watermark: u64,
}

/// Why bytes are not a snapshot. Whatever the reason, the snapshot is to be made anew from the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// It does not begin as one.
    #[error("read snapshot: these bytes are no catalog snapshot")]
    NotASnapshot,
    /// Another version of the format.
    #[error("read snapshot: its format is version {found}, this program reads version {VERSION}")]
    Version {
        /// The version it has.
        found: u32,
    },
    /// The checksum does not fit: damaged or cut short.
    #[error("read snapshot: its checksum does not match, it is damaged or incomplete")]
    Checksum,
    /// The checksum fits, the content does not.
    #[error("read snapshot: its {0} column is malformed")]
    Malformed(&'static str),
}

impl Snapshot {
    /// The snapshot as bytes.
    pub fn encode(&self) -> std::io::Result<Vec<u8>> {
        encode::encode(self)
    }

    /// The watermark of a whole snapshot of this version, without reading more of it than its checksum needs.
    pub fn watermark(bytes: &[u8]) -> Result<u64, SnapshotError> {
        let content = decode::content(bytes)?;
        content.first_chunk().map(|time| u64::from_le_bytes(*time)).ok_or(SnapshotError::Malformed("header"))
    }

    /// Reads a snapshot and indexes it.
    pub fn decode(bytes: &[u8]) -> Result<Self, SnapshotError> {
        decode::decode(bytes)
    }
}

/// Reorders numbers of `width` bytes so that the first bytes of all come first, then the second ones.
fn to_planes(bytes: &[u8], width: usize) -> Vec<u8> {
    (0..width).flat_map(|plane| bytes.iter().skip(plane).step_by(width).copied()).collect()
}

/// Undoes [`to_planes`]; the length is a multiple of the width.
fn from_planes(planes: &[u8], width: usize) -> Vec<u8> {
    let rows = planes.len() / width;
    let mut bytes = vec![0; planes.len()];
    for plane in 0..width {
        for (value, byte) in bytes.iter_mut().skip(plane).step_by(width).zip(&planes[plane * rows..]) {
            *value = *byte;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{from_planes, to_planes};

    #[test]
    fn planes_are_undone() {
        let bytes: Vec<u8> = (0..60).collect();
        assert_eq!(to_planes(&[1, 2, 3, 4, 5, 6], 3), [1, 4, 2, 5, 3, 6]);
        for width in [1, 2, 4, 6] {
            assert_eq!(from_planes(&to_planes(&bytes, width), width), bytes);
        }
    }
}
