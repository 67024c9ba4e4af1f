use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use framehouse_domain::{Timestamp, Video, VideoId};

use crate::{ApiError, App, now};

/// The sentence for a video that is not in the gallery.
pub const NO_MEDIA: &str = "Media not found";
/// The sentence for one that an admin withdrew from viewers.
pub const LOCKED_MEDIA: &str = "Media is locked";

/// Where the picture of a video of the gallery is.
pub fn thumbnail_path(id: VideoId) -> String {
    format!("/api/media/public/{id}/thumbnail")
}

/// How long what a process read of a video may stand for it, in milliseconds, once it is asked for often.
const FRESH: i64 = 1000;
/// So often in that time a video is read all the same. One item can be read 6,000 times a second (AWS limit), and the
/// fame of one video must not become the fame of one item.
const READS: u32 = 5;
/// So many videos are remembered.
const MAX_REMEMBERED: usize = 500;

/// The videos that a process read last.
#[derive(Debug, Default)]
pub(crate) struct PublicVideos(Mutex<HashMap<VideoId, Known>>);

#[expect(clippy::option_option, reason = "known not to exist is something else than not known")]
#[derive(Debug)]
struct Known {
    /// When the present second of this video began.
    since: Timestamp,
    /// How often it was read in it.
    reads: u32,
    /// What the last reading that came to something came to.
    video: Option<Option<Arc<Video>>>,
}

impl App {
    /// A video of the gallery that the audience may act on: 404 when it is not there, 403 when it is locked. At most a
    /// second old, and only for a video that this process is asked for more than five times a second.
    pub async fn public_video(&self, id: VideoId) -> Result<Arc<Video>, ApiError> {
        let known = match self.public_videos().known(id, now()) {
            Some(known) => known,
            None => self.read_video(id).await?,
        };
        match known {
            Some(video) if video.is_public() => {
                if video.lock.is_some() {
                    Err(ApiError::Locked)
                } else {
                    Ok(video)
                }
            }
            _ => Err(ApiError::NotFound(NO_MEDIA)),
        }
    }

    async fn read_video(&self, id: VideoId) -> Result<Option<Arc<Video>>, ApiError> {
        let video = self.store().await.video(id).await?.map(Arc::new);
        self.public_videos().remember(id, video.clone());
        Ok(video)
    }
}

impl PublicVideos {
    /// What is known of a video when it need not be read again; otherwise the reading that follows is counted.
    #[expect(clippy::option_option, reason = "known not to exist is something else than not known")]
    fn known(&self, id: VideoId, now: Timestamp) -> Option<Option<Arc<Video>>> {
        let mut videos = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_present = |known: &Known| (0..FRESH).contains(&(now.as_millis() - known.since.as_millis()));
        match videos.get_mut(&id).filter(|known| is_present(known)) {
            Some(known) if known.reads >= READS && known.video.is_some() => known.video.clone(),
            Some(known) => {
                known.reads += 1;
                None
            }
            None => {
                if videos.len() >= MAX_REMEMBERED {
                    videos.retain(|_, known| is_present(known));
                }
                if videos.len() < MAX_REMEMBERED {
                    videos.insert(id, Known { since: now, reads: 1, video: None });
                }
                None
            }
        }
    }

    fn remember(&self, id: VideoId, video: Option<Arc<Video>>) {
        let mut videos = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = videos.get_mut(&id) {
            known.video = Some(video);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_771_000_000_000 + millis)
    }

    #[test]
    fn a_video_is_read_five_times_a_second_and_no_more() {
        let (videos, id) = (PublicVideos::default(), VideoId::generate());
        for call in 0..5 {
            assert_eq!(videos.known(id, at(call)), None);
            videos.remember(id, None);
        }
        assert_eq!(videos.known(id, at(999)), Some(None));
        let unread = VideoId::generate();
        for call in 0..9 {
            assert_eq!(videos.known(unread, at(call)), None, "what could not be read is not taken for gone");
        }
        assert_eq!(videos.known(id, at(1000)), None, "the next second");
        assert_eq!(videos.known(VideoId::generate(), at(999)), None, "another one");
    }

    #[test]
    fn so_many_videos_are_remembered() {
        let videos = PublicVideos::default();
        for _ in 0..2 * MAX_REMEMBERED {
            assert_eq!(videos.known(VideoId::generate(), at(0)), None);
        }
        assert_eq!(videos.0.lock().unwrap().len(), MAX_REMEMBERED);
        assert_eq!(videos.known(VideoId::generate(), at(5000)), None);
        assert_eq!(videos.0.lock().unwrap().len(), 1, "those of past seconds make room");
    }
}
