//! The whole library's listing fields in memory: filter, search, sort, page and count a million videos in
//! milliseconds, exactly.
//!
//! A library of some ten million videos is the limit: rows and offsets into texts have 32 bits.
//!
//! [`Catalog`] is an immutable state, [`LiveCatalog`] the one a process shares. A state is read from a [`snapshot`] and
//! kept up to date by [`Change`]s.

mod bitmap;
mod builder;
mod catalog;
mod columns;
mod dictionary;
mod duplicates;
mod engagement;
mod entry;
mod facets;
mod flags;
mod fold;
mod folded;
mod interner;
mod list;
mod live;
mod order;
mod postings;
mod query;
mod related;
mod rows;
mod segment;
pub mod snapshot;
mod sparse_order;
mod text_index;
mod totals;
mod vocabulary;

pub use builder::CatalogBuilder;
pub use catalog::{Catalog, Change};
pub use duplicates::{DuplicateGroup, Duplicates};
pub use entry::{DirectoryType, Entry, Orientation, Quality};
pub use facets::{Facet, Storage};
pub use framehouse_domain::fold;
pub use live::LiveCatalog;
pub use query::{Bounds, Cursor, CursorError, Field, Filter, Page, Query, Sort, SortBy, Start};
pub use segment::MemoryUse;
pub use totals::Totals;
