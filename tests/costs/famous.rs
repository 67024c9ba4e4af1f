//! What counting views costs, by how many come together, compared with "One famous video" of ARCHITECTURE.md.

use aws_lambda_events::dynamodb::{Event, EventRecord};
use framehouse_api::{App, now};
use framehouse_domain::{VIEW_SHARDS, VideoId, View, ViewId, Viewer};
use serde_json::{Value, json};

use crate::{
    document::{READ_PRICE, WRITE_PRICE, section},
    gallery::published,
    world::{World, fresh_app},
};

const VIEWS: usize = 1000;

/// Stores a thousand views, counts them as those of another video in each case, and compares what the table in the document
/// says.
pub(crate) async fn compare(world: &World) {
    let app = fresh_app();
    let opened = published(world).await;
    world.spent();
    open_views(&app, opened).await;
    let raw = world.spent();
    let mut measured = Vec::new();
    for (batch, partitions) in [(1, VIEW_SHARDS), (10, VIEW_SHARDS), (100, VIEW_SHARDS), (1000, VIEW_SHARDS), (1000, 1)]
    {
        let video = published(world).await;
        let records = raw.written.iter().enumerate().map(|(n, item)| record(n, item, video, partitions));
        let records: Vec<EventRecord> = records.collect();
        world.spent();
        for part in records.chunks(batch) {
            let mut event = Event::default();
            event.records = part.to_vec();
            let counted = framehouse_counters::count(&app, &event).await;
            assert!(counted.answer.batch_item_failures.is_empty());
        }
        let counting = world.spent();
        assert!(counting.refused.is_empty(), "{:?}", counting.refused);
        let engagement = world.store().video(video).await.unwrap().unwrap().engagement;
        assert_eq!(engagement.views, VIEWS as u64);
        let dollars = counting.read * READ_PRICE + (raw.write + counting.write) * WRITE_PRICE;
        measured.push(format!(
            "| {batch} | {partitions} | {} | {} | {} | {:.2} |",
            raw.write,
            counting.write,
            counting.read,
            dollars / VIEWS as f64,
        ));
    }
    let documented = section("## One famous video");
    let stale: Vec<&String> = measured.iter().filter(|row| !documented.lines().any(|line| line == **row)).collect();
    assert!(stale.is_empty(), "ARCHITECTURE.md, \"One famous video\", does not say what was measured:\n{measured:#?}");
}

/// Stores views of people who are not signed in.
async fn open_views(app: &App, video: VideoId) {
    for n in 0..VIEWS {
        let viewer = Viewer {
            key: Some(format!("i:{n:064x}")),
            ip_hash: Some(format!("{n:064x}")),
            user_agent: Some("Mozilla (X11; Linux x86_64) AppleWebKit (KHTML, like Gecko) Chrome Safari".into()),
            ..Viewer::unknown()
        };
        let referer = Some("https://news.example/2026/a-video-that-everybody-talks-about".to_owned());
        let view = View::begin(ViewId::generate(video, viewer.shard(), now()), viewer, referer, true, 90);
        app.store().await.open_view(&view).await.expect("a view is stored");
    }
}

/// What the stream tells of an item that is new, were it in one of so many partitions of this video.
fn record(number: usize, item: &Value, video: VideoId, partitions: u8) -> EventRecord {
    let partition = format!("VIEWS#{video}#{:02}", number % usize::from(partitions));
    let record = json!({
        "eventID": number.to_string(), "eventName": "INSERT", "awsRegion": "us-east-1",
        "dynamodb": {
            "SequenceNumber": (number + 1).to_string(), "SizeBytes": 0,
            "Keys": { "pk": { "S": partition }, "sk": item["sk"] }, "NewImage": item,
        },
    });
    serde_json::from_value(record).expect("it is the form that Lambda uses")
}
