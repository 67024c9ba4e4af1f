//! CPU of a function's process per request, measured from outside: `cargo xtask bench request` runs it.
//!
//! `framehouse-request-bench DIRECTORY REQUESTS`: with the functions' binaries there it prints a table as Markdown.

mod aws;
mod function;
mod requests;

use std::{env, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    aws::{Aws, TABLE},
    function::{CpuTime, Function},
    requests::{Answers, MEASURED, Measured},
};

const SECRET: &str = "a secret of thirty-two bytes or more";
/// Videos in the library.
const VIDEOS: usize = 1_000;
/// Asked before anything is measured: connections, keys, the catalog.
const WARMING: usize = 100;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let binaries = PathBuf::from(arguments.next().context("read the arguments: the first is a directory")?);
    let requests: usize = arguments.next().context("read the arguments: the second is a number")?.parse()?;
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let aws = Aws::start(&root, VIDEOS).await?;
    println!("| request | user, µs | system, µs | both, µs | × hello | × one call |");
    println!("|---|---|---|---|---|---|");
    let mut answers = Answers::new(&root, SECRET, aws.videos.clone())?;
    let mut baselines: Vec<f64> = Vec::new();
    for measured in MEASURED {
        let binary = binaries.join(measured.binary);
        let mut function = Function::start(&binary, &environment(&aws)).await?;
        let cpu = measure(&mut function, measured, &mut answers, requests).await?;
        function.end().await?;
        let both = cpu.user + cpu.system;
        if baselines.len() < 2 {
            baselines.push(both);
        }
        let ratio = |place: usize| baselines.get(place).map_or(String::new(), |base| format!("{:.2}", both / base));
        let name = measured.name;
        println!("| {name} | {:.0} | {:.0} | {both:.0} | {} | {} |", cpu.user, cpu.system, ratio(0), ratio(1));
    }
    Ok(())
}

/// Microseconds of a request.
async fn measure(
    function: &mut Function,
    measured: &Measured,
    answers: &mut Answers,
    requests: usize,
) -> Result<CpuTime> {
    for _ in 0..WARMING {
        answers.ask(function, measured).await?;
    }
    let before = function.cpu_time()?;
    for _ in 0..requests {
        answers.ask(function, measured).await?;
    }
    let after = function.cpu_time()?;
    let each = |seconds: f64| seconds * 1e6 / requests as f64;
    Ok(CpuTime { user: each(after.user - before.user), system: each(after.system - before.system) })
}

fn environment(aws: &Aws) -> Vec<(&'static str, String)> {
    let fixed = [
        ("TABLE_NAME", TABLE),
        ("MEDIA_BUCKET", "bench"),
        ("TRANSCODE_QUEUE_URL", "http://127.0.0.1:9/000000000000/bench"),
        ("LIBRARY_QUEUE_URL", "http://127.0.0.1:9/000000000000/bench"),
        ("JWT_ISSUER", "bench"),
        ("JWT_AUDIENCE", "bench"),
        ("JWT_HS256_SECRET", SECRET),
        ("PLAYBACK_TOKEN_SECRET", SECRET),
        ("VIEWER_HASH_SECRET", SECRET),
    ];
    let mut environment: Vec<(&str, String)> = fixed.map(|(name, value)| (name, value.to_owned())).to_vec();
    environment.push(("AWS_ENDPOINT_URL_DYNAMODB", aws.dynamodb.clone()));
    environment.push(("AWS_ENDPOINT_URL", aws.s3.clone()));
    environment
}
