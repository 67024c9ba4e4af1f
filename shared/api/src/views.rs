use framehouse_domain::{FieldErrors, Video, View, ViewId, Viewer, believed_seconds, watched_segments};
use framehouse_store::Told;

use crate::{ApiError, App, Visit, now};

/// The sentence for a view that does not exist.
pub const NO_VIEW: &str = "There is no such view, or it is too old.";

/// A viewer who says nothing of which view is meant means the latest one of the last day.
const SAME_VIEW_SECONDS: i64 = 24 * 60 * 60;
/// A player that starts so long after its page was opened runs in that page's view.
const SAME_PAGE_SECONDS: i64 = 30 * 60;

impl App {
    /// A new view of `video`, not stored yet. `tracked` tells whether a player says so, or only the page was opened.
    pub async fn begin_view(&self, viewer: Viewer, video: &Video, referer: Option<String>, tracked: bool) -> View {
        let id = ViewId::generate(video.id, viewer.shard(), now());
        let referer = referer.filter(|_| viewer.key.is_some());
        View::begin(id, viewer, referer, tracked, self.settings().await.retention_days())
    }

    /// The view in which a player starts: the one that is named, else the viewer's latest one of which only the page was
    /// opened, else a new one.
    pub async fn track_view(
        &self,
        visit: &Visit,
        session_id: Option<&str>,
        video: &Video,
        named: Option<ViewId>,
        referer: Option<String>,
    ) -> Result<ViewId, ApiError> {
        let viewer = self.viewer(visit, session_id).await?;
        let store = self.store().await;
        let adopt = async |id| {
            let referer = referer.as_deref().filter(|_| viewer.key.is_some());
            store.adopt_view(id, &viewer, referer).await
        };
        if let Some(id) = named {
            known(adopt(of_video(id, video)?).await?)?;
            return Ok(id);
        }
        let (views, _) = store.latest_views(video.id, &viewer, now().plus_seconds(-SAME_PAGE_SECONDS)).await?;
        let opened = views.iter().filter(|view| !view.tracked && view.viewer.user_agent == viewer.user_agent);
        for view in opened {
            // Another player of the same viewer may be faster.
            if adopt(view.id()).await? == Told::Noted {
                return Ok(view.id());
            }
        }
        let view = self.begin_view(viewer, video, referer, true).await;
        store.open_view(&view).await?;
        Ok(view.id())
    }

    /// The view that is meant: the one that is named, else the viewer's latest one of the last day, else a new one. Where
    /// that cannot be known, because nothing is kept of viewers or there are too many of them, it must be named: guessing
    /// would make a new view of every call.
    pub async fn present_view(
        &self,
        visit: &Visit,
        session_id: Option<&str>,
        video: &Video,
        named: Option<ViewId>,
    ) -> Result<ViewId, ApiError> {
        if let Some(id) = named {
            return of_video(id, video);
        }
        let viewer = self.viewer(visit, session_id).await?;
        let since = now().plus_seconds(-SAME_VIEW_SECONDS);
        let store = self.store().await;
        let (views, are_all) = store.latest_views(video.id, &viewer, since).await?;
        if let Some(view) = views.iter().find(|view| view.viewer.user_agent == viewer.user_agent) {
            return Ok(view.id());
        }
        if !are_all {
            let sentence = "Name the view: the answer to GET /api/media/public/{id} does.";
            return Err(FieldErrors::one("viewId", sentence).into());
        }
        let view = self.begin_view(viewer, video, None, false).await;
        store.open_view(&view).await?;
        Ok(view.id())
    }

    /// Notes that a view came to the end of the video.
    pub async fn finish(&self, id: ViewId) -> Result<(), ApiError> {
        known(self.store().await.finish_view(id).await?)
    }

    /// Notes that a view was watched for so many seconds, and that the player is at `position`; answers what is believed
    /// of it.
    pub async fn beat(&self, id: ViewId, video: &Video, asked: f64, position: Option<f64>) -> Result<u32, ApiError> {
        let duration = video.duration_seconds();
        let seconds = believed_seconds(asked, duration, id.began_at(), now());
        let watched = position.map(|position| watched_segments(position, duration, seconds)).unwrap_or_default();
        known(self.store().await.beat(id, seconds, &watched).await?)?;
        Ok(seconds)
    }
}

/// A view that there is, whether or not it was news; 404 otherwise.
fn known(told: Told) -> Result<(), ApiError> {
    match told {
        Told::Noted | Told::Known => Ok(()),
        Told::Unknown => Err(ApiError::NotFound(NO_VIEW)),
    }
}

fn of_video(id: ViewId, video: &Video) -> Result<ViewId, ApiError> {
    if id.video == video.id { Ok(id) } else { Err(FieldErrors::one("viewId", "It is a view of another video.").into()) }
}
