use std::collections::{HashMap, HashSet};

use framehouse_api::{ApiError, App, LOCKED_MEDIA, NO_MEDIA, NO_VIEW, now};
use framehouse_domain::{FieldErrors, MAX_EVENTS, SentEvent, Timestamp, VideoId, ViewId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema, schema::AdditionalProperties},
};

/// One event, or an object with a list of them.
#[derive(Deserialize)]
#[serde(try_from = "Value")]
pub(crate) struct SentEvents {
    events: Vec<SentEvent>,
    listed: bool,
}

/// What is wrong with an event.
#[derive(PartialEq)]
enum Flaw {
    Field(&'static str, String),
    NoMedia,
    Locked,
    NoView,
}

impl TryFrom<Value> for SentEvents {
    type Error = String;

    fn try_from(mut body: Value) -> Result<Self, String> {
        let Some(list) = body.as_object_mut().and_then(|body| body.remove("events")) else {
            let event = serde_json::from_value(body).map_err(|cause| cause.to_string())?;
            return Ok(Self { events: vec![event], listed: false });
        };
        if let Some(name) = body.as_object().and_then(|rest| rest.keys().next()) {
            return Err(format!("unknown field `{name}` beside `events`"));
        }
        let Value::Array(list) = list else { return Err("`events` is not a list".to_owned()) };
        if !(1..=MAX_EVENTS).contains(&list.len()) {
            return Err(format!("`events` has {} entries, not 1 to {MAX_EVENTS}", list.len()));
        }
        let read = |(index, event)| serde_json::from_value(event).map_err(|cause| format!("events[{index}]: {cause}"));
        Ok(Self { events: list.into_iter().enumerate().map(read).collect::<Result<_, _>>()?, listed: true })
    }
}

impl SentEvents {
    /// The events, if none of them has a flaw; else all that is wrong and with which of them.
    pub(crate) async fn check(self, app: &App) -> Result<Vec<SentEvent>, ApiError> {
        let videos: HashSet<VideoId> = self.events.iter().map(|event| event.video_id).collect();
        let views: HashSet<ViewId> = self.events.iter().filter_map(|event| event.view_id).collect();
        let mut durations = HashMap::new();
        for id in videos {
            durations.insert(id, duration(app, id).await?);
        }
        let views = if views.is_empty() { views } else { app.store().await.known_views(&views).await? };
        let now = now();
        let flaws: Vec<(usize, Flaw)> = self
            .events
            .iter()
            .enumerate()
            .filter_map(|(index, event)| Some((index, flaw(event, &durations, &views, now)?)))
            .collect();
        match flaws.first() {
            None => Ok(self.events),
            Some((_, first)) if flaws.len() == self.events.len() && flaws.iter().all(|(_, flaw)| flaw == first) => {
                Err(self.refuse_all(first, &flaws))
            }
            Some(_) => Err(self.refuse(&flaws)),
        }
    }

    /// When everything that is told is of a video or a view that does not exist, that is what the status says.
    fn refuse_all(&self, flaw: &Flaw, flaws: &[(usize, Flaw)]) -> ApiError {
        match flaw {
            Flaw::NoMedia => ApiError::NotFound(NO_MEDIA),
            Flaw::NoView => ApiError::NotFound(NO_VIEW),
            Flaw::Locked => ApiError::Locked,
            Flaw::Field(..) => self.refuse(flaws),
        }
    }

    fn refuse(&self, flaws: &[(usize, Flaw)]) -> ApiError {
        let mut errors = FieldErrors::default();
        for (index, flaw) in flaws {
            let (field, sentence) = match flaw {
                Flaw::Field(field, sentence) => (*field, sentence.as_str()),
                Flaw::NoMedia => ("videoId", NO_MEDIA),
                Flaw::NoView => ("viewId", NO_VIEW),
                Flaw::Locked => ("videoId", LOCKED_MEDIA),
            };
            errors.add(if self.listed { format!("events[{index}].{field}") } else { field.to_owned() }, sentence);
        }
        errors.into()
    }
}

/// The seconds that a video of the gallery has, if they are known.
async fn duration(app: &App, id: VideoId) -> Result<Result<Option<u32>, Flaw>, ApiError> {
    match app.public_video(id).await {
        Ok(video) => Ok(Ok(video.duration_seconds())),
        Err(ApiError::NotFound(_)) => Ok(Err(Flaw::NoMedia)),
        Err(ApiError::Locked) => Ok(Err(Flaw::Locked)),
        Err(error) => Err(error),
    }
}

fn flaw(
    event: &SentEvent,
    durations: &HashMap<VideoId, Result<Option<u32>, Flaw>>,
    views: &HashSet<ViewId>,
    now: Timestamp,
) -> Option<Flaw> {
    let duration = match durations.get(&event.video_id) {
        Some(Ok(duration)) => *duration,
        Some(Err(Flaw::Locked)) => return Some(Flaw::Locked),
        _ => return Some(Flaw::NoMedia),
    };
    if let Err((field, sentence)) = event.check(duration, now) {
        return Some(Flaw::Field(field, sentence));
    }
    match event.view_id {
        Some(view) if view.video != event.video_id => {
            Some(Flaw::Field("viewId", "It is a view of another video.".to_owned()))
        }
        Some(view) if !views.contains(&view) => Some(Flaw::NoView),
        _ => None,
    }
}

impl PartialSchema for SentEvents {
    fn schema() -> RefOr<Schema> {
        let list = ArrayBuilder::new().items(SentEvent::schema()).min_items(Some(1)).max_items(Some(MAX_EVENTS));
        let batch = ObjectBuilder::new().property("events", list).required("events");
        let batch = batch.additional_properties(Some(AdditionalProperties::FreeForm(false)));
        OneOfBuilder::new().item(SentEvent::schema()).item(batch).into()
    }
}

impl ToSchema for SentEvents {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        SentEvent::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<(usize, bool), String> {
        SentEvents::try_from(body).map(|sent| (sent.events.len(), sent.listed))
    }

    #[test]
    fn one_event_and_a_list_of_them_are_read() {
        let event = json!({"videoId": VideoId::generate(), "eventType": "play", "timestamp": 1.5});
        assert_eq!(read(event.clone()), Ok((1, false)));
        assert_eq!(read(json!({"events": [event, event]})), Ok((2, true)));
        assert_eq!(read(json!({"events": vec![&event; 50]})), Ok((50, true)));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let event = json!({"videoId": VideoId::generate(), "eventType": "play", "timestamp": 1});
        let bad = json!({"videoId": VideoId::generate(), "eventType": "jump", "timestamp": 1});
        for (body, part) in [
            (json!({"events": [event, bad]}), "events[1]: unknown variant `jump`"),
            (json!({"events": []}), "0 entries, not 1 to 50"),
            (json!({"events": vec![&event; 51]}), "51 entries, not 1 to 50"),
            (json!({"events": event}), "not a list"),
            (json!({"events": [event], "videoId": 1}), "unknown field `videoId` beside `events`"),
            (json!({"eventType": "play"}), "missing field `videoId`"),
            (json!({}), "missing field"),
        ] {
            let told = read(body).unwrap_err();
            assert!(told.contains(part), "{told}");
        }
    }
}
