use std::collections::BTreeMap;

use framehouse_api::now;
use framehouse_domain::{LiveVersion, MediaFile, MediaFileId, MediaStatus, PendingUpload, Rendition, UploadMethod};
use framehouse_objects::ObjectKey;
use framehouse_store::{Arrival, Begun};
use framehouse_tests::stack;
use http::Method;

use crate::world::{Ask, World};

const STREAM: &str = "/stream/hls/{id}/{playlist}";

pub(crate) async fn measure(world: &mut World) {
    let id = ready(world).await;
    for path in ["/media-files/{id}", "/api/media-files/{id}"] {
        world.measure(path, "", Ask::new(Method::GET, at(path, id), 200)).await;
    }
    for path in ["/media-files/{id}/retry", "/api/media-files/{id}/retry"] {
        world.measure(path, "", Ask::new(Method::POST, at(path, id), 202)).await;
    }
    let key = ObjectKey::hls(id, 1, "master.m3u8").to_string();
    let put = stack().s3().put_object().bucket(&stack().media_bucket).key(key).body(b"#EXTM3U\n".to_vec().into());
    put.send().await.expect("the owner may write");
    let playlist = at(STREAM, id).replace("{playlist}", "master.m3u8");
    world.measure(STREAM, "", Ask::new(Method::GET, playlist, 200)).await;
    for path in ["/media-files/{id}", "/api/media-files/{id}"] {
        let id = ready(world).await;
        world.measure(path, "", Ask::new(Method::DELETE, at(path, id), 204)).await;
    }
}

fn at(route: &str, id: MediaFileId) -> String {
    route.replace("{id}", &id.to_string())
}

/// A media file of four qualities that is ready to play, and the job that made it.
pub(crate) async fn ready(world: &World) -> MediaFileId {
    let media = media_file();
    let (id, store) = (media.id, world.store());
    store.create_media_file(&media, None).await.unwrap();
    let arrival = store.record_arrival(id, 5, "video/mp4", "0055AED6DCD90281E5", now()).await.unwrap();
    assert!(matches!(arrival, Arrival::Recorded(_)));
    let weights = BTreeMap::from(["audio", "copy", "video-00000"].map(|task| (task.to_owned(), 1.0)));
    assert!(matches!(store.begin_version(id, 1, &weights, now()).await.unwrap(), Begun::Now));
    let rendition = |height| Rendition {
        name: format!("{height}p"),
        width: height * 16 / 9,
        height,
        bandwidth: 5_300_000,
        average_bandwidth: 3_900_000,
        codecs: "avc1.640028".into(),
        frame_rate: 24.0,
        copied: false,
    };
    let live = LiveVersion {
        version: 1,
        duration: 30.0,
        width: 1920,
        height: 1080,
        renditions: [1080, 720, 480, 360].map(rendition).to_vec(),
        has_storyboard: true,
        has_preview: true,
    };
    store.publish_version(id, &live, now()).await.unwrap().expect("the version is wanted");
    id
}

fn media_file() -> MediaFile {
    let id = MediaFileId::generate();
    MediaFile {
        id,
        status: MediaStatus::AwaitingUpload,
        original_filename: "Ferien am Meer, zweiter Teil.mp4".into(),
        original_path: format!("originals/{id}.mp4"),
        original_size: 5,
        mime_type: "video/mp4".into(),
        title: Some("Ferien am Meer".into()),
        producer: Some("Studio Sonnenschein".into()),
        creator: Some("A. Beispiel".into()),
        tags: vec!["meer".into(), "sommer".into()],
        upload: Some(PendingUpload { method: UploadMethod::Put, upload_id: None, part_size: 5 }),
        sequencer: None,
        version: 0,
        live: None,
        error_message: None,
        published: false,
        locked: false,
        created_by: "admin".into(),
        created_at: now(),
        updated_at: now(),
    }
}
