//! Counts that are exact whatever becomes of the stream's batches and of who counts them.

mod crowd;
mod fold;
mod random;
mod recount;
mod stream;
mod table;

use std::{
    collections::BTreeSet,
    env, fs,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_lambda_events::dynamodb::EventRecord;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use framehouse_api::{App, CallPace, Config, now};
use framehouse_domain::{HEAT_BUCKETS, ReactionType, VideoId};
use framehouse_store::{Recounted, Store};
use framehouse_tests::{stack, unique, until};
use futures::{StreamExt, future::join_all};
use tokio::process::Command;

use crate::counting::{
    crowd::{Deeds, Person, Truth, heat, truth},
    fold::video,
    random::Random,
    stream::Stream,
    table::deliver,
};

const SESSIONS: u64 = 200;
const ACTS: usize = 50;
const VIDEOS: usize = 20;

/// Two hundred viewers do ten thousand things to twenty videos. The stack's own function counts, and is killed again and again;
/// beside it two more consumers count the same, whose batches are cut at random, repeated and late, and who die in the middle.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_acts_are_counted_exactly() {
    let store = Store::new(stack().dynamodb(), &stack().table_name);
    let app = App::new(Config { table_name: stack().table_name.clone(), ..Config::default() }, CallPace::Interactive);
    let videos: Vec<VideoId> = join_all((0..VIDEOS).map(|_| video(&store))).await;
    let records = Records::default();
    let mut stream = Stream::open(&stack().table_name, ShardIteratorType::Latest).await;
    let (acting, counting) = (AtomicBool::new(true), AtomicBool::new(true));
    let killed = AtomicUsize::new(0);

    let crowd = async {
        let run = unique("crowd");
        let people = (0..SESSIONS).map(|number| Person::new(number, &run).act(&store, &videos, ACTS));
        let deeds: Vec<Deeds> = futures::stream::iter(people).buffer_unordered(SESSIONS as usize).collect().await;
        acting.store(false, Ordering::Relaxed);
        deeds
    };
    let read = async {
        // Once more after the last act.
        let mut last = false;
        while !last {
            last = !acting.load(Ordering::Relaxed);
            records.add(stream.read().await.into_iter().filter(is_mapped).collect());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        records.end();
    };
    let kill = async {
        while counting.load(Ordering::Relaxed) {
            killed.fetch_add(kill_counters().await, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
    };
    let consume = async {
        join_all((1..=2).map(|seed| records.consume(&app, Random(seed)))).await;
        counting.store(false, Ordering::Relaxed);
    };
    let (deeds, (), (), ()) = tokio::join!(crowd, read, kill, consume);

    assert_eq!(deeds.iter().map(|deeds| deeds.acts).sum::<usize>(), 10_000);
    assert!(killed.load(Ordering::Relaxed) > 0, "the stack's own consumer is killed while it counts");
    let check = |video| check(&store, &deeds, video);
    futures::stream::iter(videos).map(check).buffer_unordered(5).collect::<()>().await;
}

/// Compares what is counted of a video with what the crowd did.
async fn check(store: &Store, deeds: &[Deeds], video: VideoId) {
    let expected = truth(deeds, video);
    // The stack's function may be behind, or publish what it read a moment ago.
    let what = format!("{expected:?} of {video}");
    until(&what, Duration::from_secs(60), async || (shown(store, video).await == expected).then_some(())).await;
    let counted = store.heat(video).await.unwrap();
    for (kind, bucket) in ReactionType::ALL.iter().flat_map(|kind| (0..HEAT_BUCKETS).map(move |bucket| (*kind, bucket)))
    {
        assert_eq!(counted.count(bucket, kind), heat(deeds, video, kind, bucket), "{kind} {bucket}");
    }
    assert_eq!(store.reconcile(video, now()).await.unwrap(), Recounted::default(), "{expected:?}");
}

/// What a video shows; its reactions are nowhere but in the heatmap.
async fn shown(store: &Store, video: VideoId) -> Truth {
    let shown = store.video(video).await.unwrap().unwrap().engagement;
    let heat = store.heat(video).await.unwrap();
    let each = ReactionType::ALL.iter().flat_map(|kind| (0..HEAT_BUCKETS).map(|bucket| heat.count(bucket, *kind)));
    Truth {
        views: shown.views,
        watch_time: shown.watch_time,
        completions: shown.completions,
        upvotes: shown.upvotes,
        comments: shown.comments,
        reactions: each.sum(),
    }
}

/// Whether the mapping's filter lets a record pass.
fn is_mapped(record: &EventRecord) -> bool {
    let keys = serde_json::to_value(&record.change.keys).expect("keys are JSON");
    let key = |name: &str| keys[name]["S"].as_str().unwrap_or_default();
    let (pk, sk) = (key("pk"), key("sk"));
    pk.starts_with("VIEWS#") && sk.ends_with("#VIEW") || pk.starts_with("COUNTS#") && sk.starts_with("ACTS#")
}

/// What the stream told so far.
#[derive(Default)]
struct Records {
    told: Mutex<Vec<EventRecord>>,
    ended: AtomicBool,
}

impl Records {
    fn add(&self, more: Vec<EventRecord>) {
        self.told.lock().unwrap().extend(more);
    }

    fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    fn part(&self, start: usize, end: usize) -> Vec<EventRecord> {
        let told = self.told.lock().unwrap();
        told[start.min(told.len())..end.min(told.len())].to_vec()
    }

    /// Counts all of it in order, but begins again with what it had before as often as not, and dies in the middle of a batch
    /// now and then.
    async fn consume(&self, app: &App, mut random: Random) {
        let mut done = 0;
        loop {
            let ended = self.ended.load(Ordering::Relaxed);
            let back = if random.below(2) == 0 { 0 } else { random.below(400) };
            let start = done - back.min(done);
            let part = self.part(start, done + 1 + random.below(2000));
            if start + part.len() <= done {
                if ended && back == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
            let patience = if random.below(4) == 0 { random.below(60) as u64 } else { 60_000 };
            let handled = tokio::time::timeout(Duration::from_millis(patience), deliver(app, &part)).await;
            if handled == Ok(None) {
                done = start + part.len();
            }
        }
    }
}

/// Kills the processes of the stack's own counters, as they are, and answers how many.
async fn kill_counters() -> usize {
    let emulator = env::var("EMULATOR_PID").expect("EMULATOR_PID is set: run the tests with `cargo xtask test`");
    let mut killed = 0;
    for entry in fs::read_dir("/proc").expect("processes can be listed").flatten() {
        if is_counter(&entry.path(), &emulator) {
            let id = entry.file_name();
            // It may have ended by itself.
            let kill = Command::new("kill").arg("-KILL").arg(&id).status().await.expect("kill runs");
            killed += usize::from(kill.success());
        }
    }
    killed
}

/// Whether a process is one of the emulator's that count.
fn is_counter(process: &Path, emulator: &str) -> bool {
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
    let environment: BTreeSet<Vec<u8>> = match fs::read(process.join("environ")) {
        Ok(environment) => environment.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect(),
        Err(_) => return false,
    };
    let is_name = |variable: &Vec<u8>| {
        let variable = String::from_utf8_lossy(variable);
        variable.starts_with("AWS_LAMBDA_FUNCTION_NAME=") && variable.contains("CountersFunction")
    };
    parent == Some(emulator) && environment.iter().any(is_name)
}
