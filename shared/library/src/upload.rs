use framehouse_domain::{LibraryPath, MediaFile, Timestamp, Video};
use framehouse_objects::ObjectKey;
use framehouse_store::{Store, VideoCreated};

use crate::LibraryError;

/// Makes the video of an upload that has arrived: in the inbox, with the media file's UUID, named as the client named it.
/// One that was made before is left as it is, and one that was removed does not come back.
pub async fn take_in_upload(store: &Store, media: &MediaFile, now: Timestamp) -> Result<VideoCreated, LibraryError> {
    let created = store.create_video(&video_of(media, now), None).await?;
    if let VideoCreated::PathTaken(other) = created {
        // Nobody but us names files so; the upload is transcoded all the same.
        tracing::error!(media_file = %media.id, %other, "a file in the inbox has the name of an upload");
    }
    Ok(created)
}

fn video_of(media: &MediaFile, now: Timestamp) -> Video {
    let extension = match media.original_path.parse() {
        Ok(ObjectKey::Original { extension, .. }) => extension,
        _ => "mp4".to_owned(),
    };
    let path = LibraryPath::of_upload(media.id, &extension);
    let video = Video::new(media.id.into(), path, media.original_path.clone(), media.created_by.clone(), now);
    Video {
        original_filename: Some(media.original_filename.clone()),
        title: media.title.clone().or_else(|| stem(&media.original_filename)),
        producer: media.producer.clone(),
        creator: media.creator.clone(),
        tags: media.tags.clone(),
        media_file_id: Some(media.id),
        ..video
    }
}

/// A filename without its extension.
fn stem(filename: &str) -> Option<String> {
    let stem = filename.rsplit_once('.').map_or(filename, |(stem, _)| stem).trim();
    (!stem.is_empty()).then(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_filename_without_its_extension() {
        assert_eq!(stem("Ferien am Meer.v2.mp4").as_deref(), Some("Ferien am Meer.v2"));
        assert_eq!(stem("映画").as_deref(), Some("映画"));
        assert_eq!(stem(".mp4"), None);
    }
}
