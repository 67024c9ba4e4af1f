mod settings;
mod uploads;
mod videos;
