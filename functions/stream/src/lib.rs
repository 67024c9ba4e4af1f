//! The area `stream`: playlists for those who may watch, with segment URLs signed for a bounded time.

mod playlist;
mod rewrite;

framehouse_api::area! {
    get "/stream/hls/{id}/{playlist}" => playlist::get_playlist;
}
