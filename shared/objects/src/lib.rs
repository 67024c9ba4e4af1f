//! S3 and SQS: object keys (one enum), presigned URLs and forms, the S3 calls, and the messages of the queues.

mod copy;
mod error;
mod form;
mod key;
mod library_job;
mod messages;
mod multipart;
mod objects;
mod queue;
mod sigv4;

pub use copy::Copied;
pub use error::ObjectsError;
pub use form::PresignedForm;
pub use key::{KeyError, ObjectKey, ObjectPrefix};
pub use library_job::{INSPECT_GROUP, LibraryJob, ScanGroup};
pub use messages::{ArrivedObject, Step, TranscodeMessage, TranscodeRequest};
pub use multipart::{PartPage, UploadedPart};
pub use objects::{ObjectHead, ObjectInfo, ObjectPage, ObjectStream, Objects};
pub use queue::{Queue, QueueDepth};
pub use sigv4::{GetSigner, PresignedPut, Presigner, Signer};
