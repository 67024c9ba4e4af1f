//! Reading an MP4's index without its media: where `moov` lies, and when its keyframes are shown.
//!
//! The caller fetches only what [`TopLevel`] asks for: box headers, then `ftyp` and `moov`. A film
//! of many gigabytes costs a few small range requests.

use std::{io::Cursor, ops::Range};

use mp4parse::{MediaContext, TimeOffsetVersion, Track, TrackType};
use thiserror::Error;

use crate::Rate;

/// The largest `moov` that is fetched; a day of video needs about 30 MiB.
pub const MAX_MOOV: u64 = 64 * 1024 * 1024;
/// Boxes looked at before giving up: fragmented files have thousands.
const MAX_BOXES: usize = 64;
/// Samples looked at: five hours at 480 frames a second.
const MAX_SAMPLES: u64 = 9_000_000;
/// How far a frame may be from its place on the grid, as a part of a frame.
const JITTER: f64 = 0.25;

/// Why the index does not allow copying the top rendition. Never an error of the upload.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Unindexed(pub &'static str);

/// Walks the boxes at the top level of a file.
#[derive(Debug, Clone)]
pub struct TopLevel {
    size: u64,
    at: u64,
    boxes: usize,
    ftyp: Option<Range<u64>>,
    moov: Option<Range<u64>>,
    promised: u64,
}

impl TopLevel {
    /// A walk over a file of `size` bytes.
    pub fn new(size: u64) -> Self {
        Self { size, at: 0, boxes: 0, ftyp: None, moov: None, promised: 0 }
    }

    /// The bytes to pass to [`TopLevel::feed`] next; none when the walk is over.
    pub fn wanted(&self) -> Option<Range<u64>> {
        // A box may claim to end at the last of 64 bits.
        let over = self.at.saturating_add(8) > self.size || self.boxes >= MAX_BOXES;
        (!over).then(|| self.at..self.at.saturating_add(16).min(self.size))
    }

    /// Takes the box header that begins at the wanted range.
    pub fn feed(&mut self, header: &[u8]) {
        let Some((kind, length)) = self.header(header) else {
            self.boxes = MAX_BOXES;
            return;
        };
        let range = self.at..self.at.saturating_add(length);
        if matches!(&kind, b"mdat" | b"moov" | b"moof") {
            self.promised = self.promised.max(range.end);
        }
        match &kind {
            b"ftyp" => self.ftyp = Some(range.clone()),
            b"moov" => self.moov = Some(range.clone()),
            _ => {}
        }
        self.boxes += 1;
        self.at = range.end;
    }

    /// Where `ftyp` and `moov` lie, when both were found whole and are of a sane size.
    pub fn index(&self) -> Option<(Range<u64>, Range<u64>)> {
        let (ftyp, moov) = (self.ftyp.clone()?, self.moov.clone()?);
        let whole = ftyp.end.max(moov.end) <= self.size;
        let sane = ftyp.end - ftyp.start <= 4096 && moov.end - moov.start <= MAX_MOOV;
        (whole && sane).then_some((ftyp, moov))
    }

    /// How many bytes the media and its index say the file has, when it has fewer by more than some recorders'
    /// carelessness: half a percent.
    pub fn missing(&self) -> Option<u64> {
        (self.promised > self.size.saturating_add(self.size / 200)).then_some(self.promised)
    }

    /// Type and length of a box; a length of 0 means "to the end", 1 that 64 bits follow.
    fn header(&self, bytes: &[u8]) -> Option<([u8; 4], u64)> {
        let short = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
        let kind: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
        let length = match short {
            0 => self.size.saturating_sub(self.at),
            1 => u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?),
            length => u64::from(length),
        };
        let printable = kind.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == 0xa9);
        (printable && length >= 8).then_some((kind, length))
    }
}

/// A track whose frames all sit on one constant grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// Frames in the track.
    pub frames: u64,
    /// Places of the keyframes on the grid, rising, counted from the source's origin.
    pub keyframes: Vec<u64>,
}

/// The frames of stream `index` as places on the grid `rate` from `origin` seconds.
///
/// `bytes` are `ftyp` and `moov` together.
pub fn timing(bytes: &[u8], index: usize, rate: Rate, origin: f64) -> Result<Timing, Unindexed> {
    let context = mp4parse::read_mp4(&mut Cursor::new(bytes)).map_err(|_| Unindexed("its index cannot be read"))?;
    if context.mvex.is_some() {
        return Err(Unindexed("it is fragmented"));
    }
    let track = context
        .tracks
        .get(index)
        .filter(|track| track.track_type == TrackType::Video)
        .ok_or(Unindexed("its index names the tracks differently"))?;
    let times = presentation_times(&context, track)?;
    let keyframes = keyframe_numbers(track, times.len())?;
    on_grid(&times, &keyframes, rate, origin)
}

