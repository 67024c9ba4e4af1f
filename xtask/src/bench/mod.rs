//! `cargo xtask bench`: measurements against a named baseline in the same run, kept in BENCHMARKS.md.

mod build;
mod catalog;
mod cold_start;
mod report;
mod request;
mod runtime_api;
mod tls;
mod transcode;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Options of `bench`.
#[derive(Args)]
pub struct Bench {
    #[command(subcommand)]
    name: Name,
}

#[derive(Subcommand)]
enum Name {
    /// Lists, filters and searches of the catalog, against PostgreSQL on the same videos.
    Catalog(catalog::Catalog),
    /// Start of each area's binary, against a hello-world function.
    ColdStart(cold_start::ColdStart),
    /// CPU of a function per request, against a hello-world function and a bare call to DynamoDB.
    Request(request::Request),
    /// User CPU of a transcode, against one bare ffmpeg with the same ladder and settings.
    Transcode(transcode::Transcode),
}

impl Bench {
    /// Measures, prints the result and writes it to BENCHMARKS.md.
    pub fn run(self) -> Result<()> {
        match self.name {
            Name::Catalog(bench) => bench.run(),
            Name::ColdStart(bench) => bench.run(),
            Name::Request(bench) => bench.run(),
            Name::Transcode(bench) => bench.run(),
        }
    }
}

/// The value in the middle, or the mean of the two.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length.is_multiple_of(2) => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}
