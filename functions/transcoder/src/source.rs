//! Looking at a source in S3 by small range requests: container, probe, index. Never a download.

use std::{ops::Range, process::Stdio, time::Duration};

use bytes::Bytes;
use framehouse_media::{Container, Rejected, Source, container, mp4, probe};
use framehouse_objects::{ObjectKey, Objects};
use tokio::{process::Command, time::timeout};

use crate::failure::{Failure, told};

/// ffprobe needs a few range requests; a file that keeps it busy longer is made to.
const PROBE_TIME: Duration = Duration::from_secs(30);
const URL_SECONDS: u32 = 900;

/// The container by the object's first bytes.
pub(crate) async fn identify(objects: &Objects, key: &ObjectKey, size: u64) -> Result<Container, Failure> {
    Ok(container::identify(&head(objects, key, size).await?)?)
}

/// The object's first bytes, enough to know what it is.
pub(crate) async fn head(objects: &Objects, key: &ObjectKey, size: u64) -> Result<Bytes, Failure> {
    let length = size.min(container::HEAD_BYTES as u64);
    // A range of nothing is refused by S3.
    if length == 0 {
        return Err(Rejected::Empty.into());
    }
    Ok(objects.get_range(key, 0, length).await?)
}

/// What the source is, and its frames' timing when its index can be trusted.
pub(crate) async fn inspect(
    objects: &Objects,
    key: &ObjectKey,
    size: u64,
    container: Container,
) -> Result<(Source, Option<mp4::Timing>), Failure> {
    let index = match container {
        Container::Mov => index(objects, key, size).await?,
        _ => None,
    };
    let source = probe(objects, key, container).await?;
    let timing = index.and_then(|bytes| {
        let video = &source.video;
        mp4::timing(&bytes, video.index, video.rate, source.origin)
            .inspect_err(|reason| tracing::info!(%reason, "the top rendition is encoded"))
            .ok()
    });
    Ok((source, timing))
}

/// Runs ffprobe on a presigned URL, without credentials and not for ever.
async fn probe(objects: &Objects, key: &ObjectKey, container: Container) -> Result<Source, Failure> {
    let url = objects.signer().await?.get(key, URL_SECONDS);
    let mut command = Command::new("ffprobe");
    command.args(probe::arguments(container, &url)).env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.stdin(Stdio::null()).kill_on_drop(true).process_group(0);
    let output = timeout(PROBE_TIME, command.output())
        .await
        .map_err(|_| Failure::transient("probe source", "ffprobe took too long"))?
        .map_err(|error| Failure::transient("start ffprobe", error))?;
    if output.status.success() {
        return Ok(probe::parse(container, &output.stdout)?);
    }
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    let passing = ["HTTP error", "Server returned", "Connection", "timed out", "Input/output error"];
    if passing.iter().any(|word| complaint.contains(word)) {
        return Err(Failure::transient("probe source", last_line(&complaint)));
    }
    Err(Rejected::Unreadable { container: container.label(), reason: last_line(&complaint) }.into())
}

/// ffprobe's last words, without the URL and the memory address.
fn last_line(complaint: &str) -> String {
    let lines = complaint.lines().filter(|line| !line.trim().is_empty());
    let reasons: Vec<&str> = lines.map(|line| line.rsplit_once("] ").map_or(line, |(_, rest)| rest)).collect();
    let reason = reasons.iter().rev().find(|line| !line.contains("://")).or(reasons.last());
    told(reason.copied().unwrap_or("ffprobe gave no reason")).chars().take(200).collect()
}

/// `ftyp` and `moov`, when they are whole and of a sane size. A file that is shorter than its boxes is refused here.
async fn index(objects: &Objects, key: &ObjectKey, size: u64) -> Result<Option<Vec<u8>>, Failure> {
    let mut walk = mp4::TopLevel::new(size);
    while let Some(range) = walk.wanted() {
        walk.feed(&fetch(objects, key, range).await?);
    }
    if let Some(expected) = walk.missing() {
        return Err(Rejected::MissingBytes { expected, found: size }.into());
    }
    let Some((ftyp, moov)) = walk.index() else { return Ok(None) };
    let mut bytes = fetch(objects, key, ftyp).await?;
    bytes.extend(fetch(objects, key, moov).await?);
    Ok(Some(bytes))
}

async fn fetch(objects: &Objects, key: &ObjectKey, range: Range<u64>) -> Result<Vec<u8>, Failure> {
    Ok(objects.get_range(key, range.start, range.end - range.start).await?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_lose_the_signed_url() {
        let complaint = "[mov,mp4 @ 0x5] moov atom not found\nhttps://b/k?X-Amz-Signature=1: Invalid data found\n";
        assert_eq!(last_line(complaint), "moov atom not found");
        let alone = "https://b/k?X-Amz-Signature=1: Invalid data found when processing input\n";
        assert_eq!(last_line(alone), "(source) Invalid data found when processing input");
        assert_eq!(last_line(""), "ffprobe gave no reason");
    }
}
