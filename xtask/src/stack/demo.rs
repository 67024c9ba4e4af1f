//! The demo clip.

use std::fs;

use anyhow::{Context, Result};

use super::Running;
use crate::{clips, upload};

impl Running<'_> {
    /// Uploads a real clip through the public API, once in the life of the stack's data.
    pub fn load_demo(&self) -> Result<()> {
        let marker = self.stack.dir.join("emulator/demo");
        if marker.is_file() {
            return Ok(());
        }
        let clip = clips::ensure(&self.stack.root, "bbb-1080p.mp4")?;
        let upload = upload::Upload::of_demo(clip, self.stack.dir.clone());
        let url = upload.finish().context("load the demo clip")?;
        fs::write(&marker, url).with_context(|| format!("write {}", marker.display()))
    }
}
