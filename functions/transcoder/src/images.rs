//! Poster, storyboard and preview, made from a few finished segments.

use std::{path::Path, time::Duration};

use framehouse_domain::MediaFileId;
use framehouse_media::{
    Plan, Rung, command,
    images::{self, Sheet},
    output::{self, Rendition},
};
use framehouse_objects::ObjectKey;
use futures::future::try_join_all;
use tokio::{fs, io::AsyncWriteExt, time::timeout};

use crate::{
    Worker,
    failure::Failure,
    ffmpeg::{Event, Ffmpeg},
    scratch,
};

/// Each picture takes a second or two.
const LIMIT: Duration = Duration::from_mins(3);
/// Segments fetched at once.
const AT_ONCE: usize = 8;
/// The best rung that a poster is taken from, by its short side.
const POSTER_SIDE: u32 = 1080;

/// Which of the pictures that a video can do without there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    pub(crate) storyboard: bool,
    pub(crate) preview: bool,
}

/// Makes the pictures of a version. Only a missing poster is a failure.
pub(crate) async fn make(
    worker: &Worker,
    id: MediaFileId,
    version: u32,
    plan: &Plan,
    renditions: &[Rendition],
) -> Result<Made, Failure> {
    let studio = Studio { worker, id, version, plan };
    let (best, smallest) = choose(plan, renditions)?;
    studio.poster(best.1).await?;
    let storyboard = studio.storyboard(smallest.0, smallest.1).await;
    let preview = studio.preview(smallest.1).await;
    Ok(Made { storyboard: worked(storyboard, "make storyboard"), preview: worked(preview, "make preview") })
}

type Video<'a> = (&'a Rung, &'a Rendition);

/// The renditions for the poster and for the small pictures.
fn choose<'a>(plan: &'a Plan, renditions: &'a [Rendition]) -> Result<(Video<'a>, Video<'a>), Failure> {
    let videos = || plan.rungs.iter().zip(renditions);
    let fits = |(rung, _): &(&Rung, &Rendition)| rung.width.min(rung.height) <= POSTER_SIDE;
    let smallest = videos().next_back().ok_or_else(|| Failure::Transient("the plan has no rendition".to_owned()))?;
    Ok((videos().find(fits).unwrap_or(smallest), smallest))
}

fn worked(result: Result<(), Failure>, verb: &str) -> bool {
    result.inspect_err(|error| tracing::warn!(%error, "{verb}")).is_ok()
}

struct Studio<'a> {
    worker: &'a Worker,
    id: MediaFileId,
    version: u32,
    plan: &'a Plan,
}

impl Studio<'_> {
    async fn poster(&self, rendition: &Rendition) -> Result<(), Failure> {
        let chosen = images::poster_segments(&starts(rendition), rendition.seconds());
        let format = self.plan.segment_format;
        let make = |from: &str, to: &str| command::poster(format, from, chosen.len(), to);
        self.picture(rendition, &chosen, "poster.jpg", "image/jpeg", make).await
    }

    async fn storyboard(&self, rung: &Rung, rendition: &Rendition) -> Result<(), Failure> {
        let segment = self.plan.segment_millis as f64 / 1000.0;
        let sheet = Sheet::new(rendition.seconds(), segment, rung.width, rung.height);
        let chosen = sheet.segments(&starts(rendition));
        let format = self.plan.segment_format;
        let make = |from: &str, to: &str| command::storyboard(format, from, &sheet, to);
        self.picture(rendition, &chosen, "storyboard.jpg", "image/jpeg", make).await?;
        let key = ObjectKey::hls(self.id, self.version, "storyboard.vtt");
        Ok(self.worker.objects.put(&key, "text/vtt", sheet.webvtt("storyboard.jpg").into_bytes()).await?)
    }

    async fn preview(&self, rendition: &Rendition) -> Result<(), Failure> {
        let chosen = images::preview_segments(&starts(rendition), rendition.seconds());
        let format = self.plan.segment_format;
        let make = |from: &str, to: &str| command::preview(format, from, images::PREVIEW_SECONDS, to);
        self.picture(rendition, &chosen, "preview.webp", "image/webp", make).await
    }

    /// Joins the chosen segments, runs ffmpeg over them and uploads the picture.
    async fn picture(
        &self,
        rendition: &Rendition,
        chosen: &[usize],
        name: &str,
        mime: &str,
        arguments: impl Fn(&str, &str) -> Vec<String>,
    ) -> Result<(), Failure> {
        let scratch = scratch::directory(&self.worker.settings.scratch)?;
        let (from, to) = (scratch.path().join("joined"), scratch.path().join(name));
        self.join(rendition, chosen, &from).await?;
        let (Some(from), Some(target)) = (from.to_str(), to.to_str()) else {
            return Err(Failure::transient("use scratch directory", "it is no UTF-8"));
        };
        draw(&arguments(from, target), LIMIT).await?;
        let picture = fs::read(&to).await.map_err(|error| Failure::transient("read picture", error))?;
        if picture.is_empty() {
            return Err(Failure::transient("make picture", "it is empty"));
        }
        let key = ObjectKey::hls(self.id, self.version, name);
        Ok(self.worker.objects.put(&key, mime, picture).await?)
    }

    /// Writes the initialization segment and the chosen segments into one file.
    async fn join(&self, rendition: &Rendition, chosen: &[usize], path: &Path) -> Result<(), Failure> {
        let init = rendition.init.map(|_| output::init_file(&rendition.name));
        let segments = chosen.iter().map(|&number| output::segment_file(self.plan, &rendition.name, number));
        let files: Vec<String> = init.into_iter().chain(segments).collect();
        let cannot = |error| Failure::transient("write joined segments", error);
        let mut joined = fs::File::create(path).await.map_err(cannot)?;
        for batch in files.chunks(AT_ONCE) {
            let keys: Vec<ObjectKey> =
                batch.iter().map(|file| ObjectKey::hls(self.id, self.version, format!("segments/{file}"))).collect();
            for bytes in try_join_all(keys.iter().map(|key| self.worker.objects.get(key))).await? {
                joined.write_all(&bytes).await.map_err(cannot)?;
            }
        }
        joined.flush().await.map_err(cannot)
    }
}

/// When each segment begins, in seconds.
fn starts(rendition: &Rendition) -> Vec<f64> {
    rendition
        .segments
        .iter()
        .scan(0.0, |clock, segment| {
            let start = *clock;
            *clock += segment.seconds;
            Some(start)
        })
        .collect()
}

/// Runs ffmpeg to its end, within `limit`.
pub(crate) async fn draw(arguments: &[String], limit: Duration) -> Result<(), Failure> {
    let mut ffmpeg = Ffmpeg::start(arguments)?;
    let end = async {
        loop {
            if let Event::Ended(status) = ffmpeg.next().await {
                return status;
            }
        }
    };
    let status = timeout(limit, end).await.map_err(|_| Failure::transient("make picture", "ffmpeg took too long"))?;
    if status.is_some_and(|status| status.success()) {
        return Ok(());
    }
    Err(Failure::transient("make picture", ffmpeg.last_words()))
}
