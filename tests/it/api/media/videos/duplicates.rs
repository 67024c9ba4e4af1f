use std::time::Duration;

use framehouse_tests::{VIDEOS, api, create_video, short_clip, unique, until, wait_for_look};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn the_same_bytes_are_one_group_and_the_same_numbers_are_not() {
    let folder = unique("duplicates");
    // Bytes of its own, and a length of its own: an empty box of type `free` behind the film.
    let mut clip = short_clip().await;
    let padding = 16 + (std::process::id() % 5000) * 8;
    clip.extend(padding.to_be_bytes());
    clip.extend(b"free");
    clip.resize(clip.len() + padding as usize - 8, 0);
    let mut other = clip.clone();
    *other.last_mut().unwrap() = 1;
    let mut videos = Vec::new();
    for (n, bytes) in [clip.clone(), clip, other].into_iter().enumerate() {
        let video = create_video(&format!("videos/{folder}/{n}.mp4"), bytes, json!({})).await;
        videos.push(wait_for_look(video["id"].as_str().unwrap()).await);
    }
    until("the second is known for a duplicate", Duration::from_secs(20), async || {
        let video = api().get(&format!("{VIDEOS}/{}", videos[1]["id"].as_str().unwrap())).await;
        (video["duplicateOf"] == videos[0]["id"]).then_some(())
    })
    .await;
    let first = api().get(&format!("{VIDEOS}/{}", videos[0]["id"].as_str().unwrap())).await;
    assert_eq!(first["duplicateOf"], Value::Null, "it is the older one");
    assert_eq!(videos[2]["duplicateOf"], Value::Null, "only the numbers are the same");
    let page = api().get(&format!("{VIDEOS}/duplicates?limit=50")).await;
    let groups = page["groups"].as_array().unwrap();
    let mine = groups.iter().find(|group| group["fileHash"] == videos[0]["fileHash"]).expect("the group is listed");
    assert_eq!(mine["confirmed"], true);
    let members: Vec<_> = mine["videos"].as_array().unwrap().iter().map(|video| video["id"].clone()).collect();
    assert_eq!(members, [videos[0]["id"].clone(), videos[1]["id"].clone()]);
    assert!(page["candidates"].as_u64() >= Some(1));
    for query in ["?page=0", "?limit=51"] {
        api().call(Method::GET, &format!("{VIDEOS}/duplicates{query}")).await.expect_error(400, "invalid_request");
    }
}
