use std::{env, path::PathBuf, time::Duration};

use framehouse_media::plan::{self, SegmentFormat};

/// What the environment configures of the transcoder alone; ARCHITECTURE.md lists the variables.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Segment format, chunk and segment length, preset.
    pub plan: plan::Settings,
    /// Messages of each queue at once, outside Lambda.
    pub concurrency: usize,
    /// ffmpeg is killed when it makes no progress for so long.
    pub stall: Duration,
    /// Where each task gets a directory of its own.
    pub scratch: PathBuf,
    /// Keys of one page of a scan.
    pub scan_page_keys: u32,
    /// The most bytes that are hashed for one message.
    pub hash_bytes: u64,
}

impl Settings {
    /// Reads the environment; a value that makes no sense is an error that names the variable.
    pub fn from_env() -> Result<Self, String> {
        let defaults = plan::Settings::default();
        let format = match text("HLS_SEGMENT_FORMAT").as_deref() {
            None | Some("fmp4") => SegmentFormat::Fmp4,
            Some("ts") => SegmentFormat::Ts,
            Some(other) => return Err(format!("HLS_SEGMENT_FORMAT is {other:?}; set it to fmp4 or ts")),
        };
        let plan = plan::Settings {
            format,
            chunk_seconds: number("CHUNK_SECONDS", defaults.chunk_seconds)?,
            segment_seconds: number("SEGMENT_SECONDS", defaults.segment_seconds)?,
            preset: text("X264_PRESET").unwrap_or(defaults.preset),
            allow_copy: true,
        };
        Ok(Self {
            plan,
            concurrency: number("WORKER_CONCURRENCY", 1.0)?.max(1.0) as usize,
            stall: Duration::from_secs_f64(number("STALL_SECONDS", 60.0)?),
            scratch: env::temp_dir(),
            scan_page_keys: framehouse_library::PAGE_KEYS,
            hash_bytes: u64::MAX,
        })
    }
}

fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn number(name: &str, default: f64) -> Result<f64, String> {
    let Some(value) = text(name) else { return Ok(default) };
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err(format!("{name} is {value:?}; set it to a positive number")),
    }
}
