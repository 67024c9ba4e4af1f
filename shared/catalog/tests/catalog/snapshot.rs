//! Snapshots: what was written comes back, and nothing else is believed.

use crate::naive::{self, Random};
use framehouse_catalog::snapshot::{Snapshot, SnapshotError, VERSION};
use framehouse_catalog::{Catalog, Change, Entry, Query};
use proptest::prelude::*;

fn library(seed: u64, size: u64) -> Catalog {
    let mut random = Random(seed);
    let entries: Vec<Entry> = (0..size).map(|id| naive::entry(&mut random, id, 5 + id)).collect();
    let gone = entries.first().map(|e| Change::Delete { id: e.id, changed_at: 1_000_000 });
    Catalog::new(entries).apply(gone.into_iter().collect())
}

fn everything(catalog: &Catalog) -> Vec<Entry> {
    catalog.list(&Query { limit: usize::MAX, ..Query::default() }).unwrap().entries
}

fn encoded(seed: u64, size: u64) -> Vec<u8> {
    Snapshot { catalog: library(seed, size), watermark: 77 }.encode().unwrap()
}

/// Makes the checksum fit again, so that the content itself is what is tested.
fn sign(bytes: &mut [u8]) {
    let checksum = crc32fast::hash(&bytes[16..]).to_le_bytes();
    bytes[12..16].copy_from_slice(&checksum);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn comes_back_as_it_was(seed: u64, size in 0_u64..60) {
        let catalog = library(seed, size);
        let bytes = Snapshot { catalog: catalog.clone(), watermark: seed }.encode().unwrap();
        let back = Snapshot::decode(&bytes).unwrap();
        prop_assert_eq!(back.watermark, seed);
        prop_assert_eq!(Snapshot::watermark(&bytes), Ok(seed));
        prop_assert_eq!(everything(&back.catalog), everything(&catalog));
        prop_assert_eq!(Snapshot { catalog: back.catalog, watermark: seed }.encode().unwrap(), bytes);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Snapshot::decode(&bytes).is_err());
    }

    #[test]
    fn cut_short(seed: u64, cut: prop::sample::Index) {
        let bytes = encoded(seed, 20);
        prop_assert!(Snapshot::decode(&bytes[..cut.index(bytes.len())]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A damaged byte under a checksum that fits: an error or a catalog that answers, never a panic.
    #[test]
    fn damaged_content(seed in 0_u64..8, place: prop::sample::Index, byte: u8, more in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3)) {
        let mut bytes = encoded(seed, 12);
        for (place, byte) in more.into_iter().chain([(place, byte)]) {
            let at = 16 + place.index(bytes.len() - 16);
            bytes[at] = byte;
        }
        sign(&mut bytes);
        if let Ok(snapshot) = Snapshot::decode(&bytes) {
            let catalog = snapshot.catalog;
            let mut random = Random(seed);
            for _ in 0..10 {
                let query = naive::query(&mut random, &[]);
                let _ = catalog.list(&query);
            }
            prop_assert_eq!(everything(&catalog).len(), catalog.len());
        }
    }
}

#[test]
fn each_kind_of_damage_has_its_error() {
    let good = encoded(1, 30);
    assert_eq!(Snapshot::decode(b"{\"not\": \"a snapshot\"}").unwrap_err(), SnapshotError::NotASnapshot);
    assert_eq!(Snapshot::decode(&good[..good.len() - 1]).unwrap_err(), SnapshotError::Checksum);
    let mut old = good.clone();
    old[8..12].copy_from_slice(&(VERSION - 1).to_le_bytes());
    assert_eq!(Snapshot::decode(&old).unwrap_err(), SnapshotError::Version { found: VERSION - 1 });
    let mut flipped = good.clone();
    flipped[100] ^= 1;
    assert_eq!(Snapshot::decode(&flipped).unwrap_err(), SnapshotError::Checksum);
    let mut longer = good;
    longer.push(0);
    sign(&mut longer);
    assert_eq!(Snapshot::decode(&longer).unwrap_err(), SnapshotError::Malformed("last"));
}
