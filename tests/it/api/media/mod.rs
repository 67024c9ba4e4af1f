mod comments;
mod public;
mod settings;
mod uploads;
mod videos;
