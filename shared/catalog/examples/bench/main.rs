//! Measures the catalog: `cargo run --release -p framehouse-catalog --example bench -- [rows] [connection]`.
//!
//! CPU milliseconds of the thread per query, bytes a video, snapshot, loading, changes; with a connection (see
//! `with-postgres.sh`) the same queries in `PostgreSQL`, and every total and page compared.

mod library;
mod postgres;
mod questions;

use framehouse_catalog::snapshot::Snapshot;
use framehouse_catalog::{Catalog, Change, Entry, LiveCatalog, Query, Start};
use library::{Library, Random};
use nix::time::{ClockId, clock_gettime};
use peak_alloc::PeakAlloc;
use questions::Kind;
use std::error::Error;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const SEED: u64 = 2_026;
/// Each kind is asked at least so often.
const SAMPLES: usize = 600;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rows: usize = arguments.next().unwrap_or_else(|| "100000".to_owned()).parse()?;
    let connection = arguments.next();

    let mut library = Library::new(SEED);
    let entries: Vec<Entry> = (0..rows).map(|_| library.entry()).collect();
    let rare = rare_words(&entries);
    let text: usize = entries.iter().map(|e| e.title.len() + e.path.len()).sum();
    println!("{rows} videos, {} bytes of title and path each", text / rows);
    let catalog = Catalog::new(entries);
    let bytes = Snapshot { catalog, watermark: 0 }.encode()?;
    println!("snapshot: {:.1} bytes a video", bytes.len() as f64 / rows as f64);

    let before = PeakAlloc.current_usage();
    PeakAlloc.reset_peak_usage();
    let (wall, cpu) = (Instant::now(), process_time()?);
    let catalog = Snapshot::decode(&bytes)?.catalog;
    println!("load: {:.2} s, {:.2} s CPU", wall.elapsed().as_secs_f64(), process_time()? - cpu);
    let memory = catalog.memory();
    println!(
        "memory: {:.1} bytes a video allocated, {:.1} counted, {:.1} at the highest while loading",
        (PeakAlloc.current_usage() - before) as f64 / rows as f64,
        memory.total() as f64 / rows as f64,
        (PeakAlloc.peak_usage() - before) as f64 / rows as f64
    );
    let parts = [
        ("columns", memory.columns),
        ("texts", memory.texts),
        ("orders", memory.orders),
        ("bitmaps", memory.bitmaps),
        ("dictionaries", memory.dictionaries),
        ("title index", memory.titles),
        ("file index", memory.files),
    ];
    for (name, bytes) in parts {
        println!("  {name}: {:.1}", bytes as f64 / rows as f64);
    }

    let kinds = questions::kinds(rows, &rare);
    let answers = match &connection {
        Some(connection) => {
            let mut again = Library::new(SEED);
            postgres::load(connection, (0..rows).map(|_| again.entry()))?;
            Some(postgres::ask(connection, &kinds)?)
        }
        None => None,
    };
    println!(
        "\n| query | p50 ms | p99 ms | worst query | its p50 | goal | PostgreSQL ms | ratio |\n|---|---|---|---|---|---|---|---|"
    );
    let mut differences = 0;
    for (i, kind) in kinds.iter().enumerate() {
        differences += report(&catalog, kind, answers.as_ref().map(|a| a[i].as_slice()))?;
    }
    println!(
        "\ntotals and pages that differ from PostgreSQL: {}",
        if answers.is_some() { differences.to_string() } else { "not compared".to_owned() }
    );
    changes(catalog, &mut library, &kinds)?;
    if differences == 0 { Ok(()) } else { Err("the catalog and PostgreSQL disagree".into()) }
}

fn report(catalog: &Catalog, kind: &Kind, answers: Option<&[postgres::Answer]>) -> Result<usize, Box<dyn Error>> {
    let mut all = Vec::new();
    let mut worst = (0.0, String::new());
    let mut ratios = Vec::new();
    let mut differences = 0;
    for (i, query) in kind.queries.iter().enumerate() {
        let mut times = measure(catalog, query, SAMPLES / kind.queries.len())?;
        times.sort_by(f64::total_cmp);
        let p50 = times[times.len() / 2];
        if p50 > worst.0 {
            worst = (p50, describe(query));
        }
        all.extend(times);
        if let Some(answer) = answers.map(|a| &a[i]) {
            ratios.push((answer.time, answer.time / p50));
            let page = catalog.list(query)?;
            let ids: Vec<String> = page.entries.iter().map(|e| e.id.to_string()).collect();
            if page.total != answer.total || ids != answer.ids {
                differences += 1;
                println!("DIFFERS: {query:?}: {} / {}", page.total, answer.total);
            }
        }
    }
    all.sort_by(f64::total_cmp);
    let (p50, p99) = (all[all.len() / 2], all[all.len() * 99 / 100]);
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let times = ratios.first().zip(ratios.last()).map_or_else(String::new, |(a, b)| format!("{:.1}–{:.0}", a.0, b.0));
    let least = ratios.iter().map(|r| r.1).fold(f64::INFINITY, f64::min);
    let mut sorted: Vec<f64> = ratios.iter().map(|r| r.1).collect();
    sorted.sort_by(f64::total_cmp);
    let ratio = sorted
        .get(sorted.len() / 2)
        .map_or_else(String::new, |median| format!("{least:.0}–{median:.0} (least, median)"));
    let missed = if p99 > kind.goal { " missed" } else { "" };
    println!(
        "| {} | {p50:.3} | {p99:.3} | {} | {:.3} | {}{missed} | {times} | {ratio} |",
        kind.name, worst.1, worst.0, kind.goal
    );
    Ok(differences)
}

