//! What each route costs in DynamoDB, counted, and compared with the table in ARCHITECTURE.md: the document cannot drift, and
//! nobody makes a route dearer unawares.
//!
//! The routers run in this process. Their S3 and SQS are the stack's; their table is one that counts ([`meter`]).

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod analytics;
mod comments;
mod crowd;
mod document;
mod famous;
mod gallery;
mod library;
mod media_files;
mod meter;
mod reactions;
mod system;
mod tracking;
mod uploads;
mod world;

use std::{
    collections::BTreeSet,
    env,
    net::{Ipv4Addr, TcpListener},
};

use framehouse_tests::{ROUTES, stack};
use tokio::process::Command;

use crate::{document::Row, world::World};

/// What makes the SDK ask the meter: it has no other way to know of one service's address than the environment.
const ENDPOINT: &str = "AWS_ENDPOINT_URL_DYNAMODB";

#[test]
fn every_route_costs_what_the_architecture_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match env::var(ENDPOINT) {
        Ok(endpoint) => runtime.block_on(compare(&endpoint)),
        Err(_) => runtime.block_on(again_with_a_table_that_counts()),
    }
}

/// A process cannot change its own environment safely: this test runs once more, in another one. There it has a bucket and
/// a queue to itself, so that no worker looks for what is in its table.
async fn again_with_a_table_that_counts() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr()).unwrap().port();
    let (s3, sqs) = (stack().s3(), stack().sqs());
    let name = format!("costs-{}", framehouse_domain::VideoId::generate());
    s3.create_bucket().bucket(&name).send().await.expect("the owner may create a bucket");
    let queue = sqs.create_queue().queue_name(&name).send().await.expect("the owner may create a queue");
    let queue = queue.queue_url.expect("a queue has a URL");
    let test = Command::new(env::current_exe().unwrap())
        .args(["--exact", "every_route_costs_what_the_architecture_says", "--nocapture"])
        .env(ENDPOINT, format!("http://127.0.0.1:{port}"))
        .env("VIEWER_HASH_SECRET", "of these costs, and of nobody else")
        .env("MEDIA_BUCKET", &name)
        .env("TRANSCODE_QUEUE_URL", &queue)
        .env("LIBRARY_QUEUE_URL", &queue)
        .output()
        .await
        .expect("this test can be started again");
    sqs.delete_queue().queue_url(queue).send().await.expect("the owner may delete a queue");
    let objects = s3.list_objects_v2().bucket(&name).send().await.expect("the owner may list the bucket");
    for key in objects.contents().iter().filter_map(|object| object.key()) {
        s3.delete_object().bucket(&name).key(key).send().await.expect("the owner may delete an object");
    }
    s3.delete_bucket().bucket(&name).send().await.expect("the owner may delete a bucket");
    assert!(
        test.status.success(),
        "{}{}",
        String::from_utf8_lossy(&test.stdout),
        String::from_utf8_lossy(&test.stderr)
    );
}

async fn compare(endpoint: &str) {
    let mut world = World::new(endpoint).await;
    system::measure(&mut world).await;
    uploads::measure(&mut world).await;
    media_files::measure(&mut world).await;
    library::measure(&mut world).await;
    gallery::measure(&mut world).await;
    reactions::measure(&mut world).await;
    comments::measure(&mut world).await;
    tracking::measure(&mut world).await;
    analytics::measure(&mut world).await;
    crowd::spreads(&world).await;
    famous::compare(&world).await;
    let measured = world.rows();
    let documented: BTreeSet<Row> = document::rows();
    let difference: Vec<String> = measured.difference(&documented).map(|row| format!("measured   {row}")).collect();
    let stale: Vec<String> = documented.difference(&measured).map(|row| format!("documented {row}")).collect();
    assert!(
        difference.is_empty() && stale.is_empty(),
        "ARCHITECTURE.md, \"What a request costs\", does not say what was measured:\n{}\n{}",
        difference.join("\n"),
        stale.join("\n")
    );
    let routes: BTreeSet<String> = measured.iter().map(|row| row.route.clone()).collect();
    let known: BTreeSet<String> = ROUTES.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(routes, known, "some route is not measured here, or there is none");
}
