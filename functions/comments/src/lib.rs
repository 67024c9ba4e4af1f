//! The area `comments`: what people write about videos, and its moderation.

mod change;
mod create;
mod list;
mod moderate;
mod view;

framehouse_api::area! {
    post "/api/media/comments" => create::create_comment;
    get "/api/media/comments" => list::list_comments;
    put "/api/media/comments/{id}" => change::edit_comment;
    delete "/api/media/comments/{id}" => change::delete_comment;
    post "/api/media/comments/{id}/hide" => moderate::hide_comment;
    post "/api/media/comments/{id}/restore" => moderate::restore_comment;
}
