//! Copies within the bucket. S3 copies up to 5 GiB in one call (AWS limit); large objects are copied in parts, many at once.

use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, MetadataDirective};
use futures::{StreamExt, TryStreamExt, stream};

use crate::{ObjectHead, ObjectKey, Objects, ObjectsError, error::failed, objects::COPIED_FROM, sigv4::encode};

/// Bytes that one call copies: it must end within its time, and 10,000 parts (AWS limit) make more than the largest object.
const PART: u64 = 1 << 30;
/// Parts copied at once; the bytes do not come here.
const CONCURRENCY: usize = 32;
const VERB: &str = "copy object";

/// What became of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// It is there, as S3 says.
    Done(ObjectHead),
    /// Something else is where it was to go.
    Occupied,
}

impl Objects {
    /// Copies the object that `head` describes, unless there is a copy of it at `to` already. It never overwrites anything.
    ///
    /// Refused (`PreconditionFailed`) when `from` has changed since. A copy keeps the media type and tells what it was made
    /// from ([`ObjectHead::copied_from`]), and a copy of a copy what the first was made from: by that one that was made before
    /// a crash, or left by an earlier move, is known.
    ///
    /// Nothing is kept between two calls: a copy must end within one. An invocation of 15 minutes (AWS limit) is enough for
    /// the 5 TB of the largest object when S3 copies each part at 180 MB/s; at 40 MB/s it is for 1.1 TB. Larger ones are moved
    /// by a worker that runs on a machine or a container, which has no limit.
    pub async fn copy(&self, from: &ObjectKey, head: &ObjectHead, to: &ObjectKey) -> Result<Copied, ObjectsError> {
        self.copy_by(from, head, to, PART).await
    }

    async fn copy_by(
        &self,
        from: &ObjectKey,
        head: &ObjectHead,
        to: &ObjectKey,
        part: u64,
    ) -> Result<Copied, ObjectsError> {
        match self.head(to).await? {
            Some(there) if head.has_same_bytes(&there) => return Ok(Copied::Done(there)),
            Some(_) => return Ok(Copied::Occupied),
            None if head.size <= part => self.copy_whole(from, head, to).await?,
            None => self.copy_in_parts(from, head, to, part).await?,
        }
        self.head(to).await?.map(Copied::Done).ok_or(ObjectsError::NotFound { verb: VERB })
    }

    async fn copy_whole(&self, from: &ObjectKey, head: &ObjectHead, to: &ObjectKey) -> Result<(), ObjectsError> {
        let call = self.client().copy_object().bucket(self.bucket()).key(to.to_string());
        let call = call.copy_source(self.copy_source(from)).copy_source_if_match(&head.e_tag).if_none_match("*");
        let call = call.metadata_directive(MetadataDirective::Replace).metadata(COPIED_FROM, head.origin());
        let call = call.set_content_type(head.content_type.clone());
        call.send().await.map(drop).map_err(failed(VERB))
    }

    async fn copy_in_parts(
        &self,
        from: &ObjectKey,
        head: &ObjectHead,
        to: &ObjectKey,
        part: u64,
    ) -> Result<(), ObjectsError> {
        let call = self.client().create_multipart_upload().bucket(self.bucket()).key(to.to_string());
        let call = call.metadata(COPIED_FROM, head.origin()).set_content_type(head.content_type.clone());
        let created = call.send().await.map_err(failed(VERB))?;
        let missing = || ObjectsError::Unavailable { verb: VERB, cause: "S3 answered without an id".to_owned() };
        let id = created.upload_id.ok_or_else(missing)?;
        let copied = self.copy_parts(from, head, to, part, &id).await;
        if copied.is_err() {
            // What cannot be dropped now is dropped by the bucket's lifecycle rule.
            let _ = self.abort_multipart(to, &id).await;
        }
        copied
    }

    async fn copy_parts(
        &self,
        from: &ObjectKey,
        head: &ObjectHead,
        to: &ObjectKey,
        part: u64,
        id: &str,
    ) -> Result<(), ObjectsError> {
        let source = self.copy_source(from);
        let copies = (0..head.size.div_ceil(part)).map(|index| {
            let (start, end) = (index * part, ((index + 1) * part).min(head.size));
            let number = i32::try_from(index + 1).unwrap_or(i32::MAX);
            let call = self.client().upload_part_copy().bucket(self.bucket()).key(to.to_string());
            let call = call.upload_id(id).part_number(number).copy_source(&source);
            let call = call.copy_source_if_match(&head.e_tag).copy_source_range(format!("bytes={start}-{}", end - 1));
            async move {
                let copied = call.send().await.map_err(failed(VERB))?;
                let tag = copied.copy_part_result.and_then(|result| result.e_tag);
                Ok::<_, ObjectsError>(CompletedPart::builder().part_number(number).set_e_tag(tag).build())
            }
        });
        let parts: Vec<CompletedPart> = stream::iter(copies).buffered(CONCURRENCY).try_collect().await?;
        let completed = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let call = self.client().complete_multipart_upload().bucket(self.bucket()).key(to.to_string());
        let call = call.upload_id(id).multipart_upload(completed).if_none_match("*");
        call.send().await.map(drop).map_err(failed(VERB))
    }

    /// Bucket and key as the header wants them: percent-encoded.
    fn copy_source(&self, from: &ObjectKey) -> String {
        let mut source = format!("{}/", self.bucket());
        encode(&mut source, &from.to_string(), true);
        source
    }
}

impl ObjectHead {
    /// Whether the other object is known to have the same bytes: by its entity tag, or since one is a copy of the other, or
    /// both are of a third, or by the hashes that they were uploaded with.
    pub fn has_same_bytes(&self, other: &Self) -> bool {
        let tags = |head: &Self| [Some(head.e_tag.clone()), head.copied_from.clone()];
        let related = || tags(self).iter().flatten().any(|tag| tags(other).iter().flatten().any(|t| t == tag));
        self.size == other.size && (related() || (self.sha256.is_some() && self.sha256 == other.sha256))
    }

    /// Entity tag of what it was first made from: its own, unless it is a copy.
    fn origin(&self) -> &str {
        self.copied_from.as_deref().unwrap_or(&self.e_tag)
    }
}

#[cfg(test)]
mod tests;
