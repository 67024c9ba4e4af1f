use crate::{DirectoryType, ScanId, Timestamp};

/// A look through one directory type of the library for files without a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Its id.
    pub id: ScanId,
    /// Where it looks.
    pub directory_type: DirectoryType,
    /// Whether files with a record are left alone; else they are looked at again.
    pub skip_existing: bool,
    /// Subject of the token that asked for it.
    pub created_by: String,
    /// When it was asked for.
    pub created_at: Timestamp,
}
