//! On the emulator that the environment names.

use std::env;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Region},
    primitives::ByteStream,
    types::ChecksumAlgorithm,
};
use framehouse_domain::{DirectoryType, MediaFileId};
use sha2::{Digest, Sha256};
use url::Url;

use super::*;
use crate::{ObjectPrefix, Presigner};

/// A bucket of its own.
async fn bucket() -> (Client, String, Objects) {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"));
    let credentials =
        Credentials::new(variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), None, None, "stack.env");
    let (region, endpoint) = (variable("AWS_REGION"), variable("AWS_ENDPOINT_URL"));
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.clone()))
        .endpoint_url(&endpoint)
        .force_path_style(true)
        .credentials_provider(credentials.clone());
    let client = Client::from_conf(config.build());
    let name = format!("objects-test-{}", MediaFileId::generate());
    client.create_bucket().bucket(&name).send().await.unwrap();
    let endpoint = Url::parse(&endpoint).unwrap();
    let presigner = Presigner::new(SharedCredentialsProvider::new(credentials), &region, &name, Some(&endpoint));
    (client.clone(), name.clone(), Objects::new(client, name, presigner.unwrap()))
}

fn library(path: &str) -> ObjectKey {
    ObjectKey::Library(path.parse().unwrap())
}

fn code(error: &ObjectsError) -> &str {
    match error {
        ObjectsError::Refused { code, .. } => code,
        other => panic!("not refused: {other}"),
    }
}

#[tokio::test]
async fn copies_keep_bytes_and_type_overwrite_nothing_and_notice_a_changed_source() {
    let (_, _, objects) = bucket().await;
    let bytes: Vec<u8> = (0..100_000_u32).map(|i| (i % 251) as u8).collect();
    let from = library("videos/映画/a b+%'\"#?.MP4");
    objects.put(&from, "video/x-odd", bytes.clone()).await.unwrap();
    let head = objects.head(&from).await.unwrap().unwrap();
    assert_eq!((head.size, head.content_type.as_deref()), (100_000, Some("video/x-odd")));

    let (whole, parts) = (library("curated/whole é.mp4"), library("curated/parts é.mp4"));
    for (to, part) in [(&whole, 100_000), (&parts, 30_000)] {
        let done = objects.copy_by(&from, &head, to, part).await.unwrap();
        assert_eq!(objects.copy(&from, &head, to).await.unwrap(), done, "it is there");
        let Copied::Done(copied) = done else { panic!("{to} is occupied") };
        assert_eq!((copied.size, copied.content_type.as_deref()), (100_000, Some("video/x-odd")));
        assert_eq!(copied.copied_from.as_deref(), Some(head.e_tag.as_str()), "{to}");
        assert_eq!(objects.get(to).await.unwrap(), bytes);
    }
    let heads = [&from, &whole, &parts].map(|key| objects.head(key));
    let heads: Vec<_> = futures::future::try_join_all(heads).await.unwrap().into_iter().flatten().collect();
    assert!(heads.iter().all(|one| heads.iter().all(|other| one.has_same_bytes(other))));

    objects.put(&from, "video/mp4", b"other".to_vec()).await.unwrap();
    let to = library("gifs/a.mp4");
    let changed = [
        objects.copy(&from, &head, &to).await.unwrap_err(),
        objects.copy_by(&from, &head, &to, 30_000).await.unwrap_err(),
    ];
    assert_eq!(changed.each_ref().map(code), ["PreconditionFailed"; 2]);
    let other = objects.head(&from).await.unwrap().unwrap();
    assert!(heads.iter().all(|head| !head.has_same_bytes(&other)));
    assert_eq!(objects.copy(&from, &other, &whole).await.unwrap(), Copied::Occupied);
    assert_eq!(objects.get(&whole).await.unwrap(), bytes, "nothing is overwritten");
    objects.delete(&from).await.unwrap();
    assert!(matches!(objects.copy(&from, &head, &to).await, Err(ObjectsError::NotFound { .. })));
    assert_eq!(objects.head(&to).await.unwrap(), None);
}