/// When each sample is shown, in seconds, in decoding order.
fn presentation_times(context: &MediaContext, track: &Track) -> Result<Vec<f64>, Unindexed> {
    let incomplete = Unindexed("its sample table is incomplete");
    let scale = track.timescale.ok_or(incomplete.clone())?.0 as f64;
    let stts = track.stts.as_ref().ok_or(incomplete.clone())?;
    let total: u64 = stts.samples.iter().map(|run| u64::from(run.sample_count)).sum();
    if total == 0 || total > MAX_SAMPLES {
        return Err(Unindexed("its sample table is empty or too long"));
    }
    let shift = edit_shift(context, track, scale)?;
    let decode_times = stts
        .samples
        .iter()
        .flat_map(|run| std::iter::repeat_n(u64::from(run.sample_delta), run.sample_count as usize))
        .scan(0u64, |clock, delta| {
            let now = *clock;
            *clock += delta;
            Some(now)
        });
    let offsets: Box<dyn Iterator<Item = i64>> = match &track.ctts {
        None => Box::new(std::iter::repeat(0)),
        Some(ctts) => Box::new(ctts.samples.iter().flat_map(|run| {
            let offset = match run.time_offset {
                TimeOffsetVersion::Version0(offset) => i64::from(offset),
                TimeOffsetVersion::Version1(offset) => i64::from(offset),
            };
            std::iter::repeat_n(offset, run.sample_count as usize)
        })),
    };
    let times: Vec<f64> = decode_times
        .zip(offsets)
        .map(|(decode, offset)| decode.saturating_add_signed(offset) as f64 / scale + shift)
        .collect();
    if times.len() as u64 == total { Ok(times) } else { Err(incomplete) }
}

/// Seconds that the edit list moves the track by; only "wait, then play it all" is understood.
fn edit_shift(context: &MediaContext, track: &Track, scale: f64) -> Result<f64, Unindexed> {
    let Some(media_time) = track.media_time else {
        return Ok(0.0);
    };
    let movie_scale = context.timescale.map(|scale| scale.0 as f64).ok_or(Unindexed("its movie header is missing"))?;
    let seconds = |time: Option<mp4parse::MediaScaledTime>| time.map_or(0.0, |time| time.0 as f64 / movie_scale);
    let start = media_time.0 as f64 / scale;
    let edited = seconds(track.edited_duration);
    let whole = track.duration.map_or(0.0, |duration| duration.0 as f64 / scale);
    if edited > 0.0 && edited + start + 0.1 < whole {
        return Err(Unindexed("its edit list plays only a part"));
    }
    Ok(seconds(track.empty_duration) - start)
}

/// Sample numbers (from 0) that can be decoded on their own; without a table, all of them.
fn keyframe_numbers(track: &Track, frames: usize) -> Result<Vec<usize>, Unindexed> {
    let Some(stss) = &track.stss else {
        return Ok((0..frames).collect());
    };
    stss.samples
        .iter()
        .map(|&number| {
            (number as usize)
                .checked_sub(1)
                .filter(|&sample| sample < frames)
                .ok_or(Unindexed("its keyframe table is wrong"))
        })
        .collect()
}

