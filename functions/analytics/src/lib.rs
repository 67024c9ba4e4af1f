//! The area `analytics`: what was watched, by whom and for how long, for admins.

mod aggregate;
mod audience;
mod csv;
mod get;
mod overview;
mod plan;
mod range;
mod reset;
mod top;
mod viewer_data;
mod viewers;

framehouse_api::area! {
    get "/api/videos/analytics/overview" => overview::analytics_overview;
    get "/api/videos/analytics/top" => top::top_videos;
    get "/api/videos/{id}/analytics" => get::video_analytics;
    get "/api/videos/{id}/analytics/viewers" => viewers::video_viewers;
    post "/api/videos/{id}/analytics/aggregate" => aggregate::aggregate_analytics;
    post "/api/videos/{id}/reset-analytics" => reset::reset_analytics;
    get "/api/media/viewers/{userId}/data" => viewer_data::export_viewer_data;
    delete "/api/media/viewers/{userId}/data" => viewer_data::erase_viewer_data;
}
