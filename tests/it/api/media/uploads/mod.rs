mod abort;
mod create;
mod multipart;