/// Checks that the frames, in the order shown, follow the grid without gap, double or drift.
fn on_grid(times: &[f64], keyframes: &[usize], rate: Rate, origin: f64) -> Result<Timing, Unindexed> {
    let off_grid = || Unindexed("its frames are not evenly spaced");
    let place = |time: f64| {
        let exact = (time - origin) * rate.as_f64();
        let place = exact.round();
        (place >= 0.0 && (exact - place).abs() <= JITTER).then_some(place as u64)
    };
    let mut places = times.iter().map(|&time| place(time)).collect::<Option<Vec<u64>>>().ok_or_else(off_grid)?;
    let mut shown: Vec<u64> = keyframes.iter().map(|&sample| places[sample]).collect();
    places.sort_unstable();
    if places[0] != 0 || places.windows(2).any(|pair| pair[1] - pair[0] != 1) {
        return Err(off_grid());
    }
    shown.sort_unstable();
    if shown.first() != Some(&0) {
        return Err(Unindexed("it does not start with a keyframe"));
    }
    Ok(Timing { frames: times.len() as u64, keyframes: shown })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn walk(file: &[u8], size: u64) -> TopLevel {
        let mut walk = TopLevel::new(size);
        while let Some(range) = walk.wanted() {
            let end = (range.end as usize).min(file.len());
            walk.feed(&file[range.start as usize..end]);
        }
        walk
    }

    fn boxed(kind: [u8; 4], body: usize) -> Vec<u8> {
        let mut bytes = ((body + 8) as u32).to_be_bytes().to_vec();
        bytes.extend_from_slice(&kind);
        bytes.resize(body + 8, 0);
        bytes
    }

    #[test]
    fn the_index_is_found_behind_the_media() {
        let file = [boxed(*b"ftyp", 16), boxed(*b"mdat", 1000), boxed(*b"moov", 64)].concat();
        let walk = walk(&file, file.len() as u64);
        assert_eq!(walk.index(), Some((0..24, 1032..1104)));
        assert_eq!(walk.missing(), None);
    }

    #[test]
    fn a_file_cut_off_is_noticed() {
        let file = [boxed(*b"ftyp", 16), boxed(*b"moov", 64), boxed(*b"mdat", 1000)].concat();
        let cut = &file[..500];
        assert_eq!(walk(cut, 500).missing(), Some(file.len() as u64));
        let junk = [file, b"https://example.org/ made by nobody".to_vec()].concat();
        assert_eq!(walk(&junk, junk.len() as u64).missing(), None, "what follows the last box is no box");
    }

    #[test]
    fn nonsense_ends_the_walk() {
        let walk = walk(&[7; 64], 64);
        assert_eq!(walk.index(), None);
        assert!(walk.wanted().is_none());
        assert!(timing(&[0; 40], 0, Rate::new(24, 1).unwrap(), 0.0).is_err());
    }

    #[test]
    fn frames_off_the_grid_are_never_copied() {
        let rate = Rate::new(25, 1).unwrap();
        let even: Vec<f64> = (0..50).map(|frame| f64::from(frame) / 25.0).collect();
        let timing = on_grid(&even, &[0, 25], rate, 0.0).unwrap();
        assert_eq!((timing.frames, timing.keyframes), (50, vec![0, 25]));
        let mut gap = even.clone();
        gap.remove(7);
        assert!(on_grid(&gap, &[0], rate, 0.0).is_err());
        let drift: Vec<f64> = (0..500).map(|frame| f64::from(frame) / 24.9).collect();
        assert!(on_grid(&drift, &[0], rate, 0.0).is_err());
        assert!(on_grid(&even, &[3], rate, 0.0).is_err());
    }

    #[test]
    fn lengths_of_64_bits_end_the_walk() {
        for length in [u64::MAX, u64::MAX - 7, u64::MAX - 23, 1 << 63, 16] {
            let header = [&1u32.to_be_bytes()[..], b"mdat", &length.to_be_bytes()].concat();
            let file = [boxed(*b"ftyp", 16), header, vec![0; 64]].concat();
            let walk = walk(&file, file.len() as u64);
            assert_eq!(walk.missing().is_some(), length > 16, "{length}");
            assert_eq!(walk.index(), None);
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(
            size in any::<u64>(), headers in proptest::collection::vec(any::<(bool, u64, [u8; 8])>(), 0..80)
        ) {
            let mut walk = TopLevel::new(size);
            for (long, length, other) in headers {
                let huge = [&1u32.to_be_bytes()[..], b"moov", &length.to_be_bytes()].concat();
                let header = if long { huge } else { other.to_vec() };
                if let Some(range) = walk.wanted() {
                    prop_assert!(range.start < range.end && range.end <= size);
                }
                walk.feed(&header);
                let _ = (walk.index(), walk.missing());
            }
        }

        #[test]
        fn no_index_panics(body in proptest::collection::vec(any::<u8>(), 0..200), kind in "trak|mvhd|mvex|udta|meta") {
            let mut inner = ((body.len() + 8) as u32).to_be_bytes().to_vec();
            inner.extend(kind.bytes().chain(body));
            let mut moov = ((inner.len() + 8) as u32).to_be_bytes().to_vec();
            moov.extend(b"moov".iter().copied().chain(inner));
            let bytes = [boxed(*b"ftyp", 16), moov].concat();
            prop_assert!(timing(&bytes, 0, Rate::new(24, 1).unwrap(), 0.0).is_err());
        }
    }
}
