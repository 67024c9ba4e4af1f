//! What the audience makes the catalog do: sums and related videos, and counts that change all the time.

use crate::library::Random;
use crate::questions::gallery;
use crate::{SAMPLES, SEED, percentile, process_time, thread_time};
use framehouse_catalog::{Catalog, Change, Entry, LiveCatalog, Query};
use peak_alloc::PeakAlloc;
use std::error::Error;
use uuid::Uuid;

/// Seconds that counts change for, and how many videos' in each.
const SECONDS: u64 = 60;
const CHANGED: usize = 2_000;

/// The times that sums, categories and related videos of the gallery take.
pub(crate) fn questions(catalog: &Catalog) -> Result<String, Box<dyn Error>> {
    let gallery = gallery();
    let ids: Vec<Uuid> = published(catalog, 200)?.iter().map(|entry| entry.id).collect();
    let totals = times(20, |_| _ = std::hint::black_box(catalog.totals(&gallery)))?;
    let categories = times(20, |_| drop(std::hint::black_box(catalog.categories(&gallery))))?;
    let related = times(SAMPLES, |i| drop(std::hint::black_box(catalog.related(ids[i % ids.len()], &gallery, 12))))?;
    Ok(format!(
        "Of the gallery, medians and 99th percentiles: sums {totals}; categories {categories}; videos related to one {related}."
    ))
}

fn times(samples: usize, ask: impl Fn(usize)) -> Result<String, Box<dyn Error>> {
    let mut times = Vec::new();
    for i in 0..samples {
        let start = thread_time()?;
        ask(i);
        times.push((thread_time()? - start) * 1_000.0);
    }
    Ok(format!("{:.3} and {:.3} ms", percentile(&mut times, 50), percentile(&mut times, 99)))
}

/// Some published videos, from all times.
fn published(catalog: &Catalog, count: usize) -> Result<Vec<Entry>, Box<dyn Error>> {
    let all = catalog.list(&Query { filter: gallery(), limit: usize::MAX, ..Query::default() })?.entries;
    let step = (all.len() / count).max(1);
    Ok(all.into_iter().step_by(step).collect())
}

/// A minute in which the counts of many videos change every second, as one refresh a second sees it.
pub(crate) fn steady(live: &LiveCatalog) -> Result<String, Box<dyn Error>> {
    let mut videos = published(&live.load(), usize::MAX)?;
    let mut random = Random(SEED);
    let before = PeakAlloc.current_usage();
    let (mut applied, mut compacted, mut largest) = (Vec::new(), Vec::new(), 0);
    let cpu = process_time()?;
    for second in 0..SECONDS {
        let changes: Vec<Change> = (0..CHANGED)
            .map(|_| {
                let place = random.below(videos.len() as u64) as usize;
                let video = &mut videos[place];
                video.views += 1;
                video.watch_time += 30;
                video.changed_at = video.changed_at.max(1_900_000_000_000 + second * 1_000);
                Change::Upsert(video.clone())
            })
            .collect();
        let start = thread_time()?;
        live.apply(changes);
        applied.push((thread_time()? - start) * 1_000.0);
        if live.load().is_fragmented() {
            let start = process_time()?;
            live.compact();
            compacted.push((process_time()? - start) * 1_000.0);
        }
        largest = largest.max(PeakAlloc.current_usage().saturating_sub(before));
    }
    let cpu = process_time()? - cpu;
    Ok(format!(
        "Counts of {CHANGED} published videos changing each second, for {SECONDS} s, one refresh a second: applied in {:.1} \
         and {:.1} ms (median, most); compacted {} times in {:.0} and {:.0} ms of CPU (median, most); {:.1} % of one CPU; \
         {:.1} MB more memory at most, {:.1} MB at the end.",
        percentile(&mut applied, 50),
        percentile(&mut applied, 99),
        compacted.len(),
        percentile(&mut compacted, 50),
        percentile(&mut compacted, 99),
        cpu / SECONDS as f64 * 100.0,
        largest as f64 / 1e6,
        PeakAlloc.current_usage().saturating_sub(before) as f64 / 1e6,
    ))
}
