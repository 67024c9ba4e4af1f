//! Which finished segments the pictures are made from, and the storyboard's geometry and text.
//!
//! Pictures come from renditions, not from the source: a few small segments cost the same for a
//! clip and for a film.

use std::fmt::Write;

/// The most tiles of a storyboard.
pub const MAX_TILES: usize = 100;
/// Tiles in a row.
const COLUMNS: usize = 10;
/// The longer side of a tile, in pixels.
const TILE: u32 = 160;
/// Seconds of the animated preview.
pub const PREVIEW_SECONDS: f64 = 3.0;

/// A storyboard: one picture of `columns` × `rows` tiles, each standing for `interval` seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Tiles that show something.
    pub tiles: usize,
    /// Tiles in a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Seconds from tile to tile.
    pub interval: f64,
    /// A tile's width in pixels.
    pub tile_width: u32,
    /// A tile's height in pixels.
    pub tile_height: u32,
    /// Whether a tile is the first frame of a segment, so that only keyframes are decoded.
    pub keyframes_only: bool,
    duration: f64,
}

impl Sheet {
    /// The storyboard of `duration` seconds cut into segments of about `segment` seconds, from a
    /// rendition of `width` × `height`.
    pub fn new(duration: f64, segment: f64, width: u32, height: u32) -> Self {
        let interval = (duration / MAX_TILES as f64).ceil().max(1.0);
        let tiles = ((duration / interval).ceil() as usize).clamp(1, MAX_TILES);
        let columns = tiles.min(COLUMNS);
        let scale = f64::from(TILE) / f64::from(width.max(height));
        let side = |pixels: u32| ((f64::from(pixels) * scale / 2.0).round() as u32 * 2).max(2);
        Self {
            tiles,
            columns,
            rows: tiles.div_ceil(columns),
            interval,
            tile_width: side(width),
            tile_height: side(height),
            keyframes_only: interval >= segment,
            duration,
        }
    }

    /// The segments to decode, rising: with keyframes only, one a tile; else all.
    pub fn segments(&self, starts: &[f64]) -> Vec<usize> {
        if self.keyframes_only {
            let tiles = (0..self.tiles).map(|tile| tile as f64 * self.interval);
            tiles.map(|time| segment_at(starts, time)).collect()
        } else {
            (0..starts.len()).collect()
        }
    }

    /// The storyboard as `WebVTT`: each cue names its part of `image` (Media Fragments `xywh`).
    pub fn webvtt(&self, image: &str) -> String {
        let mut text = String::from("WEBVTT\n");
        for tile in 0..self.tiles {
            let start = tile as f64 * self.interval;
            let end = (start + self.interval).min(self.duration.max(start + 0.001));
            let across = (tile % self.columns) as u32 * self.tile_width;
            let down = (tile / self.columns) as u32 * self.tile_height;
            let (width, height) = (self.tile_width, self.tile_height);
            let _ =
                write!(text, "\n{} --> {}\n{image}#xywh={across},{down},{width},{height}\n", clock(start), clock(end));
        }
        text
    }
}

/// Seconds as `HH:MM:SS.mmm`.
fn clock(seconds: f64) -> String {
    let millis = (seconds * 1000.0).round() as u64;
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    format!("{:02}:{:02}:{:02}.{:03}", minutes / 60, minutes % 60, rest / 1000, rest % 1000)
}

/// The segment shown at `time`; `starts` are the segments' beginnings.
fn segment_at(starts: &[f64], time: f64) -> usize {
    starts.partition_point(|&start| start <= time + 0.001).saturating_sub(1)
}

/// Segments whose first frames are candidates for the poster: up to eight between 5 % and 50 %.
pub fn poster_segments(starts: &[f64], duration: f64) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..8)
        .map(|part| duration * (0.05 + 0.45 * f64::from(part) / 7.0))
        .map(|time| segment_at(starts, time))
        .collect();
    chosen.dedup();
    // The very first frame is often black; it counts only when there is no other.
    if chosen.len() > 1 && chosen[0] == 0 {
        chosen.remove(0);
    }
    chosen
}

/// Segments of the preview: enough for three seconds from about a third in.
pub fn preview_segments(starts: &[f64], duration: f64) -> Vec<usize> {
    let first = segment_at(starts, duration / 3.0);
    let until = starts.get(first).copied().unwrap_or(0.0) + PREVIEW_SECONDS;
    (first..starts.len()).take_while(|&segment| segment == first || starts[segment] < until).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(segments: usize) -> Vec<f64> {
        (0..segments).map(|segment| segment as f64 * 4.0).collect()
    }

    #[test]
    fn a_clip_has_a_tile_a_second() {
        let sheet = Sheet::new(30.0, 4.0, 640, 360);
        assert_eq!((sheet.tiles, sheet.columns, sheet.rows), (30, 10, 3));
        assert_eq!((sheet.tile_width, sheet.tile_height), (160, 90));
        assert_eq!(sheet.segments(&starts(8)).len(), 8);
        assert!(!sheet.keyframes_only);
    }

    #[test]
    fn a_film_has_a_hundred_tiles_from_a_hundred_segments() {
        let sheet = Sheet::new(7200.0, 4.0, 360, 640);
        assert_eq!((sheet.tiles, sheet.columns, sheet.rows), (100, 10, 10));
        assert_eq!((sheet.tile_width, sheet.tile_height), (90, 160));
        let chosen = sheet.segments(&starts(1800));
        assert_eq!((chosen.len(), chosen[0], chosen[99]), (100, 0, 1782));
    }

    #[test]
    fn tiles_are_named_in_webvtt() {
        let text = Sheet::new(12.5, 4.0, 640, 360).webvtt("storyboard.jpg");
        insta::assert_snapshot!("storyboard", text);
    }

    #[test]
    fn posters_avoid_the_first_frame() {
        assert_eq!(poster_segments(&starts(8), 30.0), [1, 2, 3]);
        assert_eq!(poster_segments(&starts(1), 3.0), [0]);
        assert_eq!(preview_segments(&starts(8), 30.0), [2]);
        assert_eq!(preview_segments(&[0.0, 1.0, 2.0, 3.0, 4.0], 5.0), [1, 2, 3]);
    }
}
