//! What the fold says against a plain recomputation that looks at everything as often as it likes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use proptest::{collection, option, prelude::*, sample, test_runner::Config};
use uuid::Uuid;

use super::*;
use crate::{EventType, Timestamp, VideoId, Viewer};

/// A range with days of 23, 23.5, 24, 24.5 and 25 hours in one zone or another, and one without any change.
const RANGES: [(&str, &str, &str); 9] = [
    ("Europe/Berlin", "2026-03-27", "2026-03-31"),
    ("Europe/Berlin", "2026-10-23", "2026-10-27"),
    ("America/New_York", "2026-03-06", "2026-03-10"),
    ("America/New_York", "2026-10-30", "2026-11-03"),
    ("Australia/Lord_Howe", "2026-04-03", "2026-04-07"),
    ("Australia/Lord_Howe", "2026-10-02", "2026-10-06"),
    ("Asia/Kolkata", "2026-03-27", "2026-03-31"),
    ("UTC", "2026-02-26", "2026-03-02"),
    ("Europe/Berlin", "2026-03-29T00:59:59.999Z", "2026-03-29T01:00:00.001Z"),
];

fn range(index: usize) -> DayRange {
    let (zone, start, end) = RANGES[index];
    DayRange::parse(Some(start), Some(end), Some(zone), Timestamp::from_millis(0), Timestamp::from_millis(0)).unwrap()
}

/// What a player and a server could have written.
#[derive(Debug, Clone)]
struct Raw {
    views: Vec<View>,
    events: Vec<PlayerEvent>,
}

fn raw(range: &DayRange) -> impl Strategy<Value = Raw> + use<> {
    // A little before and after, and often on the edges.
    let (from, to) = (range.from().as_millis(), range.to().as_millis());
    let moment = prop_oneof![
        8 => (from - 7_200_000..to + 7_200_000).boxed(),
        1 => sample::select(vec![from - 1, from, to - 1, to]).boxed(),
    ];
    let referer = sample::select(
        ["https://a.example/x", "https://a.example:8080/y", "http://b.example", "https://[::1]:80/z", "https://c/"]
            .to_vec(),
    );
    let many = (0..60_u32).prop_map(|n| format!("https://host{n}.example/"));
    let view = (
        moment.clone(),
        option::of(0..6_u8),
        option::of(prop_oneof![referer.prop_map(str::to_owned), many]),
        sample::select(Device::ALL.to_vec()),
        0..150_u32,
        any::<bool>(),
        prop_oneof![2 => Just(BTreeSet::new()).boxed(), 1 => collection::btree_set(0..20_u8, 1..20).boxed()],
    );
    let view = view.prop_map(|(moment, key, referer, device, watched, completed, segments)| View {
        video_id: VideoId::from(Uuid::nil()),
        view: Uuid::nil(),
        viewer: Viewer { key: key.map(|key| format!("i:{key}")), device, ..Viewer::unknown() },
        referer,
        tracked: true,
        watch_time_seconds: watched,
        completed,
        segments,
        created_at: Timestamp::from_millis(moment),
        expires_at: 0,
    });
    let event = (moment, sample::select(EventType::ALL.to_vec()), option::of(0..5_000_u32));
    let event = event.prop_map(|(moment, event_type, duration_millis)| PlayerEvent {
        video_id: VideoId::from(Uuid::nil()),
        view: None,
        event_type,
        timestamp: 1.0,
        duration_millis,
        created_at: Timestamp::from_millis(moment),
        expires_at: 0,
    });
    (collection::vec(view, 0..120), collection::vec(event, 0..40)).prop_map(|(views, events)| Raw { views, events })
}

fn cases() -> impl Strategy<Value = (usize, Raw, Option<u32>)> {
    (0..RANGES.len()).prop_flat_map(|index| (Just(index), raw(&range(index)), option::of(0..200_u32)))
}

