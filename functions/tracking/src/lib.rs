//! The area `tracking`: what players report: views, events, heartbeats.

mod sent_events;
mod track_event;
mod track_heartbeat;
mod track_view;

framehouse_api::area! {
    post "/track/view", "/api/track/view" => track_view::track_view;
    post "/track/event", "/api/track/event" => track_event::track_event;
    post "/track/heartbeat", "/api/track/heartbeat" => track_heartbeat::track_heartbeat;
}
