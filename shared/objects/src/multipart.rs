use std::time::Duration;

use aws_sdk_s3::{
    config::timeout::TimeoutConfig,
    error::SdkError,
    types::{CompletedMultipartUpload, CompletedPart},
};

use crate::{ObjectKey, Objects, ObjectsError, error::failed};

/// How long a completion is waited for: the HTTP API gives up after 30 seconds in all.
const COMPLETION_PATIENCE: Duration = Duration::from_secs(18);

/// A part that S3 has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedPart {
    /// From 1 to 10,000.
    pub number: u64,
    /// Bytes; 0 when only the client told of the part.
    pub size: u64,
    /// With the quotes, as S3 writes it.
    pub etag: String,
}

/// Up to 1,000 parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartPage {
    /// In the order of their numbers.
    pub parts: Vec<UploadedPart>,
    /// Ask for the parts after this one, when there are more.
    pub next: Option<u64>,
}

impl Objects {
    /// Opens a multipart upload and answers its id.
    pub async fn create_multipart(&self, key: &ObjectKey, content_type: &str) -> Result<String, ObjectsError> {
        let verb = "create multipart upload";
        let call = self.client().create_multipart_upload().bucket(self.bucket()).key(key.to_string());
        let created = call.content_type(content_type).send().await.map_err(failed(verb))?;
        created.upload_id.ok_or(ObjectsError::Unavailable { verb, cause: "S3 answered without an id".to_owned() })
    }

    /// The parts after number `after` that S3 has; S3, not the client, is the truth about them.
    pub async fn list_parts(&self, key: &ObjectKey, upload_id: &str, after: u64) -> Result<PartPage, ObjectsError> {
        let call = self.client().list_parts().bucket(self.bucket()).key(key.to_string()).upload_id(upload_id);
        let page = call.part_number_marker(after.to_string()).send().await.map_err(failed("list parts"))?;
        let more = page.is_truncated == Some(true);
        let parts: Vec<_> = page.parts.unwrap_or_default().into_iter().map(uploaded).collect();
        let next = parts.last().map(|part| part.number).filter(|_| more);
        Ok(PartPage { parts, next })
    }

    /// All parts that S3 has: ten pages at the most.
    pub async fn all_parts(&self, key: &ObjectKey, upload_id: &str) -> Result<Vec<UploadedPart>, ObjectsError> {
        let mut page = self.list_parts(key, upload_id, 0).await?;
        let mut parts = page.parts;
        while let Some(after) = page.next {
            page = self.list_parts(key, upload_id, after).await?;
            parts.append(&mut page.parts);
        }
        Ok(parts)
    }

    /// Makes the object from `parts`. Refused when they are not what S3 has.
    ///
    /// S3 may take minutes for thousands of parts and goes on by itself, so not hearing from it within
    /// [`COMPLETION_PATIENCE`] is no failure: the object's event tells when it is there.
    pub async fn complete_multipart(
        &self,
        key: &ObjectKey,
        upload_id: &str,
        parts: &[UploadedPart],
    ) -> Result<(), ObjectsError> {
        let parts = parts.iter().map(|part| {
            let number = i32::try_from(part.number).unwrap_or(i32::MAX);
            CompletedPart::builder().part_number(number).e_tag(&part.etag).build()
        });
        let completed = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let patience = TimeoutConfig::builder()
            .operation_timeout(COMPLETION_PATIENCE)
            .operation_attempt_timeout(COMPLETION_PATIENCE)
            .build();
        let call = self.client().complete_multipart_upload().bucket(self.bucket()).key(key.to_string());
        let call = call.upload_id(upload_id).multipart_upload(completed).customize();
        let patient = call.config_override(aws_sdk_s3::config::Config::builder().timeout_config(patience));
        match patient.send().await {
            Ok(_) | Err(SdkError::TimeoutError(_)) => Ok(()),
            Err(error) => Err(failed("complete multipart upload")(error)),
        }
    }

    /// Drops a multipart upload and its parts. Repeating it is harmless.
    pub async fn abort_multipart(&self, key: &ObjectKey, upload_id: &str) -> Result<(), ObjectsError> {
        let call = self.client().abort_multipart_upload().bucket(self.bucket()).key(key.to_string());
        match call.upload_id(upload_id).send().await.map_err(failed("abort multipart upload")) {
            Ok(_) | Err(ObjectsError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn uploaded(part: aws_sdk_s3::types::Part) -> UploadedPart {
    UploadedPart {
        number: part.part_number.and_then(|number| number.try_into().ok()).unwrap_or_default(),
        size: part.size.and_then(|size| size.try_into().ok()).unwrap_or_default(),
        etag: part.e_tag.unwrap_or_default(),
    }
}
