//! `cargo xtask up`.

use anyhow::{Context, Result};
use clap::Args;

use crate::stack::{Settings, Stack, repository, require_space};

/// Options of `up`.
#[derive(Args)]
pub struct Up {
    #[command(flatten)]
    settings: Settings,
    /// Return when everything is ready; stop it with `cargo xtask down`.
    #[arg(long)]
    detach: bool,
    /// Do not load the demo clip.
    #[arg(long)]
    no_demo: bool,
}

impl Up {
    /// Starts or updates the stack.
    pub fn run(self) -> Result<()> {
        require_space(&repository()?, "cargo xtask up", 4)?;
        let stack = Stack::new(&self.settings)?;
        let running = stack.up()?;
        if !self.no_demo {
            running.load_demo();
        }
        running.print_urls();
        if self.detach {
            return Ok(());
        }
        eprintln!("Ctrl-C stops everything.");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(tokio::signal::ctrl_c()).context("wait for Ctrl-C")?;
        eprintln!();
        stack.stop()?;
        eprintln!("Stopped. The data stays.");
        Ok(())
    }
}