fn describe(query: &Query) -> String {
    let filter = &query.filter;
    let offset = match query.start {
        Start::Offset(offset) if offset > 0 => format!(" +{offset}"),
        _ => String::new(),
    };
    let text = [&filter.search, &filter.producer].into_iter().find(|t| !t.is_empty());
    format!("`{}` {:?}{offset}", text.map_or("", String::as_str), query.sort.by)
}

fn measure(catalog: &Catalog, query: &Query, times: usize) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut taken = Vec::with_capacity(times);
    for _ in 0..times.max(20) {
        let start = thread_time()?;
        let page = catalog.list(query)?;
        taken.push((thread_time()? - start) * 1_000.0);
        std::hint::black_box(page);
    }
    Ok(taken)
}

/// Batches of a thousand changes on top: the time of each, then queries with overlays, then the compaction.
fn changes(catalog: Catalog, library: &mut Library, kinds: &[Kind]) -> Result<(), Box<dyn Error>> {
    let rows = catalog.len();
    let mut random = Random(SEED);
    let live = LiveCatalog::new(catalog);
    let known: Vec<Entry> = {
        let state = live.load();
        let query = |offset| Query { start: Start::Offset(offset), limit: 8_000.min(rows / 2), ..Query::default() };
        state.list(&query(rows / 3))?.entries
    };
    let mut times = Vec::new();
    for batch in 0..10_u64 {
        let changes: Vec<Change> = (0..1_000)
            .map(|i| {
                let mut entry = known[random.below(known.len() as u64) as usize].clone();
                entry.changed_at += 1_000_000_000 * (batch + 1) + i;
                match i % 10 {
                    0 => Change::Delete { id: entry.id, changed_at: entry.changed_at },
                    1..4 => Change::Upsert(library.entry()),
                    _ => {
                        entry.views += 1;
                        entry.title.push_str(" (new)");
                        Change::Upsert(entry)
                    }
                }
            })
            .collect();
        let start = thread_time()?;
        live.apply(changes);
        times.push((thread_time()? - start) * 1_000.0);
    }
    let list = times.iter().map(|t| format!("{t:.1}")).collect::<Vec<_>>().join(", ");
    println!("\napply 1,000 changes, ms CPU: {list}");
    overlaid(&live.load(), kinds, "ten batches in overlays")?;
    let start = Instant::now();
    live.compact();
    println!("compaction: {:.2} s", start.elapsed().as_secs_f64());
    overlaid(&live.load(), kinds, "overlays compacted")
}

fn overlaid(catalog: &Catalog, kinds: &[Kind], state: &str) -> Result<(), Box<dyn Error>> {
    println!("p99 ms with {state}:");
    for kind in kinds {
        let mut all = Vec::new();
        for query in &kind.queries {
            all.extend(measure(catalog, query, 20)?);
        }
        all.sort_by(f64::total_cmp);
        let p99 = all[all.len() * 99 / 100];
        print!("{} {p99:.2}{}; ", kind.name, if p99 > kind.goal { " missed" } else { "" });
    }
    println!();
    Ok(())
}

/// Words of some titles that are long enough to be rare.
fn rare_words(entries: &[Entry]) -> Vec<String> {
    let words = entries
        .iter()
        .step_by((entries.len() / 400).max(1))
        .filter_map(|e| e.title.split(' ').find(|w| w.len() > 9 && w.chars().all(char::is_alphanumeric)));
    words.take(12).map(str::to_owned).collect()
}

/// Seconds of CPU that the thread has had.
fn thread_time() -> Result<f64, nix::Error> {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(|time| Duration::from(time).as_secs_f64())
}

/// Seconds of CPU that all threads have had.
fn process_time() -> Result<f64, nix::Error> {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map(|time| Duration::from(time).as_secs_f64())
}
