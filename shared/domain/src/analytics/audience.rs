use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
    mem,
};

use jiff::civil::Date;

use super::{Analytics, DayCounts, DayViews, DeviceViews, PlayQuality, ReferrerViews, RetentionPart};
use crate::{DayRange, Device, EventType, PlayerEvent, SEGMENTS, Timestamp, View};

/// Hosts that are named; the rest is `(other)`.
const HOSTS: usize = 20;
/// Viewers who name no page that they came from. No host has parentheses.
const DIRECT: &str = "(direct)";
const OTHER: &str = "(other)";

/// Views and events, taken in one at a time and in any order; each once. Keeps the viewers and no view, so that it is as
/// large as the audience and not as what it did.
#[derive(Debug)]
pub struct Audience {
    range: DayRange,
    duration: Option<u32>,
    /// Raw views.
    read: DayCounts,
    /// Raw views by the day that they began on, but those that counters tell of.
    raw: Vec<DayCounts>,
    /// From when until before when counters tell of raw views as well.
    counted: Option<(Timestamp, Timestamp)>,
    /// What counters say of days.
    rolled_up: Vec<DayCounts>,
    viewers: HashSet<String>,
    /// Views of viewers who cannot be told apart.
    nameless: u64,
    segments: [u64; SEGMENTS as usize],
    hosts: HashMap<String, u64>,
    devices: BTreeMap<Device, u64>,
    /// How often each startup time was told: as large as there are different ones, and the median is exact.
    startups: BTreeMap<u32, u64>,
    rebuffers: u64,
    rebuffer_millis: u64,
}

impl Audience {
    /// Nobody yet, of a video that is so many seconds long.
    pub fn new(range: DayRange, duration: Option<u32>) -> Self {
        let days = vec![DayCounts::default(); range.dates().count()];
        Self {
            range,
            duration: duration.filter(|&seconds| seconds > 0),
            read: DayCounts::default(),
            raw: days.clone(),
            counted: None,
            rolled_up: days,
            viewers: HashSet::new(),
            nameless: 0,
            segments: [0; SEGMENTS as usize],
            hosts: HashMap::new(),
            devices: BTreeMap::new(),
            startups: BTreeMap::new(),
            rebuffers: 0,
            rebuffer_millis: 0,
        }
    }

    /// Takes a view in, if it began in the range.
    pub fn view(&mut self, view: View) {
        let Some(day) = self.range.day_of(view.created_at).and_then(|index| self.raw.get_mut(index)) else { return };
        let (watch_time, completions) = (u64::from(view.watch_time_seconds), u64::from(view.completed));
        let counts = DayCounts { views: 1, watch_time, completions };
        self.read.add(counts);
        if self.counted.is_none_or(|(from, to)| !(from..to).contains(&view.created_at)) {
            day.add(counts);
        }
        for part in self.watched(&view) {
            self.segments[part] += 1;
        }
        match view.viewer.key {
            Some(key) => drop(self.viewers.insert(key)),
            None => self.nameless += 1,
        }
        *self.devices.entry(view.viewer.device).or_default() += 1;
        let host = view.referer.as_deref().and_then(host).unwrap_or(DIRECT);
        match self.hosts.get_mut(host) {
            Some(views) => *views += 1,
            None => drop(self.hosts.insert(host.to_owned(), 1)),
        }
    }

    /// Takes an event in, if it was told in the range.
    pub fn event(&mut self, event: &PlayerEvent) {
        let (Some(millis), Some(_)) = (event.duration_millis, self.range.day_of(event.created_at)) else { return };
        match event.event_type {
            EventType::Startup => *self.startups.entry(millis).or_default() += 1,
            EventType::Rebuffer => {
                self.rebuffers += 1;
                self.rebuffer_millis += u64::from(millis);
            }
            EventType::Play | EventType::Pause | EventType::Seek | EventType::Complete => {}
        }
    }

    /// Takes in what counters say of a day in UTC, such as `2026-11-21`, if a day of the range has its date: a day of a counter cannot be cut where
    /// another time zone would.
    pub fn day(&mut self, date: &str, counts: DayCounts) {
        let index = date.parse().ok().and_then(|date| self.range.index(date));
        if let Some(day) = index.and_then(|index| self.rolled_up.get_mut(index)) {
            day.add(counts);
        }
    }

    /// Says, before any view is taken in, from when until before when counters are told of: sums of the views that began
    /// then are those of the counters.
    pub fn counted(&mut self, from: Timestamp, to: Timestamp) {
        self.counted = Some((from, to));
    }

    /// What was taken in.
    pub fn analytics(self) -> Analytics {
        self.told(1.0)
    }

    /// What was taken in when the views and events are those of so many of the partitions only that have views. Viewers are
    /// spread over them evenly, each in one, so what only raw views tell is scaled.
    pub fn sampled(self, partitions: u8, of: u8) -> Analytics {
        self.told(f64::from(of) / f64::from(partitions.max(1)))
    }

    fn told(mut self, factor: f64) -> Analytics {
        let scaled = |count: u64| (count as f64 * factor).round() as u64;
        let quality = self.quality(self.read.watch_time, scaled);
        let mut days = mem::take(&mut self.rolled_up);
        for (day, &DayCounts { views, watch_time, completions }) in days.iter_mut().zip(&self.raw) {
            let [views, watch_time, completions] = [views, watch_time, completions].map(scaled);
            day.add(DayCounts { views, watch_time, completions });
        }
        let total: DayCounts = days.iter().copied().sum();
        Analytics {
            total_views: total.views,
            unique_viewers: scaled(self.viewers.len() as u64 + self.nameless),
            total_watch_time_seconds: total.watch_time,
            average_watch_time_seconds: rounded(ratio(total.watch_time as f64, total.views as f64), 2),
            completed_views: total.completions,
            completion_rate: percent(total.completions, total.views),
            views_by_day: self.range.dates().zip(days).map(|(date, counts)| told_day(date, counts)).collect(),
            retention: self.retention(self.read.views, scaled),
            referrers: self.referrers(scaled),
            devices: most_first(self.devices, scaled).map(|(device, views)| DeviceViews { device, views }).collect(),
            quality,
        }
    }

