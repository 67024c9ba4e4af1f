//! The part of ffprobe's JSON that we read. Numbers arrive as strings, absent or `N/A`.

use std::collections::HashMap;

use serde::Deserialize;

use crate::Rate;

#[derive(Debug, Deserialize)]
pub(super) struct Report {
    #[serde(default)]
    pub(super) streams: Vec<Stream>,
    #[serde(default)]
    pub(super) format: Format,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Format {
    start_time: Option<String>,
    duration: Option<String>,
    bit_rate: Option<String>,
}

impl Format {
    pub(super) fn start(&self) -> Option<f64> {
        number(self.start_time.as_ref())
    }

    pub(super) fn duration(&self) -> Option<f64> {
        number(self.duration.as_ref())
    }

    pub(super) fn bit_rate(&self) -> Option<u64> {
        self.bit_rate.as_ref()?.parse().ok()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Stream {
    pub(super) index: usize,
    pub(super) codec_type: Option<String>,
    pub(super) codec_name: Option<String>,
    codec_tag_string: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) level: Option<i64>,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    sample_aspect_ratio: Option<String>,
    pub(super) pix_fmt: Option<String>,
    field_order: Option<String>,
    pub(super) color_transfer: Option<String>,
    r_frame_rate: Option<String>,
    avg_frame_rate: Option<String>,
    start_time: Option<String>,
    duration: Option<String>,
    bit_rate: Option<String>,
    pub(super) channels: Option<u32>,
    #[serde(default)]
    disposition: HashMap<String, i64>,
    #[serde(default)]
    tags: HashMap<String, String>,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Debug, Deserialize)]
struct SideData {
    rotation: Option<f64>,
}

impl Stream {
    fn flag(&self, name: &str) -> bool {
        self.disposition.get(name).is_some_and(|&value| value != 0)
    }

    fn label(&self, name: &str) -> Option<&String> {
        self.tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(super) fn is_still(&self) -> bool {
        self.flag("attached_pic") || self.flag("timed_thumbnails") || self.flag("still_image")
    }

    pub(super) fn is_default(&self) -> bool {
        self.flag("default")
    }

    pub(super) fn tag(&self) -> String {
        self.codec_tag_string.clone().unwrap_or_default()
    }

    pub(super) fn start(&self) -> Option<f64> {
        number(self.start_time.as_ref())
    }

    /// Seconds; Matroska keeps them in a tag, as `HH:MM:SS.fraction`.
    pub(super) fn duration(&self) -> Option<f64> {
        number(self.duration.as_ref()).or_else(|| clock(self.label("DURATION")?)).filter(|seconds| *seconds > 0.0)
    }

    pub(super) fn bit_rate(&self) -> Option<u64> {
        self.bit_rate.as_ref().or_else(|| self.label("BPS"))?.parse().ok()
    }

    pub(super) fn nominal_rate(&self) -> Option<Rate> {
        Rate::parse(self.r_frame_rate.as_ref()?)
    }

    pub(super) fn average_rate(&self) -> Option<Rate> {
        Rate::parse(self.avg_frame_rate.as_ref()?)
    }

    pub(super) fn interlaced(&self) -> bool {
        matches!(self.field_order.as_deref(), Some("tt" | "bb" | "tb" | "bt"))
    }

    /// The pixel aspect ratio, unless it is square or unknown.
    pub(super) fn pixel_aspect(&self) -> Option<f64> {
        let (across, down) = self.sample_aspect_ratio.as_ref()?.split_once(':')?;
        let (across, down): (f64, f64) = (across.parse().ok()?, down.parse().ok()?);
        let ratio = across / down;
        (ratio.is_finite() && ratio > 0.0 && (ratio - 1.0).abs() > 0.001).then_some(ratio)
    }

    /// Clockwise degrees, from the display matrix (which turns the other way) or the older tag.
    pub(super) fn rotation(&self) -> u32 {
        let matrix = self.side_data_list.iter().find_map(|data| data.rotation);
        let tag = || self.label("rotate")?.parse::<f64>().ok();
        let degrees = matrix.map(|degrees| -degrees).or_else(tag).unwrap_or(0.0);
        if !degrees.is_finite() {
            return 0;
        }
        let quarter = (degrees / 90.0).round() as i64;
        (quarter.rem_euclid(4) * 90) as u32
    }

    /// Width and height as shown. A pixel aspect ratio beyond 4:1 is taken for nonsense.
    pub(super) fn shown_size(&self, width: u32, height: u32) -> (u32, u32) {
        let (mut across, mut down) = (width, height);
        match self.pixel_aspect() {
            // Only ever enlarge a side: no pixel of the source is thrown away.
            Some(ratio) if (1.0..=4.0).contains(&ratio) => {
                across = (f64::from(width) * ratio).round() as u32;
            }
            Some(ratio) if (0.25..1.0).contains(&ratio) => {
                down = (f64::from(height) / ratio).round() as u32;
            }
            _ => {}
        }
        if self.rotation() % 180 == 90 { (down, across) } else { (across, down) }
    }
}

fn number(text: Option<&String>) -> Option<f64> {
    text?.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `00:01:02.500000000` in seconds.
fn clock(text: &str) -> Option<f64> {
    text.split(':').try_fold(0.0, |sum, part| part.parse::<f64>().ok().map(|value| sum * 60.0 + value))
}
