use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

/// Writes the document that `GET /api/openapi.json` serves, and the web client's types, from the routers.
#[derive(Args)]
pub struct OpenApi {}

impl OpenApi {
    pub fn run() -> Result<()> {
        let write = ["test", "--package", "framehouse-tests", "--test", "tidy", "the_served_document_is_the_routers"];
        let written = Command::new(env!("CARGO")).args(write).env("UPDATE_OPENAPI", "1").status();
        ensure!(written.context("run cargo")?.success(), "The document was not written; cargo says why above.");
        let typed = Command::new("npm").args(["run", "types"]).current_dir("web").status().context("run npm")?;
        ensure!(
            typed.success(),
            "The web client's types were not written; run `cargo xtask up` once to install npm's packages."
        );
        Ok(())
    }
}
