//! Whole journeys over the deployed stack.

mod cors;
mod playback;
