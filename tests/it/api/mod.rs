mod media;
mod openapi;
mod videos;
