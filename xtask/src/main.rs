//! The repository's commands: `cargo xtask --help`.

#![allow(unreachable_pub, reason = "nothing of a program can be reached from outside")]

mod bench;
mod clips;
mod deploy;
mod docker;
mod down;
mod openapi;
mod process;
mod progress;
mod serve;
mod stack;
mod test;
mod token;
mod up;
mod upload;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Commands to run, test and deploy Framehouse.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the whole system on this machine.
    Up(up::Up),
    /// Stop what `up` started. Its data stays.
    Down(down::Down),
    /// Print an access token for development.
    Token(token::Token),
    /// Upload a video through the public API and print the URL that plays it.
    Upload(upload::Upload),
    /// Check and test everything against a stack of its own.
    Test(test::Test),
    /// Fetch the real clips that tests and demo use.
    Clips(clips::Clips),
    /// Measure against a baseline and write BENCHMARKS.md.
    Bench(bench::Bench),
    /// Write the served OpenAPI document and the web client's types from the routers.
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    /// Build for Lambda and deploy to AWS.
    Deploy(deploy::Deploy),
    /// Serve the web pages and the API on one origin.
    #[command(hide = true)]
    Serve(serve::Serve),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One sentence; a backtrace would not help its reader.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Up(command) => command.run(),
        Command::Down(command) => command.run(),
        Command::Token(command) => command.run(),
        Command::Upload(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Clips(_) => clips::Clips::run(),
        Command::Bench(command) => command.run(),
        Command::OpenApi(_) => openapi::OpenApi::run(),
        Command::Deploy(command) => command.run(),
        Command::Serve(command) => command.run(),
    }
}
