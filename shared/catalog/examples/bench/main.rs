//! Measures the catalog beside `PostgreSQL` and prints the result as Markdown: `cargo xtask bench catalog`, or
//! `cargo run --release -p framehouse-catalog --example bench -- [rows] [connection]`.
//!
//! CPU milliseconds of the thread per query, bytes a video, snapshot, loading, changes; with a connection (see
//! `with-postgres.sh`) the same queries in `PostgreSQL`, and every total and page compared.

mod audience;
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
    let kinds = questions::kinds(rows, &rare);
    let catalog = Catalog::new(entries);
    let catalog = reload(catalog, rows)?;
    let answers = match &connection {
        Some(connection) => {
            let mut again = Library::new(SEED);
            postgres::load(connection, (0..rows).map(|_| again.entry()))?;
            Some(postgres::ask(connection, &kinds)?)
        }
        None => None,
    };
    let quiet: Vec<Measured> = kinds.iter().map(|kind| measure(&catalog, kind)).collect::<Result<_, _>>()?;
    let duplicates = duplicates(&catalog)?;
    let audience = audience::questions(&catalog)?;
    let differences = match &answers {
        Some(answers) => compare(&catalog, &kinds, answers)?,
        None => 0,
    };
    let (live, applied) = changed(catalog, &mut library)?;
    let overlaid: Vec<Measured> = kinds.iter().map(|kind| measure(&live.load(), kind)).collect::<Result<_, _>>()?;
    let start = Instant::now();
    live.compact();
    println!(
        "1,000 changes applied in {applied} ms; ten such batches compacted in {:.2} s. {duplicates}",
        start.elapsed().as_secs_f64()
    );
    println!("{audience} {}", audience::steady(&live)?);
    if answers.is_some() {
        println!("Totals and pages that differ from PostgreSQL's: {differences}.");
    } else {
        println!("Not compared with PostgreSQL.");
    }
    println!(
        "\n| query | p50 ms | p99 ms | p99 with ten batches of changes | slowest | PostgreSQL ms | ratio, least and median |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (i, kind) in kinds.iter().enumerate() {
        row(kind, &quiet[i], &overlaid[i], answers.as_ref().map(|a| a[i].as_slice()));
    }
    if differences == 0 { Ok(()) } else { Err("the catalog and PostgreSQL disagree".into()) }
}

/// The catalog from its snapshot, as a function that starts gets it.
fn reload(catalog: Catalog, rows: usize) -> Result<Catalog, Box<dyn Error>> {
    let each = |bytes: usize| bytes as f64 / rows as f64;
    let bytes = Snapshot { catalog, watermark: 0 }.encode()?;
    let before = PeakAlloc.current_usage();
    PeakAlloc.reset_peak_usage();
    let (wall, cpu) = (Instant::now(), process_time()?);
    let catalog = Snapshot::decode(&bytes)?.catalog;
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), process_time()? - cpu);
    let memory = catalog.memory();
    println!(
        "{:.1} bytes a video in memory (columns {:.1}, texts {:.1}, orders {:.1}, bitmaps {:.1}, dictionaries {:.1}, title \
         index {:.1}, file index {:.1}), {:.1} at the highest while loading; {:.1} in the snapshot; loaded and ready in \
         {wall:.2} s ({cpu:.2} s CPU).",
        each(PeakAlloc.current_usage() - before),
        each(memory.columns),
        each(memory.texts),
        each(memory.orders),
        each(memory.bitmaps),
        each(memory.dictionaries),
        each(memory.titles),
        each(memory.files),
        each(PeakAlloc.peak_usage() - before),
        each(bytes.len())
    );
    Ok(catalog)
}

/// Milliseconds of a kind's queries.
struct Measured {
    p50: f64,
    p99: f64,
    /// The median of each query.
    each: Vec<f64>,
}

