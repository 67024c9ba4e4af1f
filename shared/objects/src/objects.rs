use aws_sdk_s3::{
    Client,
    operation::head_object::HeadObjectOutput,
    primitives::ByteStream,
    types::{ChecksumMode, ChecksumType, Delete, EncodingType, ObjectIdentifier},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;

use crate::{ObjectKey, ObjectPrefix, ObjectsError, Presigner, Signer, error::failed, messages::decode_key};

/// Most objects that one call deletes (AWS limit).
const DELETE_BATCH: usize = 1000;

/// The media bucket.
#[derive(Debug, Clone)]
pub struct Objects {
    client: Client,
    bucket: String,
    presigner: Presigner,
}

/// An object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its key.
    pub key: String,
    /// Bytes.
    pub size: u64,
}

/// Part of a listing, in the order of the keys' UTF-8 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPage {
    /// What is there.
    pub objects: Vec<ObjectInfo>,
    /// The last key, when more come after it.
    pub next: Option<String>,
}

/// What S3 says about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHead {
    /// Bytes.
    pub size: u64,
    /// Entity tag, with the quotes as S3 writes it: other bytes have another one.
    pub e_tag: String,
    /// SHA-256 of the whole object in lower-case hexadecimal, if it was uploaded with one.
    pub sha256: Option<String>,
    /// Media type, as declared.
    pub content_type: Option<String>,
    /// Entity tag of the object that [`Objects::copy`] made this one from, at first if more than once.
    pub copied_from: Option<String>,
}

/// An object's bytes as they come.
#[derive(Debug)]
pub struct ObjectStream(ByteStream);

impl ObjectStream {
    /// The next bytes; nothing at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ObjectsError> {
        let unreadable = |cause: String| ObjectsError::Unavailable { verb: "read object", cause };
        self.0.try_next().await.map_err(|error| unreadable(error.to_string()))
    }
}

/// User metadata of a copy: the entity tag of what it, or what it was made from, was first made from.
pub(crate) const COPIED_FROM: &str = "copied-from";

impl Objects {
    /// The bucket by its clients. Makes no call.
    pub fn new(client: Client, bucket: impl Into<String>, presigner: Presigner) -> Self {
        Self { client, bucket: bucket.into(), presigner }
    }

    /// A signer of URLs for this moment.
    pub async fn signer(&self) -> Result<Signer, ObjectsError> {
        self.presigner.signer().await
    }

    /// Writes an object whole.
    pub async fn put(
        &self,
        key: &ObjectKey,
        content_type: &str,
        body: impl Into<ByteStream>,
    ) -> Result<(), ObjectsError> {
        let call = self.client.put_object().bucket(&self.bucket).key(key.to_string()).content_type(content_type);
        call.body(body.into()).send().await.map(drop).map_err(failed("write object"))
    }

    /// Reads an object whole.
    pub async fn get(&self, key: &ObjectKey) -> Result<Bytes, ObjectsError> {
        let call = self.client.get_object().bucket(&self.bucket).key(key.to_string());
        let object = call.send().await.map_err(failed("read object"))?;
        collect(object.body).await
    }

    /// Reads at most `length` bytes from `offset`.
    pub async fn get_range(&self, key: &ObjectKey, offset: u64, length: u64) -> Result<Bytes, ObjectsError> {
        let range = format!("bytes={offset}-{}", offset.saturating_add(length).saturating_sub(1));
        let call = self.client.get_object().bucket(&self.bucket).key(key.to_string()).range(range);
        let object = call.send().await.map_err(failed("read object"))?;
        collect(object.body).await
    }

    /// Reads from `offset`, which must be less than the size, to the end. Refused when the object is not the one with `e_tag`
    /// any more.
    pub async fn open(&self, key: &ObjectKey, offset: u64, e_tag: &str) -> Result<ObjectStream, ObjectsError> {
        let call = self.client.get_object().bucket(&self.bucket).key(key.to_string());
        let call = call.range(format!("bytes={offset}-")).if_match(e_tag);
        Ok(ObjectStream(call.send().await.map_err(failed("read object"))?.body))
    }