    /// The twentieths that were watched. Where no player told, watching began at the beginning.
    fn watched(&self, view: &View) -> impl Iterator<Item = usize> + use<> {
        let told = view.segments.iter().map(|&part| usize::from(part));
        let told = told.filter(|&part| part < usize::from(SEGMENTS)).collect::<Vec<_>>();
        let reached = match self.duration {
            Some(duration) if told.is_empty() => {
                let parts = u64::from(view.watch_time_seconds) * u64::from(SEGMENTS);
                parts.div_ceil(u64::from(duration)).min(u64::from(SEGMENTS)) as usize
            }
            _ => 0,
        };
        told.into_iter().chain(0..reached)
    }

    fn retention(&self, views: u64, scaled: impl Fn(u64) -> u64) -> Vec<RetentionPart> {
        let Some(duration) = self.duration else { return Vec::new() };
        let moment = |part: usize| rounded(f64::from(duration) * part as f64 / f64::from(SEGMENTS), 3);
        let part = |(part, &watched): (usize, &u64)| RetentionPart {
            from_seconds: moment(part),
            to_seconds: moment(part + 1),
            views: scaled(watched),
            share: percent(watched, views),
        };
        self.segments.iter().enumerate().map(part).collect()
    }

    fn referrers(&mut self, scaled: impl Fn(u64) -> u64) -> Vec<ReferrerViews> {
        let direct = self.hosts.remove(DIRECT).map(|views| (DIRECT.to_owned(), views));
        let mut hosts: Vec<(String, u64)> = self.hosts.drain().collect();
        hosts.sort_unstable_by(|(a, a_views), (b, b_views)| b_views.cmp(a_views).then_with(|| a.cmp(b)));
        let other: u64 = hosts.drain(HOSTS.min(hosts.len())..).map(|(_, views)| views).sum();
        hosts.extend(direct);
        hosts.sort_by_key(|&(_, views)| Reverse(views));
        hosts.extend((other > 0).then(|| (OTHER.to_owned(), other)));
        hosts.into_iter().map(|(referer, views)| ReferrerViews { referer, views: scaled(views) }).collect()
    }

    fn quality(&self, watched_seconds: u64, scaled: impl Fn(u64) -> u64) -> PlayQuality {
        let (told, millis) = self
            .startups
            .iter()
            .fold((0, 0), |(told, sum), (&millis, &times)| (told + times, sum + u64::from(millis) * times));
        let seconds = self.rebuffer_millis as f64 / 1000.0;
        let millis_told = scaled(self.rebuffer_millis);
        PlayQuality {
            startup_millis_average: (told > 0).then(|| rounded(millis as f64 / told as f64, 2)),
            startup_millis_median: self.median_startup(told),
            rebuffer_count: scaled(self.rebuffers),
            rebuffer_seconds: millis_told as f64 / 1000.0,
            rebuffer_ratio: rounded(ratio(seconds, seconds + watched_seconds as f64), 4),
        }
    }

    /// The middle one, or the mean of the two in the middle.
    fn median_startup(&self, told: u64) -> Option<f64> {
        let at = |rank: u64| {
            let mut passed = 0;
            self.startups.iter().find_map(|(&millis, &times)| {
                passed += times;
                (passed > rank).then(|| f64::from(millis))
            })
        };
        Some(f64::midpoint(at(told.checked_sub(1)? / 2)?, at(told / 2)?))
    }
}

impl DayCounts {
    fn add(&mut self, other: Self) {
        self.views += other.views;
        self.watch_time += other.watch_time;
        self.completions += other.completions;
    }
}

impl std::iter::Sum for DayCounts {
    fn sum<I: Iterator<Item = Self>>(days: I) -> Self {
        days.fold(Self::default(), |mut sum, day| {
            sum.add(day);
            sum
        })
    }
}

fn told_day(date: Date, counts: DayCounts) -> DayViews {
    let DayCounts { views, watch_time, completions } = counts;
    DayViews { date: date.to_string(), views, watch_time_seconds: watch_time, completed_views: completions }
}

/// The entries with the highest counts first, equal ones in their own order.
fn most_first<K: Ord>(counts: BTreeMap<K, u64>, scaled: impl Fn(u64) -> u64) -> impl Iterator<Item = (K, u64)> {
    let mut counts: Vec<(K, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| Reverse(count));
    counts.into_iter().map(move |(key, count)| (key, scaled(count)))
}

/// The host of a web address without its port.
fn host(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let authority = rest.split('/').next().filter(|authority| !authority.is_empty())?;
    // What is in brackets is an address of IPv6, which has colons of its own.
    let end = match authority.find(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    authority.get(..end).filter(|host| !host.is_empty())
}

/// To two decimals; 0 of nothing.
fn percent(part: u64, whole: u64) -> f64 {
    rounded(ratio(part as f64, whole as f64) * 100.0, 2)
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn rounded(value: f64, decimals: i32) -> f64 {
    let unit = 10_f64.powi(decimals);
    (value * unit).round() / unit
}
