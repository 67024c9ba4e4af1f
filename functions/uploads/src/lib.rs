//! The area `uploads`: everything between "I have a file" and "its bytes are in S3". What arrives there is another story:
//! the S3 event tells the transcoder.

mod abort;
mod complete;
mod create;
mod idempotency;
mod instructions;
mod multipart;
mod part_urls;
mod parts;

framehouse_api::area! {
    post "/api/media/uploads", "/api/media/upload/single", "/media/upload" => create::create_upload;
    delete "/api/media/uploads/{id}" => abort::abort_upload;
    post "/api/media/uploads/{id}/parts" => part_urls::create_part_urls;
    get "/api/media/uploads/{id}/parts" => parts::list_parts;
    post "/api/media/uploads/{id}/complete" => complete::complete_upload;
}
