//! What a file is: its container, whether it is whole, and what ffprobe says. A few small reads, whatever its size.

use framehouse_media::{Container, Rejected, Source, complete, container};
use framehouse_objects::ObjectKey;

use crate::{Worker, failure::Failure, source};

/// The source at `key`, which has `size` bytes; [`Failure::Rejected`] when it is no video, or not all of one.
pub(super) async fn run(worker: &Worker, key: &ObjectKey, size: u64) -> Result<Source, Failure> {
    let head = source::head(&worker.objects, key, size).await?;
    let container = container::identify(&head)?;
    if let Some(expected) = complete::promised(container, &head).filter(|expected| *expected > size) {
        return Err(Rejected::MissingBytes { expected, found: size }.into());
    }
    let _slot = worker.cpus.acquire().await;
    let (source, _) = source::inspect(&worker.objects, key, size, container).await?;
    if container == Container::Flv {
        check_flv(worker, key, size).await?;
    }
    Ok(source)
}

/// An FLV file says nothing about its length, but each tag is followed by its own.
async fn check_flv(worker: &Worker, key: &ObjectKey, size: u64) -> Result<(), Failure> {
    let cut = || {
        let reason = "its last tag is not whole".to_owned();
        Failure::from(Rejected::Unreadable { container: Container::Flv.label(), reason })
    };
    let from = size.checked_sub(complete::FLV_TRAILER).ok_or_else(cut)?;
    let trailer = worker.objects.get_range(key, from, complete::FLV_TRAILER).await?;
    let start = complete::flv_last_tag(size, &trailer).ok_or_else(cut)?;
    let header = worker.objects.get_range(key, start, complete::FLV_TAG_HEADER).await?;
    if complete::is_flv_tag(&header, start, size) { Ok(()) } else { Err(cut()) }
}
