//! Frame rates as exact fractions, and the constant grid that every rendition is put on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A frame rate in frames per second: `num / den`, as ffmpeg writes it (`30000/1001`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    num: u64,
    den: u64,
}

/// The fastest grid; faster sources are halved until they fit.
pub const MAX_RATE: f64 = 60.0;

/// Rates that cameras, films and screen recorders really use.
const STANDARD: [(u64, u64); 17] = [
    (1, 1),
    (5, 1),
    (6, 1),
    (8, 1),
    (10, 1),
    (12, 1),
    (25, 2),
    (15_000, 1001),
    (15, 1),
    (20, 1),
    (24_000, 1001),
    (24, 1),
    (25, 1),
    (30_000, 1001),
    (30, 1),
    (48, 1),
    (50, 1),
];

/// As [`STANDARD`], above 50; apart because the table is searched in rising order.
const STANDARD_FAST: [(u64, u64); 2] = [(60_000, 1001), (60, 1)];

impl Rate {
    /// `num / den`, or nothing when either is zero.
    pub fn new(num: u64, den: u64) -> Option<Self> {
        (num > 0 && den > 0).then_some(Self { num, den })
    }

    /// Reads ffprobe's `24/1`; `0/0` and nonsense are nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (num, den) = text.split_once('/')?;
        Self::new(num.parse().ok()?, den.parse().ok()?)
    }

    /// Frames per second.
    pub fn as_f64(self) -> f64 {
        self.num as f64 / self.den as f64
    }

    /// When frame `index` of the grid is shown, in seconds from the start.
    pub fn seconds(self, index: u64) -> f64 {
        (u128::from(index) * u128::from(self.den)) as f64 / self.num as f64
    }

    /// The frame of the grid nearest to `seconds`.
    pub fn nearest(self, seconds: f64) -> u64 {
        (seconds * self.as_f64()).round().max(0.0) as u64
    }

    /// The first frame at or after `millis`, exactly.
    pub fn first_at_or_after(self, millis: u64) -> u64 {
        let frames = u128::from(millis) * u128::from(self.num);
        frames.div_ceil(1000 * u128::from(self.den)) as u64
    }

    /// The constant grid for a source with this nominal (`r_frame_rate`) and average rate.
    ///
    /// The nominal rate of a variable source can be absurd (1000 for `WebM`, 90000 for a transport
    /// stream); then the average decides, rounded up to a standard rate so that no frame is lost.
    pub fn grid(nominal: Option<Self>, average: Option<Self>, interlaced: bool) -> Self {
        let fallback = Self { num: 25, den: 1 };
        let (rate, from_average) = match (nominal, average) {
            (Some(r), Some(a)) => {
                let ratio = r.as_f64() / a.as_f64();
                let fields = interlaced && (ratio - 2.0).abs() < 0.05;
                let constant = (ratio - 1.0).abs() < 0.01;
                let absurd = !constant && (r.as_f64() > MAX_RATE * 1.01 || ratio > 4.0);
                if fields || absurd { (a, true) } else { (r, false) }
            }
            (Some(r), None) => (r, false),
            (None, Some(a)) => (a, true),
            (None, None) => (fallback, false),
        };
        let mut rate = rate;
        while rate.as_f64() > MAX_RATE * 1.01 {
            rate.den *= 2;
        }
        rate.snap(from_average)
    }

    /// The nearest standard rate within 0.5 %; else the next one up for an average; else itself.
    fn snap(self, up: bool) -> Self {
        let wanted = self.as_f64();
        let standard = || STANDARD.iter().chain(&STANDARD_FAST).map(|&(num, den)| Self { num, den });
        let distance = |rate: &Self| (rate.as_f64() - wanted).abs();
        let nearest = standard().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        match nearest {
            Some(rate) if distance(&rate) <= wanted * 0.005 => rate,
            _ if up => standard().find(|rate| rate.as_f64() >= wanted).unwrap_or(self),
            _ if self.den <= 1001 => self,
            _ => Self { num: (wanted * 1000.0).round().max(1.0) as u64, den: 1000 },
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl TryFrom<String> for Rate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no frame rate"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(nominal: &str, average: &str) -> String {
        Rate::grid(Rate::parse(nominal), Rate::parse(average), false).to_string()
    }

    #[test]
    fn real_sources_land_on_their_standard_rate() {
        assert_eq!(grid("24/1", "24/1"), "24/1");
        assert_eq!(grid("30000/1001", "30000/1001"), "30000/1001");
        assert_eq!(grid("90000/2999", "369000/13657"), "30/1", "a phone's variable rate");
        assert_eq!(grid("30/1", "2500/83"), "30/1");
        assert_eq!(grid("120/1", "120/1"), "60/1", "halved, not dropped to 25");
        assert_eq!(grid("240/1", "240/1"), "60/1");
        assert_eq!(grid("1000/1", "24000/1001"), "24000/1001", "WebM without a default duration");
        assert_eq!(grid("90000/1", "2710/100"), "30000/1001", "an average is rounded up");
        assert_eq!(grid("0/0", "0/0"), "25/1");
        assert_eq!(grid("17/1", "17/1"), "17/1");
    }

    #[test]
    fn field_rates_become_frame_rates() {
        let rate = Rate::grid(Rate::parse("50/1"), Rate::parse("25/1"), true);
        assert_eq!(rate.to_string(), "25/1");
    }

    #[test]
    fn frame_times_are_exact() {
        let rate = Rate::new(30_000, 1001).unwrap();
        assert_eq!(rate.first_at_or_after(4000), 120);
        assert_eq!(rate.first_at_or_after(1001), 30);
        assert!((rate.seconds(30) - 1.001).abs() < 1e-12);
    }
}
