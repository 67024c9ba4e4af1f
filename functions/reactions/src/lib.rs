//! The area `reactions`: what signed-in viewers think of moments of a video, and the heatmap of that.

mod config;
mod create;
mod delete;
mod heatmap;
mod list;
mod view;

framehouse_api::area! {
    post "/api/reactions" => create::create_reaction;
    get "/api/reactions" => list::list_reactions;
    get "/api/reactions/config" => config::reaction_config;
    get "/api/reactions/heatmap" => heatmap::reaction_heatmap;
    delete "/api/reactions/{id}" => delete::delete_reaction;
}
