//! `cargo xtask down`.

use anyhow::Result;
use clap::Args;

use crate::stack::{Settings, Stack};

/// Options of `down`.
#[derive(Args)]
pub struct Down {
    #[command(flatten)]
    settings: Settings,
}

impl Down {
    /// Stops the stack, the worker first: it hands its message back. The emulator saves its state.
    pub fn run(self) -> Result<()> {
        let stack = Stack::new(&self.settings)?;
        let ran = stack.stop()?;
        eprintln!("{}", if ran { "Stopped. The data stays." } else { "Nothing was running." });
        Ok(())
    }
}