    /// What S3 says about an object; nothing when there is none.
    pub async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectHead>, ObjectsError> {
        let call = self.client.head_object().bucket(&self.bucket).key(key.to_string());
        match call.checksum_mode(ChecksumMode::Enabled).send().await.map_err(failed("read object's head")) {
            Ok(head) => Ok(Some(ObjectHead::of(head))),
            Err(ObjectsError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Size of an object in bytes.
    pub async fn size(&self, key: &ObjectKey) -> Result<u64, ObjectsError> {
        let call = self.client.head_object().bucket(&self.bucket).key(key.to_string());
        let head = call.send().await.map_err(failed("read object size"))?;
        Ok(head.content_length.and_then(|length| length.try_into().ok()).unwrap_or_default())
    }

    /// Every object under a prefix, by key.
    pub async fn list(&self, prefix: ObjectPrefix) -> Result<Vec<ObjectInfo>, ObjectsError> {
        let call = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix.to_string());
        let mut pages = call.into_paginator().send();
        let mut objects = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(failed("list objects"))?;
            objects.extend(page.contents.unwrap_or_default().into_iter().map(|object| ObjectInfo {
                key: object.key.unwrap_or_default(),
                size: object.size.and_then(|size| size.try_into().ok()).unwrap_or_default(),
            }));
        }
        Ok(objects)
    }

    /// At most `limit` (1,000 is S3's own limit) objects under a prefix whose keys come after `start_after`.
    pub async fn list_page(
        &self,
        prefix: ObjectPrefix,
        start_after: Option<&str>,
        limit: u32,
    ) -> Result<ObjectPage, ObjectsError> {
        let call = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix.to_string());
        let call = call.set_start_after(start_after.map(str::to_owned)).max_keys(i32::try_from(limit).unwrap_or(1000));
        // XML cannot carry every character that a key can.
        let page = call.encoding_type(EncodingType::Url).send().await.map_err(failed("list objects"))?;
        let encoded = page.encoding_type == Some(EncodingType::Url);
        let more = page.is_truncated == Some(true);
        let info = |object: aws_sdk_s3::types::Object| {
            let key = object.key.unwrap_or_default();
            let size = object.size.and_then(|size| size.try_into().ok()).unwrap_or_default();
            ObjectInfo { key: if encoded { decode_key(&key) } else { key }, size }
        };
        let objects: Vec<_> = page.contents.unwrap_or_default().into_iter().map(info).collect();
        let next = objects.last().map(|object| object.key.clone()).filter(|_| more);
        Ok(ObjectPage { objects, next })
    }

    /// Deletes one object. Repeating it is harmless.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), ObjectsError> {
        let call = self.client.delete_object().bucket(&self.bucket).key(key.to_string());
        call.send().await.map(drop).map_err(failed("delete object"))
    }

    /// Deletes every object under a prefix and answers how many there were. Repeating it is harmless.
    pub async fn delete_prefix(&self, prefix: ObjectPrefix) -> Result<usize, ObjectsError> {
        let verb = "delete objects";
        let objects = self.list(prefix).await?;
        for batch in objects.chunks(DELETE_BATCH) {
            let keys: Result<Vec<_>, _> =
                batch.iter().map(|object| ObjectIdentifier::builder().key(&object.key).build()).collect();
            let delete = keys.and_then(|keys| Delete::builder().set_objects(Some(keys)).quiet(true).build());
            let delete = delete.map_err(|error| ObjectsError::Unavailable { verb, cause: error.to_string() })?;
            let call = self.client.delete_objects().bucket(&self.bucket).delete(delete);
            let answer = call.send().await.map_err(failed(verb))?;
            if let Some(error) = answer.errors().first() {
                let cause = format!("{}: {}", error.key().unwrap_or_default(), error.message().unwrap_or_default());
                return Err(ObjectsError::Unavailable { verb, cause });
            }
        }
        Ok(objects.len())
    }

    /// Proves that the bucket answers.
    pub async fn ping(&self) -> Result<(), ObjectsError> {
        let call = self.client.list_objects_v2().bucket(&self.bucket).prefix("originals/").max_keys(1);
        call.send().await.map(drop).map_err(failed("list bucket"))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn bucket(&self) -> &str {
        &self.bucket
    }
}

impl ObjectHead {
    fn of(head: HeadObjectOutput) -> Self {
        let whole = head.checksum_type() != Some(&ChecksumType::Composite);
        let sha256 = head.checksum_sha256().filter(|_| whole).and_then(sha256_of);
        let copied_from = head.metadata().and_then(|all| all.get(COPIED_FROM)).cloned();
        Self {
            size: head.content_length.and_then(|length| length.try_into().ok()).unwrap_or_default(),
            e_tag: head.e_tag.unwrap_or_default(),
            sha256,
            content_type: head.content_type,
            copied_from,
        }
    }
}

/// S3's base64 in hexadecimal. That of a multipart upload is a hash of hashes and ends with the number of parts, which is no
/// base64.
fn sha256_of(checksum: &str) -> Option<String> {
    BASE64_STANDARD.decode(checksum).ok().filter(|hash| hash.len() == 32).map(hex::encode)
}

async fn collect(body: ByteStream) -> Result<Bytes, ObjectsError> {
    let collected = body.collect().await;
    let cause = |error: aws_sdk_s3::primitives::ByteStreamError| error.to_string();
    collected
        .map(aws_sdk_s3::primitives::AggregatedBytes::into_bytes)
        .map_err(|error| ObjectsError::Unavailable { verb: "read object", cause: cause(error) })
}
