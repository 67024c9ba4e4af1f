//! The area `library`: records of videos, lists of them, scans, validation.

mod bulk;
mod change;
mod create;
mod delete;
mod duplicates;
mod etag;
mod fields;
mod get;
mod list;
mod list_plain;
mod list_query;
mod lock;
mod publish;
mod restore;
mod scan;
mod scan_status;
mod storage;
mod suggestions;
mod update;
mod validate;
mod view;

framehouse_api::area! {
    get "/api/media/videos" => list::list_videos;
    get "/api/videos" => list_plain::list_plain_videos;
    post "/api/media/videos" => create::create_video;
    get "/api/media/videos/{id}" => get::get_video;
    get "/api/videos/{id}" => get::get_plain_video;
    put "/api/media/videos/{id}" => update::update_video;
    delete "/api/media/videos/{id}" => delete::delete_video;
    post "/api/media/videos/{id}/restore" => restore::restore_video;
    post "/api/media/videos/{id}/validate" => validate::validate_video;
    post "/api/media/videos/{id}/publish" => publish::publish_video;
    put "/api/media/videos/{id}/category" => publish::recategorize_video;
    post "/api/media/videos/{id}/unpublish" => publish::unpublish_video;
    post "/api/media/videos/{id}/lock" => lock::lock_video;
    post "/api/media/videos/{id}/unlock" => lock::unlock_video;
    post "/api/media/videos/bulk" => bulk::bulk_videos;
    post "/api/media/videos/scan" => scan::scan_directory;
    get "/api/media/videos/scans/{id}" => scan_status::get_scan;
    get "/api/media/videos/suggestions" => suggestions::suggest_values;
    get "/api/media/videos/duplicates" => duplicates::list_duplicates;
    get "/api/media/videos/storage" => storage::storage_summary;
}
