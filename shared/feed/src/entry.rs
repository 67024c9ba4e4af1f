use framehouse_catalog::Entry;
use framehouse_domain::{Timestamp, Video};

/// What lists know of a video.
pub fn entry(video: Video) -> Entry {
    let facts = video.facts.as_ref();
    Entry {
        id: video.id.as_uuid(),
        orientation: video.orientation(),
        quality: video.quality(),
        has_audio: facts.is_some_and(|facts| facts.has_audio),
        is_valid: video.is_valid(),
        published: video.published,
        locked: video.lock.is_some(),
        duration_seconds: video.duration_seconds(),
        file_size: facts.map(|facts| facts.file_size),
        width: facts.and_then(|facts| facts.width).map(pixels),
        height: facts.and_then(|facts| facts.height).map(pixels),
        created_at: millis(video.created_at),
        changed_at: millis(video.changed_at),
        views: counted(video.engagement.views),
        upvotes: counted(video.engagement.upvotes),
        comments: counted(video.engagement.comments),
        completions: counted(video.engagement.completions),
        watch_time: video.engagement.watch_time,
        published_at: video.published_at.map(millis),
        directory_type: video.directory_type(),
        filename: video.path.filename().to_owned(),
        path: video.path.as_str().to_owned(),
        title: video.title.unwrap_or_default(),
        producer: video.producer.unwrap_or_default(),
        creator: video.creator.unwrap_or_default(),
        category: video.category.unwrap_or_default(),
        tags: video.tags,
    }
}

/// Milliseconds since 1970, the catalog's unit.
pub(crate) fn millis(moment: Timestamp) -> u64 {
    u64::try_from(moment.as_millis()).unwrap_or_default()
}

/// A list needs no more than four thousand millions.
fn counted(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// No picture that is decoded has so many.
fn pixels(count: u32) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX).min(u16::MAX - 1)
}
