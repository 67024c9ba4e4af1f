//! The area `gallery`: what the audience sees of published videos, its votes and its watching.

mod categories;
mod finish;
mod get;
mod list;
mod related;
mod thumbnail;
mod upvote;
mod view;
mod watch_time;

framehouse_api::area! {
    get "/api/media/public" => list::list_gallery;
    get "/api/media/public/categories" => categories::list_categories;
    get "/api/media/public/{id}" => get::get_public_video;
    get "/api/media/public/{id}/related" => related::list_related;
    get "/api/media/public/{id}/thumbnail" => thumbnail::get_thumbnail;
    post "/api/media/public/{id}/upvote" => upvote::upvote;
    delete "/api/media/public/{id}/upvote" => upvote::take_upvote_back;
    post "/api/media/public/{id}/finish" => finish::finish;
    post "/api/media/public/{id}/watch-time" => watch_time::watch_time;
}