#[tokio::test]
async fn a_copy_of_a_copy_is_known_and_so_is_what_it_came_from() {
    let (client, bucket, objects) = bucket().await;
    let first = library("videos/a.mp4");
    // Uploaded in parts: its tag is no hash of its bytes.
    let create = client.create_multipart_upload().bucket(&bucket).key(first.to_string()).send().await.unwrap();
    let id = create.upload_id.unwrap();
    let part = client.upload_part().bucket(&bucket).key(first.to_string()).upload_id(&id).part_number(1);
    let part = part.body(ByteStream::from_static(b"abc")).send().await.unwrap();
    let done = CompletedPart::builder().part_number(1).set_e_tag(part.e_tag).build();
    let complete = client.complete_multipart_upload().bucket(&bucket).key(first.to_string()).upload_id(&id);
    complete.multipart_upload(CompletedMultipartUpload::builder().parts(done).build()).send().await.unwrap();

    let mut heads = vec![objects.head(&first).await.unwrap().unwrap()];
    let mut from = first.clone();
    for directory in ["curated", "gifs", "studios"] {
        let to = library(&format!("{directory}/a.mp4"));
        let head = objects.head(&from).await.unwrap().unwrap();
        let Copied::Done(copied) = objects.copy(&from, &head, &to).await.unwrap() else { panic!("{to} is occupied") };
        heads.push(copied);
        from = to;
    }
    assert!(heads.iter().all(|one| heads.iter().all(|other| one.has_same_bytes(other))), "{heads:?}");
    let back = objects.copy(&from, &heads[3], &first).await.unwrap();
    assert_eq!(back, Copied::Done(heads[0].clone()), "it lies there still");

    let hashed =
        |e_tag: &str, sha256: &str| ObjectHead { e_tag: e_tag.into(), sha256: Some(sha256.into()), ..heads[0].clone() };
    assert!(hashed("1", "same").has_same_bytes(&hashed("2", "same")));
    assert!(!hashed("1", "one").has_same_bytes(&hashed("2", "other")));
}

#[tokio::test]
async fn a_head_tells_the_hash_that_s3_knows_and_no_hash_of_hashes() {
    let (client, bucket, objects) = bucket().await;
    let key = library("videos/a.mp4");
    assert_eq!(objects.head(&key).await.unwrap(), None);
    objects.put(&key, "video/mp4", b"abc".to_vec()).await.unwrap();
    assert_eq!(objects.head(&key).await.unwrap().unwrap().sha256, None);

    let put = client.put_object().bucket(&bucket).key(key.to_string()).checksum_algorithm(ChecksumAlgorithm::Sha256);
    put.body(ByteStream::from_static(b"abc")).send().await.unwrap();
    let head = objects.head(&key).await.unwrap().unwrap();
    assert_eq!(head.sha256, Some(hex::encode(Sha256::digest(b"abc"))));

    let create = client.create_multipart_upload().bucket(&bucket).key(key.to_string());
    let upload = create.checksum_algorithm(ChecksumAlgorithm::Sha256).send().await.unwrap();
    let id = upload.upload_id.unwrap();
    let part = client.upload_part().bucket(&bucket).key(key.to_string()).upload_id(&id).part_number(1);
    let part = part.checksum_algorithm(ChecksumAlgorithm::Sha256).body(ByteStream::from_static(b"abc"));
    let part = part.send().await.unwrap();
    let done = CompletedPart::builder().part_number(1).set_e_tag(part.e_tag).set_checksum_sha256(part.checksum_sha256);
    let completed = CompletedMultipartUpload::builder().parts(done.build()).build();
    let complete = client.complete_multipart_upload().bucket(&bucket).key(key.to_string()).upload_id(&id);
    complete.multipart_upload(completed).send().await.unwrap();
    let head = objects.head(&key).await.unwrap().unwrap();
    assert_eq!((head.size, head.sha256), (3, None));
}

#[tokio::test]
async fn a_listing_comes_in_pages_whatever_the_keys_hold() {
    let (client, bucket, objects) = bucket().await;
    let mut keys = ["a b", "a+b", "a%20b", "b\u{1}c", "b<&>\"'", "é", "日本/x", "😀"]
        .map(|name| format!("library/gifs/{name}.mp4"))
        .to_vec();
    keys.sort();
    for key in keys.iter().map(String::as_str).chain(["library/gifs2/a.mp4", "library/videos/a.mp4"]) {
        client.put_object().bucket(&bucket).key(key).body(ByteStream::from_static(b"x")).send().await.unwrap();
    }
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = objects.list_page(ObjectPrefix::Library(DirectoryType::Gifs), after.as_deref(), 3).await.unwrap();
        assert!(page.objects.len() <= 3 && page.objects.iter().all(|object| object.size == 1));
        found.extend(page.objects.into_iter().map(|object| object.key));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, keys);
}

#[tokio::test]
async fn a_stream_begins_anywhere_and_only_in_the_object_that_is_meant() {
    let (_, _, objects) = bucket().await;
    let key = library("videos/a.mp4");
    objects.put(&key, "video/mp4", b"0123456789".to_vec()).await.unwrap();
    let head = objects.head(&key).await.unwrap().unwrap();
    let mut stream = objects.open(&key, 4, &head.e_tag).await.unwrap();
    let mut read = Vec::new();
    while let Some(bytes) = stream.next().await.unwrap() {
        read.extend(bytes);
    }
    assert_eq!(read, b"456789");
    objects.put(&key, "video/mp4", b"other".to_vec()).await.unwrap();
    assert_eq!(code(&objects.open(&key, 0, &head.e_tag).await.unwrap_err()), "PreconditionFailed");
}
