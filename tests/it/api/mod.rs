mod media;
mod openapi;
mod reactions;
mod videos;
