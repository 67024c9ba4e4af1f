//! Where segments begin on the constant grid, and which runs of segments are encoded together.

use serde::{Deserialize, Serialize};

use crate::Rate;

/// The most segments of a rendition: each costs up to 1.8 kB of presigned URL in a playlist, and a
/// Lambda function answers with at most 6 MB.
pub const MAX_SEGMENTS: u64 = 2_800;
/// The longest segment that a copied rendition may have, in seconds.
pub const MAX_COPIED_SEGMENT: f64 = 12.0;

/// A run of whole segments encoded by one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chunk {
    /// Number of its first segment.
    pub first_segment: usize,
    /// How many segments it has.
    pub segments: usize,
    /// Its first frame on the grid.
    pub start: u64,
    /// The frame after its last.
    pub end: u64,
}

/// Milliseconds between cuts: `wanted` seconds, longer for films with too many segments.
pub fn segment_millis(duration: f64, wanted: f64) -> u64 {
    let least = (duration * 1000.0 / MAX_SEGMENTS as f64).ceil() as u64;
    ((wanted * 1000.0).round() as u64).clamp(500, 60_000).max(least)
}

/// Frames at which segments 1, 2, … begin when every rendition is encoded.
///
/// A last segment shorter than a quarter is joined to the one before.
pub fn even_cuts(frames: u64, rate: Rate, millis: u64) -> Vec<u64> {
    let quarter = rate.first_at_or_after(millis / 4);
    (1..=frames).map(|n| rate.first_at_or_after(n * millis)).take_while(|cut| cut + quarter < frames).collect()
}

/// Frames at which ffmpeg's hls muxer cuts a copied rendition: cut `n` is the first keyframe at or
/// after `n` segment lengths. `None` when a segment would be too long.
pub fn keyframe_cuts(frames: u64, keyframes: &[u64], rate: Rate, millis: u64) -> Option<Vec<u64>> {
    let mut cuts: Vec<u64> = Vec::new();
    for &keyframe in keyframes {
        let due = rate.first_at_or_after((cuts.len() as u64 + 1) * millis);
        if keyframe > 0 && keyframe < frames && keyframe >= due {
            cuts.push(keyframe);
        }
    }
    let longest = segment_lengths(frames, &cuts).max().unwrap_or(0);
    let limit = MAX_COPIED_SEGMENT.max(2.0 * millis as f64 / 1000.0);
    (rate.seconds(longest) <= limit).then_some(cuts)
}

/// Frames in each segment.
pub fn segment_lengths(frames: u64, cuts: &[u64]) -> impl Iterator<Item = u64> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(std::iter::once(frames));
    starts.zip(ends).map(|(start, end)| end.saturating_sub(start))
}

/// Divides the segments into chunks of about `seconds`. Anything under one and a half is one chunk.
pub fn chunks(frames: u64, cuts: &[u64], rate: Rate, seconds: f64) -> Vec<Chunk> {
    let wanted = (rate.as_f64() * seconds).max(1.0);
    let count = if (frames as f64) < wanted * 1.5 { 1 } else { (frames as f64 / wanted).round() as u64 };
    let mut edges = vec![(0usize, 0u64)];
    for n in 1..count {
        let target = (u128::from(frames) * u128::from(n) / u128::from(count)) as u64;
        let segment = cuts.partition_point(|&cut| cut < target);
        if let Some(&cut) = cuts.get(segment)
            && edges.last().is_some_and(|&(_, start)| cut > start)
        {
            edges.push((segment + 1, cut));
        }
    }
    let ends = edges.iter().skip(1).copied().chain([(cuts.len() + 1, frames)]);
    edges
        .iter()
        .zip(ends)
        .map(|(&(first_segment, start), (next_segment, end))| Chunk {
            first_segment,
            segments: next_segment - first_segment,
            start,
            end,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(num: u64, den: u64) -> Rate {
        Rate::new(num, den).unwrap()
    }

    #[test]
    fn cuts_are_the_first_frames_at_or_after_each_length() {
        assert_eq!(even_cuts(720, rate(24, 1), 4000), [96, 192, 288, 384, 480, 576, 672]);
        assert_eq!(even_cuts(300, rate(30_000, 1001), 4000), [120, 240]);
        assert_eq!(even_cuts(97, rate(24, 1), 4000), [] as [u64; 0], "no segment of one frame");
        assert_eq!(even_cuts(1, rate(24, 1), 4000), [] as [u64; 0]);
    }

    #[test]
    fn a_copied_rendition_is_cut_as_the_muxer_does() {
        let keyframes = [0, 250, 260, 350, 500, 720];
        let cuts = keyframe_cuts(720, &keyframes, rate(24, 1), 4000).unwrap();
        assert_eq!(cuts, [250, 260, 350, 500]);
        assert!(keyframe_cuts(720, &[0, 400], rate(24, 1), 4000).is_none(), "13 s is too long");
    }

    #[test]
    fn long_films_get_longer_segments() {
        assert_eq!(segment_millis(7200.0, 4.0), 4000);
        let day = segment_millis(86_400.0, 4.0);
        assert!(even_cuts(86_400 * 25, rate(25, 1), day).len() < MAX_SEGMENTS as usize);
    }

    #[test]
    fn short_clips_are_one_chunk() {
        let cuts = even_cuts(720, rate(24, 1), 4000);
        assert_eq!(chunks(720, &cuts, rate(24, 1), 120.0).len(), 1);
        let four = chunks(720, &cuts, rate(24, 1), 8.0);
        assert_eq!(four.iter().map(|chunk| chunk.segments).sum::<usize>(), 8);
        assert_eq!(four.len(), 4);
    }

    proptest! {
        #[test]
        fn chunks_cover_every_frame_once(
            frames in 1u64..400_000, num in 5_000u64..60_000, seconds in 1.0f64..300.0
        ) {
            let rate = rate(num, 1001);
            let cuts = even_cuts(frames, rate, segment_millis(rate.seconds(frames), 4.0));
            prop_assert!(cuts.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(segment_lengths(frames, &cuts).all(|length| length > 0));
            let chunks = chunks(frames, &cuts, rate, seconds);
            prop_assert_eq!(chunks[0].start, 0);
            prop_assert_eq!(chunks.last().unwrap().end, frames);
            prop_assert!(chunks.windows(2).all(|pair| pair[0].end == pair[1].start));
            prop_assert!(chunks.windows(2).all(
                |pair| pair[0].first_segment + pair[0].segments == pair[1].first_segment));
            prop_assert!(chunks.iter().all(|chunk| chunk.segments > 0 && chunk.end > chunk.start));
            for chunk in &chunks[1..] {
                prop_assert_eq!(cuts[chunk.first_segment - 1], chunk.start);
            }
        }
    }
}
