//! S3 and SQS: object keys (one enum), presigned URLs and forms, the S3 calls, and the messages of the transcode queue.

mod error;
mod form;
mod key;
mod messages;
mod multipart;
mod objects;
mod queue;
mod sigv4;

pub use error::ObjectsError;
pub use form::PresignedForm;
pub use key::{KeyError, ObjectKey, ObjectPrefix};
pub use messages::{ArrivedObject, Step, TranscodeMessage, TranscodeRequest};
pub use multipart::{PartPage, UploadedPart};
pub use objects::{ObjectInfo, Objects};
pub use queue::{Queue, QueueDepth};
pub use sigv4::{GetSigner, PresignedPut, Presigner, Signer};
