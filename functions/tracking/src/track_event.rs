use std::collections::HashSet;

use axum::extract::State;
use framehouse_api::{ApiError, App, Beacon, ErrorBody, Json, Limit, Visit, now};
use framehouse_domain::{EventType, PlayerEvent, SentEvent, ViewId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::sent_events::SentEvents;

#[derive(Serialize, ToSchema)]
pub(crate) struct EventsNoted {
    success: bool,
    /// How many events were in the request; those that were known already are among them.
    accepted: usize,
}

/// What happened in a player: one event, or up to 50 of them.
///
/// All of them are noted, or none: an answer of 400 names each that is not right. An event with an `eventId` may be sent
/// again, and counts once. `complete` also brings its view to the end.
#[utoipa::path(
    post,
    path = "/track/event",
    operation_id = "track_event",
    tag = "tracking",
    security((), ("bearer" = [])),
    request_body(content((SentEvents = "application/json"), (String = "text/plain")), description = "JSON, as text too"),
    responses(
        (status = 200, body = EventsNoted),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Media not found, or the view"),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn track_event(
    State(app): State<App>,
    visit: Visit,
    Beacon(sent): Beacon<SentEvents>,
) -> Result<Json<EventsNoted>, ApiError> {
    app.rate_limit(Limit::TrackEvent, &visit.ip).await?;
    let mut sent = sent.check(&app).await?;
    // Before views are named, which may be others when it is sent again.
    let shards: Vec<_> = sent.iter().map(SentEvent::shard).collect();
    name_views(&app, &visit, &mut sent).await?;
    let shard = app.viewer(&visit, None).await?.shard();
    let days = app.settings().await.retention_days();
    let note = |(event, named): (&SentEvent, Option<u8>)| {
        let shard = named.or(event.view_id.map(|view| view.shard())).unwrap_or(shard);
        // An id of ours says when the event came.
        let id = event.event_id.unwrap_or_else(|| ViewId::generate(event.video_id, shard, now()).view);
        (shard, id, PlayerEvent::new(event, id, days))
    };
    let events: Vec<_> = sent.iter().zip(shards).map(note).collect();
    let store = app.store().await;
    store.note_events(&events).await?;
    for view in completed(&sent).filter_map(|event| event.view_id).collect::<HashSet<_>>() {
        // A view that is forgotten in this moment came to no end.
        store.finish_view(view).await?;
    }
    Ok(Json(EventsNoted { success: true, accepted: events.len() }))
}

/// An event that ends a view without naming one ends the viewer's latest one of that video.
async fn name_views(app: &App, visit: &Visit, sent: &mut [SentEvent]) -> Result<(), ApiError> {
    let nameless: HashSet<_> =
        completed(sent).filter(|event| event.view_id.is_none()).map(|event| event.video_id).collect();
    for id in nameless {
        let view = app.present_view(visit, None, &*app.public_video(id).await?, None).await?;
        let ends = |event: &&mut SentEvent| event.event_type == EventType::Complete && event.view_id.is_none();
        sent.iter_mut().filter(ends).filter(|event| event.video_id == id).for_each(|event| event.view_id = Some(view));
    }
    Ok(())
}

fn completed(sent: &[SentEvent]) -> impl Iterator<Item = &SentEvent> {
    sent.iter().filter(|event| event.event_type == EventType::Complete)
}
