//! Whole journeys over the deployed stack.
mod playback;
