//! The demo clip.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use super::Running;
use crate::{clips, upload};

/// The demo clip takes about a minute on two cores.
const DEMO_LIMIT: Duration = Duration::from_mins(5);

impl Running<'_> {
    /// Uploads a real clip through the public API, once in the life of the stack's data. The stack is of use without
    /// it, so a failure is only said.
    pub fn load_demo(&self) {
        if let Err(error) = self.try_load_demo() {
            eprintln!("The demo clip is not there: {error:#}. See {}", self.stack.worker().log().display());
        }
    }

    fn try_load_demo(&self) -> Result<()> {
        let marker = self.stack.dir.join("emulator/demo");
        if marker.is_file() {
            return Ok(());
        }
        let clip = clips::ensure(&self.stack.root, "bbb-1080p.mp4")?;
        let upload = upload::Upload::of_demo(clip, self.stack.dir.clone());
        let url = upload.finish(DEMO_LIMIT)?;
        fs::write(&marker, url).with_context(|| format!("write {}", marker.display()))
    }
}
