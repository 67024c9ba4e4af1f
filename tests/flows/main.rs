//! Whole journeys over the deployed stack.

mod cors;
mod dead_letters;
mod playback;
