use aws_sdk_s3::{
    Client,
    primitives::ByteStream,
    types::{Delete, ObjectIdentifier},
};
use bytes::Bytes;

use crate::{ObjectKey, ObjectPrefix, ObjectsError, Presigner, Signer, error::failed};

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

async fn collect(body: ByteStream) -> Result<Bytes, ObjectsError> {
    let collected = body.collect().await;
    let cause = |error: aws_sdk_s3::primitives::ByteStreamError| error.to_string();
    collected
        .map(aws_sdk_s3::primitives::AggregatedBytes::into_bytes)
        .map_err(|error| ObjectsError::Unavailable { verb: "read object", cause: cause(error) })
}
