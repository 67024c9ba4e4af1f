//! Moves the bytes: one PUT, or parts in parallel that survive an interruption.

use std::collections::{BTreeMap, BTreeSet};
use std::io::SeekFrom;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use futures::stream::{self, StreamExt, TryStreamExt};
use indicatif::ProgressBar;
use reqwest::{StatusCode, header};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::Source;
use super::api::{Api, Instructions, PartUrl, check, pause};

/// Parts in flight at once.
const PARALLEL_PARTS: usize = 4;
/// Part URLs asked for at once: few, so that none expires before its turn.
const URL_BATCH: usize = 16;
/// Attempts at each piece.
const ATTEMPTS: u32 = 6;
const READ_SIZE: usize = 256 * 1024;

/// Uploads the file, or what is missing of it, and returns the media file's id.
pub async fn upload(api: &Api, source: &Source) -> Result<String> {
    let bar = super::bar(source.size, "Upload {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    let mut attempt = 0;
    loop {
        attempt += 1;
        let created = api.create(source).await?;
        let id = created.media_file_id;
        if created.status != "AWAITING_UPLOAD" {
            bar.finish_and_clear();
            return Ok(id);
        }
        let sent = match created.upload {
            Some(Instructions::Put { url, headers }) => put(api, source, &url, &headers, &bar).await,
            Some(Instructions::Multipart { part_size, part_count }) => {
                parts(api, source, &id, part_size, part_count, &bar).await
            }
            _ => bail!("the API answered with a way to upload that this program does not know; update it"),
        };
        match sent {
            Ok(()) => {
                bar.finish_and_clear();
                return Ok(id);
            }
            Err(error) if attempt == ATTEMPTS => return Err(error),
            // Asking again gives a fresh URL, or shows that the bytes arrived after all.
            Err(_) => tokio::time::sleep(pause(attempt)).await,
        }
    }
}

async fn put(
    api: &Api,
    source: &Source,
    url: &str,
    headers: &BTreeMap<String, String>,
    bar: &ProgressBar,
) -> Result<()> {
    bar.set_position(0);
    let mut request = api.storage().put(url).header(header::CONTENT_LENGTH, source.size);
    for (name, value) in headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-length")) {
        request = request.header(name, value);
    }
    let body = read(source, 0, source.size, bar.clone()).await?;
    let response = request.body(reqwest::Body::wrap_stream(body)).send().await.context("send the file")?;
    // If-None-Match: an earlier attempt's bytes are there already.
    if response.status() == StatusCode::PRECONDITION_FAILED {
        return Ok(());
    }
    check(response).await.context("send the file")?;
    Ok(())
}

async fn parts(api: &Api, source: &Source, id: &str, size: u64, count: u32, bar: &ProgressBar) -> Result<()> {
    let length = |number: u32| size.min(source.size - u64::from(number - 1) * size);
    let present = match api.parts(id).await {
        Ok(parts) => parts,
        // An upload that was completed has no parts any more; completing it again says so.
        Err(error) => return api.complete(id).await.map_err(|_| error),
    };
    let done: BTreeSet<u32> = present
        .into_iter()
        .filter(|part| (1..=count).contains(&part.part_number) && part.size == length(part.part_number))
        .map(|part| part.part_number)
        .collect();
    bar.set_position(done.iter().map(|number| length(*number)).sum());
    let missing: Vec<u32> = (1..=count).filter(|number| !done.contains(number)).collect();
    for batch in missing.chunks(URL_BATCH) {
        let urls = api.part_urls(id, batch).await?;
        stream::iter(urls.into_iter().map(Ok::<PartUrl, anyhow::Error>))
            .try_for_each_concurrent(PARALLEL_PARTS, |part| async move {
                let offset = u64::from(part.part_number - 1) * size;
                send_part(api, source, id, part, offset..offset + length_at(source, offset, size), bar).await
            })
            .await?;
    }
    api.complete(id).await
}

fn length_at(source: &Source, offset: u64, size: u64) -> u64 {
    size.min(source.size - offset)
}

/// Sends one part, again with a fresh URL if it fails.
async fn send_part(
    api: &Api,
    source: &Source,
    id: &str,
    part: PartUrl,
    range: std::ops::Range<u64>,
    bar: &ProgressBar,
) -> Result<()> {
    let number = part.part_number;
    let length = range.end - range.start;
    let mut url = part.url;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let body = read(source, range.start, length, bar.clone()).await?;
        let request = api.storage().put(&url).header(header::CONTENT_LENGTH, length);
        let sent = match request.body(reqwest::Body::wrap_stream(body)).send().await {
            Ok(response) => check(response).await.map(drop),
            Err(error) => Err(error.into()),
        };
        let Err(error) = sent else { return Ok(()) };
        if attempt == ATTEMPTS {
            return Err(error.context(format!("send part {number}")));
        }
        tokio::time::sleep(pause(attempt)).await;
        let fresh = api.part_urls(id, &[number]).await?;
        url = fresh.into_iter().next().with_context(|| format!("sign part {number}"))?.url;
    }
}

/// Streams a range of the file and counts it on the bar.
async fn read(
    source: &Source,
    offset: u64,
    length: u64,
    bar: ProgressBar,
) -> Result<impl futures::Stream<Item = std::io::Result<Bytes>> + use<>> {
    let mut file = File::open(&source.path).await.with_context(|| format!("open {}", source.path.display()))?;
    file.seek(SeekFrom::Start(offset)).await?;
    let pieces = stream::try_unfold((file.take(length), bar), |(mut file, bar)| async move {
        let mut buffer = vec![0; READ_SIZE];
        let count = file.read(&mut buffer).await?;
        buffer.truncate(count);
        bar.inc(count as u64);
        Ok((count > 0).then(|| (Bytes::from(buffer), (file, bar))))
    });
    Ok(pieces.boxed())
}
