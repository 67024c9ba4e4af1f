//! Counts that are exact whatever becomes of the stream's batches and of who counts them.

mod fold;
mod random;
mod recount;
mod stream;
mod table;