/// The first moment of each day and of the day after the last, found hour by hour from noon backwards rather than asked for.
fn day_starts(zone: &str, dates: &[String]) -> Vec<i64> {
    let zone = TimeZone::get(zone).unwrap();
    let mut days: Vec<Date> = dates.iter().map(|date| date.parse().unwrap()).collect();
    days.push(days.last().unwrap().tomorrow().unwrap());
    let start = |date: Date| {
        let mut moment = zone.to_timestamp(date.at(12, 0, 0, 0)).unwrap();
        while zone.to_datetime(moment - 15.minutes()).date() == date {
            moment -= 15.minutes();
        }
        moment.as_millisecond()
    };
    days.into_iter().map(start).collect()
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

fn check(told: &Analytics, range: &DayRange, zone: &str, raw: &Raw, duration: Option<u32>) {
    let (from, to) = (range.from(), range.to());
    let views: Vec<&View> = raw.views.iter().filter(|view| from <= view.created_at && view.created_at < to).collect();
    let watched: u64 = views.iter().map(|view| u64::from(view.watch_time_seconds)).sum();
    let completed = views.iter().filter(|view| view.completed).count();
    assert_eq!(told.total_views, views.len() as u64);
    assert_eq!(told.total_watch_time_seconds, watched);
    assert_eq!(told.completed_views, completed as u64);
    assert!(close(told.average_watch_time_seconds, share(watched as f64, views.len() as f64), 0.005_001));
    assert!(close(told.completion_rate, 100.0 * share(completed as f64, views.len() as f64), 0.005_001));
    let known: BTreeSet<&String> = views.iter().filter_map(|view| view.viewer.key.as_ref()).collect();
    let nameless = views.iter().filter(|view| view.viewer.key.is_none()).count();
    assert_eq!(told.unique_viewers, (known.len() + nameless) as u64);
    check_days(told, zone, &views);
    check_retention(told, &views, duration);
    check_origins(told, &views);
    check_quality(told, range, raw, watched);
}

fn check_days(told: &Analytics, zone: &str, views: &[&View]) {
    let dates: Vec<String> = told.views_by_day.iter().map(|day| day.date.clone()).collect();
    for (index, bounds) in day_starts(zone, &dates).windows(2).enumerate() {
        let began = |view: &&&View| (bounds[0]..bounds[1]).contains(&view.created_at.as_millis());
        let on_day: Vec<&&View> = views.iter().filter(began).collect();
        let expected = DayViews {
            date: dates[index].clone(),
            views: on_day.len() as u64,
            watch_time_seconds: on_day.iter().map(|view| u64::from(view.watch_time_seconds)).sum(),
            completed_views: on_day.iter().filter(|view| view.completed).count() as u64,
        };
        assert_eq!(told.views_by_day[index], expected);
    }
    assert_eq!(told.views_by_day.iter().map(|day| day.views).sum::<u64>(), views.len() as u64, "no day is missing");
}

fn check_retention(told: &Analytics, views: &[&View], duration: Option<u32>) {
    let Some(duration) = duration.filter(|&duration| duration > 0) else { return assert_eq!(told.retention, []) };
    assert_eq!(told.retention.len(), 20);
    for (part, tells) in told.retention.iter().enumerate() {
        let begins = f64::from(duration) / 20.0 * part as f64;
        let saw = |view: &&&View| {
            if view.segments.is_empty() {
                f64::from(view.watch_time_seconds) > begins + 1e-9
            } else {
                view.segments.contains(&(part as u8))
            }
        };
        let saw = views.iter().filter(saw).count();
        assert_eq!(tells.views, saw as u64, "twentieth {part} of {duration} s");
        assert!(close(tells.share, 100.0 * share(saw as f64, views.len() as f64), 0.005_001));
        assert!(close(tells.from_seconds, begins, 0.001) && tells.to_seconds > tells.from_seconds);
    }
}

fn check_origins(told: &Analytics, views: &[&View]) {
    let count = |texts: Vec<String>| {
        let mut counts = BTreeMap::new();
        for text in texts {
            *counts.entry(text).or_insert(0_u64) += 1;
        }
        counts
    };
    let host = |view: &&View| match &view.referer {
        None => "(direct)".to_owned(),
        Some(page) if page.contains('[') => "[::1]".to_owned(),
        Some(page) => {
            page.split(['/', ':']).find(|part| !part.is_empty() && !part.starts_with("http")).unwrap().to_owned()
        }
    };
    let hosts = count(views.iter().map(host).collect());
    let sum = |all: &[ReferrerViews]| all.iter().map(|entry| entry.views).sum::<u64>();
    assert_eq!(sum(&told.referrers), views.len() as u64);
    let named: Vec<&ReferrerViews> = told.referrers.iter().filter(|entry| entry.referer != "(other)").collect();
    assert!(named.iter().all(|entry| hosts[&entry.referer] == entry.views) && named.len() <= 21);
    assert!(named.windows(2).all(|pair| pair[0].views >= pair[1].views));
    let least = named.iter().filter(|entry| entry.referer != "(direct)").map(|entry| entry.views).min();
    let left = hosts.iter().filter(|(host, _)| named.iter().all(|entry| entry.referer != **host));
    assert!(left.clone().all(|(_, &views)| views <= least.unwrap()), "the most used hosts are named");
    assert_eq!(left.count() > 0, told.referrers.iter().any(|entry| entry.referer == "(other)"));
    let devices = count(views.iter().map(|view| view.viewer.device.to_string()).collect());
    let told_devices: BTreeMap<String, u64> =
        told.devices.iter().map(|entry| (entry.device.to_string(), entry.views)).collect();
    assert_eq!(told_devices, devices);
}

fn check_quality(told: &Analytics, range: &DayRange, raw: &Raw, watched: u64) {
    let of = |event_type| {
        let inside = |event: &&PlayerEvent| range.from() <= event.created_at && event.created_at < range.to();
        let of_type = raw.events.iter().filter(inside).filter(move |event| event.event_type == event_type);
        of_type.filter_map(|event| event.duration_millis).map(f64::from).collect::<Vec<f64>>()
    };
    let (mut startups, rebuffers) = (of(EventType::Startup), of(EventType::Rebuffer));
    startups.sort_by(f64::total_cmp);
    let quality = &told.quality;
    match startups.len() {
        0 => assert_eq!((quality.startup_millis_average, quality.startup_millis_median), (None, None)),
        n => {
            let average = startups.iter().sum::<f64>() / n as f64;
            assert!(close(quality.startup_millis_average.unwrap(), average, 0.005_001));
            let median = if n % 2 == 1 { startups[n / 2] } else { f64::midpoint(startups[n / 2 - 1], startups[n / 2]) };
            assert_eq!(quality.startup_millis_median, Some(median));
        }
    }
    let seconds = rebuffers.iter().sum::<f64>() / 1000.0;
    assert_eq!(quality.rebuffer_count, rebuffers.len() as u64);
    assert!(close(quality.rebuffer_seconds, seconds, 0.000_1));
    assert!(close(quality.rebuffer_ratio, share(seconds, seconds + watched as f64), 0.000_051));
}

proptest! {
    #![proptest_config(Config { cases: 400, ..Config::default() })]

    #[test]
    fn analytics_are_what_a_plain_recomputation_finds((index, raw, duration) in cases()) {
        let range = range(index);
        let told = analyze(raw.views.clone(), raw.events.clone(), &range, duration);
        check(&told, &range, RANGES[index].0, &raw, duration);
    }

    #[test]
    fn the_order_does_not_matter((index, mut raw, duration) in cases()) {
        let range = range(index);
        let told = analyze(raw.views.clone(), raw.events.clone(), &range, duration);
        raw.views.reverse();
        raw.events.reverse();
        prop_assert_eq!(analyze(raw.views, raw.events, &range, duration), told);
    }
}

#[test]
fn without_views_every_rate_is_zero() {
    let told = analyze([], [], &range(0), Some(60));
    assert_eq!((told.total_views, told.unique_viewers, told.completed_views), (0, 0, 0));
    assert!(told.completion_rate == 0.0 && told.average_watch_time_seconds == 0.0);
    assert!(told.quality.rebuffer_ratio == 0.0 && told.retention.iter().all(|part| part.share == 0.0));
    assert_eq!(told.views_by_day.len(), 5);
    assert_eq!((told.referrers.len(), told.devices.len()), (0, 0));
}

#[test]
fn days_that_only_counters_know_are_added() {
    let range = range(7);
    let mut audience = Audience::new(range, Some(60));
    let counts = DayCounts { views: 3, watch_time: 90, completions: 1 };
    for date in ["2026-02-27", "2026-02-25", "2026-03-03", "no day"] {
        audience.day(date, counts);
    }
    let told = audience.analytics();
    assert_eq!((told.total_views, told.total_watch_time_seconds, told.completed_views), (3, 90, 1));
    assert_eq!(told.views_by_day[1].views, 3);
    assert!(close(told.completion_rate, 33.33, 0.000_1));
}

#[test]
fn a_sample_is_scaled_and_its_sums_are_the_counters() {
    let range = range(7);
    let mut audience = Audience::new(range.clone(), Some(60));
    audience.counted(range.from(), range.to());
    for n in 0..10 {
        let viewer = Viewer { key: Some(format!("i:{n}")), ..Viewer::unknown() };
        let mut view =
            View::begin(crate::ViewId::generate(VideoId::generate(), 1, range.from()), viewer, None, true, 90);
        view.watch_time_seconds = 60;
        audience.view(view);
    }
    audience.day("2026-02-26", DayCounts { views: 81, watch_time: 4_000, completions: 5 });
    let told = audience.sampled(8, 64);
    assert_eq!((told.unique_viewers, told.total_views, told.total_watch_time_seconds), (80, 81, 4_000));
    assert_eq!((told.retention[19].views, told.devices[0].views, told.referrers[0].views), (80, 80, 80));
    assert!(close(told.retention[19].share, 100.0, 0.0));
}

#[test]
fn of_days_that_no_counter_tells_the_sums_are_scaled() {
    let range = range(7);
    let noon = range.from().plus_seconds(43_200);
    let mut audience = Audience::new(range.clone(), Some(60));
    audience.counted(range.from().plus_seconds(86_400), range.to());
    for day in [0, 0, 0, 1] {
        let began = noon.plus_seconds(86_400 * day);
        let viewer = Viewer { key: None, ..Viewer::unknown() };
        let mut view = View::begin(crate::ViewId::generate(VideoId::generate(), 1, began), viewer, None, true, 90);
        (view.watch_time_seconds, view.completed) = (30, true);
        audience.view(view);
    }
    audience.day("2026-02-27", DayCounts { views: 5, watch_time: 100, completions: 2 });
    let told = audience.sampled(10, 40);
    let days: Vec<u64> = told.views_by_day.iter().map(|day| day.views).collect();
    assert_eq!((days, told.total_views, told.unique_viewers), (vec![12, 5, 0, 0, 0], 17, 16));
    assert_eq!((told.total_watch_time_seconds, told.completed_views), (460, 14));
    assert!(close(told.retention[0].share, 100.0, 0.0));
}
