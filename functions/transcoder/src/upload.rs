//! Segments go to S3 while ffmpeg writes the next ones, and leave the local disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use framehouse_domain::MediaFileId;
use framehouse_media::{
    codecs,
    output::{self, Init},
    plan::SegmentFormat,
};
use framehouse_objects::{ObjectKey, Objects};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::failure::Failure;

/// Uploads at once; a copied 4K segment can be 30 MB, and each is in memory whole.
const AT_ONCE: usize = 4;

/// A file that is in S3.
#[derive(Debug, Clone)]
pub(crate) struct Uploaded {
    /// Its length.
    pub(crate) bytes: u64,
    /// What it is, when it is an initialization segment.
    pub(crate) init: Option<Init>,
    /// The codec string, where it can be read from this file.
    pub(crate) codec: Option<String>,
}

/// Uploads what ffmpeg leaves in one directory.
#[derive(Debug)]
pub(crate) struct Uploader {
    objects: Objects,
    id: MediaFileId,
    version: u32,
    format: SegmentFormat,
    directory: PathBuf,
    taken: BTreeSet<String>,
    permits: Arc<Semaphore>,
    jobs: JoinSet<Result<(String, Uploaded), Failure>>,
    done: BTreeMap<String, Uploaded>,
}

impl Uploader {
    pub(crate) fn new(
        objects: &Objects,
        id: MediaFileId,
        version: u32,
        format: SegmentFormat,
        directory: &Path,
    ) -> Self {
        Self {
            objects: objects.clone(),
            id,
            version,
            format,
            directory: directory.to_owned(),
            taken: BTreeSet::new(),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            jobs: JoinSet::new(),
            done: BTreeMap::new(),
        }
    }

    /// Starts uploading what is complete and answers how many bytes wait on the disk.
    pub(crate) fn advance(&mut self) -> Result<u64, Failure> {
        let waiting = self.take(false)?;
        while let Some(job) = self.jobs.try_join_next() {
            self.note(job)?;
        }
        Ok(waiting)
    }

    /// Uploads the rest, once ffmpeg has ended, and answers every file by name.
    pub(crate) async fn finish(mut self) -> Result<BTreeMap<String, Uploaded>, Failure> {
        self.take(true)?;
        while let Some(job) = self.jobs.join_next().await {
            self.note(job)?;
        }
        Ok(self.done)
    }

    fn note(
        &mut self,
        job: Result<Result<(String, Uploaded), Failure>, tokio::task::JoinError>,
    ) -> Result<(), Failure> {
        let (name, uploaded) = job.map_err(|error| Failure::transient("upload segment", error))??;
        self.done.insert(name, uploaded);
        Ok(())
    }

    /// Takes up complete files: all but each rendition's last segment, which ffmpeg may be writing, and but the
    /// initialization segments, which it writes before.
    fn take(&mut self, ended: bool) -> Result<u64, Failure> {
        let (files, waiting) =
            list(&self.directory, self.format).map_err(|error| Failure::transient("read scratch directory", error))?;
        let mut renditions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in files {
            let rendition = name.rsplit_once('_').map_or(name.as_str(), |(rendition, _)| rendition).to_owned();
            renditions.entry(rendition).or_default().push(name);
        }
        for names in renditions.into_values() {
            let last = names.iter().rev().find(|name| !is_init(name)).cloned();
            for name in names {
                let complete = ended || (!is_init(&name) && Some(&name) != last.as_ref());
                if complete && self.taken.insert(name.clone()) {
                    self.start(name);
                }
            }
        }
        Ok(waiting)
    }

    fn start(&mut self, name: String) {
        let key = ObjectKey::hls(self.id, self.version, format!("segments/{name}"));
        let mime = if is_init(&name) { "video/mp4" } else { self.format.mime() };
        let (objects, permits, path) = (self.objects.clone(), self.permits.clone(), self.directory.join(&name));
        let format = self.format;
        self.jobs.spawn(async move {
            let _permit = permits.acquire().await.map_err(|error| Failure::transient("upload segment", error))?;
            let body = tokio::fs::read(&path).await.map_err(|error| Failure::transient("read segment", error))?;
            let uploaded = describe(&name, format, &body);
            objects.put(&key, mime, body).await?;
            tokio::fs::remove_file(&path).await.map_err(|error| Failure::transient("remove segment", error))?;
            Ok((name, uploaded))
        });
    }
}

fn describe(name: &str, format: SegmentFormat, body: &[u8]) -> Uploaded {
    let init = is_init(name);
    let codec = match format {
        SegmentFormat::Fmp4 if init => codecs::from_init(body),
        SegmentFormat::Ts => codecs::from_ts(body),
        SegmentFormat::Fmp4 => None,
    };
    Uploaded { bytes: body.len() as u64, init: init.then(|| output::init(body)), codec }
}

fn is_init(name: &str) -> bool {
    name.ends_with("_init.mp4")
}

/// Names of segments and initialization segments, sorted, and their bytes together.
fn list(directory: &Path, format: SegmentFormat) -> io::Result<(Vec<String>, u64)> {
    let extension = format!(".{}", format.extension());
    let mut names = Vec::new();
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        if is_init(&name) || name.ends_with(&extension) {
            // A file may have been uploaded and removed since it was listed.
            bytes += entry.metadata().map_or(0, |metadata| metadata.len());
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok((names, bytes))
}