fn measure(catalog: &Catalog, kind: &Kind) -> Result<Measured, Box<dyn Error>> {
    let (mut all, mut each) = (Vec::new(), Vec::new());
    for query in &kind.queries {
        let mut times = Vec::new();
        for _ in 0..(SAMPLES / kind.queries.len()).max(20) {
            let start = thread_time()?;
            let page = catalog.list(query)?;
            times.push((thread_time()? - start) * 1_000.0);
            std::hint::black_box(page);
        }
        each.push(percentile(&mut times, 50));
        all.extend(times);
    }
    Ok(Measured { p50: percentile(&mut all, 50), p99: percentile(&mut all, 99), each })
}

fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() * percent / 100).copied().unwrap_or_default()
}

/// How many queries have another total or page than in `PostgreSQL`.
fn compare(catalog: &Catalog, kinds: &[Kind], answers: &[Vec<postgres::Answer>]) -> Result<usize, Box<dyn Error>> {
    let mut differences = 0;
    for (query, answer) in kinds.iter().zip(answers).flat_map(|(kind, answers)| kind.queries.iter().zip(answers)) {
        let page = catalog.list(query)?;
        let ids: Vec<String> = page.entries.iter().map(|e| e.id.to_string()).collect();
        if page.total != answer.total || ids != answer.ids {
            differences += 1;
            println!("DIFFERS: {query:?}: {} / {}", page.total, answer.total);
        }
    }
    Ok(differences)
}

fn row(kind: &Kind, quiet: &Measured, overlaid: &Measured, answers: Option<&[postgres::Answer]>) {
    let slowest = (0..kind.queries.len()).max_by(|&a, &b| quiet.each[a].total_cmp(&quiet.each[b])).unwrap_or_default();
    let (mut times, mut ratios): (Vec<f64>, Vec<f64>) = answers
        .unwrap_or_default()
        .iter()
        .zip(&quiet.each)
        .map(|(answer, each)| (answer.time, answer.time / each))
        .unzip();
    let compared = if times.is_empty() {
        " | ".to_owned()
    } else {
        format!(
            "{}–{} | {:.0}, {:.0}",
            short(percentile(&mut times, 0)),
            short(times[times.len() - 1]),
            percentile(&mut ratios, 0),
            percentile(&mut ratios, 50)
        )
    };
    let missed = |p99: f64| if p99 > kind.goal { " missed" } else { "" };
    println!(
        "| {} | {:.3} | {:.3}{} | {:.3}{} | {} {:.3} | {compared} |",
        kind.name,
        quiet.p50,
        quiet.p99,
        missed(quiet.p99),
        overlaid.p99,
        missed(overlaid.p99),
        describe(&kind.queries[slowest]),
        quiet.each[slowest],
    );
}

/// Milliseconds with as many digits as say something.
fn short(time: f64) -> String {
    if time < 10.0 { format!("{time:.1}") } else { format!("{time:.0}") }
}

fn describe(query: &Query) -> String {
    let filter = &query.filter;
    let offset = match query.start {
        Start::Offset(offset) if offset > 0 => format!(" +{offset}"),
        _ => String::new(),
    };
    let text = [&filter.search, &filter.producer].into_iter().find(|t| !t.is_empty());
    let by = format!("{:?}", query.sort.by).to_lowercase();
    text.map_or_else(|| format!("by {by}{offset}:"), |text| format!("`{text}` by {by}{offset}:"))
}

/// The time that finding all candidates for duplicates takes.
fn duplicates(catalog: &Catalog) -> Result<String, Box<dyn Error>> {
    let mut times = Vec::new();
    let mut total = 0;
    for _ in 0..20 {
        let start = thread_time()?;
        total = catalog.duplicates(0, 20, 10).total;
        times.push((thread_time()? - start) * 1_000.0);
    }
    Ok(format!("{total} groups of candidates for duplicates found in {:.1} ms.", percentile(&mut times, 50)))
}

/// The catalog with ten batches of a thousand changes on top, and the least and most milliseconds that one took.
fn changed(catalog: Catalog, library: &mut Library) -> Result<(LiveCatalog, String), Box<dyn Error>> {
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
    Ok((live, format!("{:.1}–{:.1}", percentile(&mut times, 0), times[times.len() - 1])))
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
