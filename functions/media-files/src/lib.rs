//! The area `media-files`: a media file's state, transcoding it again, deleting it.

mod delete;
mod get;
mod retry;
mod view;

framehouse_api::area! {
    get "/media-files/{id}", "/api/media-files/{id}" => get::get_media_file;
    delete "/media-files/{id}", "/api/media-files/{id}" => delete::delete_media_file;
    post "/media-files/{id}/retry", "/api/media-files/{id}/retry" => retry::retry_media_file;
}
