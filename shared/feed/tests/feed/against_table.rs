//! Lists of the catalog against a naive filter over the table, whatever happens to the videos.

use framehouse_domain::{DirectoryType, Engagement, Video, VideoEdit, VideoFacts, VideoId};
use framehouse_feed::{
    Feed,
    catalog::{Catalog, Entry, Field, Filter, Query, Sort, SortBy, fold},
};
use proptest::prelude::*;

use crate::library::{Library, now};

const TITLES: &[&str] = &["Der Abend", "der abend", "100%", "a_b", "Ёлка", "夜の祭り", "it's", "", "Crème brûlée"];

/// Something that happens to the `n`th video, or to the library.
#[derive(Debug, Clone)]
enum Step {
    Create { directory: usize, name: usize },
    Retitle(usize, usize),
    Move(usize, usize),
    Examine(usize, Option<u32>),
    Delete(usize),
    Restore(usize),
    Publish(usize, bool),
    Watch(usize, u64),
    Remove(usize),
    Compact,
    LoseSnapshot,
    Restart,
}

/// What happens to a video.
type Edit = Box<dyn Fn(&mut Video)>;

fn step() -> impl Strategy<Value = Step> {
    let n = 0..40_usize;
    prop_oneof![
        6 => (0..9_usize, 0..30_usize).prop_map(|(directory, name)| Step::Create { directory, name }),
        3 => (n.clone(), 0..TITLES.len()).prop_map(|(n, title)| Step::Retitle(n, title)),
        2 => (n.clone(), 0..9_usize).prop_map(|(n, directory)| Step::Move(n, directory)),
        2 => (n.clone(), prop::option::of(0..3_u32)).prop_map(|(n, seconds)| Step::Examine(n, seconds)),
        2 => n.clone().prop_map(Step::Delete),
        1 => n.clone().prop_map(Step::Restore),
        2 => (n.clone(), any::<bool>()).prop_map(|(n, published)| Step::Publish(n, published)),
        4 => (n.clone(), 0..9_u64).prop_map(|(n, count)| Step::Watch(n, count)),
        1 => n.prop_map(Step::Remove),
        1 => Just(Step::Compact),
        1 => Just(Step::LoseSnapshot),
        1 => Just(Step::Restart),
    ]
}

async fn take(library: &Library, ids: &mut Vec<VideoId>, feed: &mut Feed, step: &Step) {
    let nth = |n: usize| (!ids.is_empty()).then(|| ids[n % ids.len()]);
    let (n, change): (usize, Edit) = match *step {
        Step::Create { directory, name } => {
            let path = format!("{}/f/{name}.mp4", DirectoryType::ALL[directory]);
            ids.push(library.create(&path).await.id);
            return;
        }
        Step::Retitle(n, title) => (n, Box::new(move |video| video.title = Some(TITLES[title].to_owned()))),
        Step::Move(n, directory) => (
            n,
            Box::new(move |video| {
                let directory_type = Some(DirectoryType::ALL[directory]);
                video.edit(&VideoEdit { directory_type, ..VideoEdit::default() }).unwrap();
            }),
        ),
        Step::Examine(n, seconds) => (
            n,
            Box::new(move |video| {
                let facts = |seconds| VideoFacts {
                    duration_seconds: Some(seconds),
                    has_audio: seconds > 0,
                    file_size: 77,
                    ..VideoFacts::default()
                };
                video.examined(seconds.map(facts).ok_or("It is missing.".into()), now());
            }),
        ),
        Step::Delete(n) => (n, Box::new(|video| video.delete(now()))),
        Step::Restore(n) => (n, Box::new(Video::restore)),
        Step::Publish(n, published) => (
            n,
            Box::new(move |video| {
                video.published = published;
                video.published_at = published.then(now);
            }),
        ),
        Step::Watch(n, count) => (
            n,
            Box::new(move |video| {
                let Engagement { views, upvotes, watch_time, .. } = &mut video.engagement;
                (*views, *upvotes, *watch_time) = (*views + 1, count, *watch_time + count * 30);
            }),
        ),
        Step::Remove(n) => {
            if let Some(id) = nth(n) {
                library.store.remove_video(id, now()).await.unwrap();
            }
            return;
        }
        Step::Compact => {
            library.compact().await;
            return;
        }
        Step::LoseSnapshot => return library.objects.delete(&framehouse_objects::ObjectKey::Catalog).await.unwrap(),
        Step::Restart => return *feed = library.feed(),
    };
    if let Some(id) = nth(n) {
        let change = |video: &mut Video| {
            change(video);
            Ok::<_, ()>(())
        };
        library.store.modify_video(id, now(), change).await.unwrap();
    }
}

fn filters() -> Vec<Filter> {
    let search = |text: &str, search_in: &[Field]| Filter {
        search: text.to_owned(),
        search_in: search_in.to_vec(),
        ..Filter::default()
    };
    vec![
        Filter::default(),
        Filter { is_valid: Some(true), ..Filter::default() },
        Filter { is_valid: Some(true), published: Some(true), ..Filter::default() },
        Filter { is_valid: Some(false), has_audio: Some(true), ..Filter::default() },
        Filter { directory_types: DirectoryType::ALL[..3].to_vec(), ..Filter::default() },
        search("ABEND", &[Field::Title]),
        search("creme", &[Field::Title]),
        search("%", &[Field::Title, Field::File]),
        search("夜", &[Field::Title]),
        search("/f/1", &[Field::File]),
    ]
}

fn meets(entry: &Entry, filter: &Filter) -> bool {
    let holds = |text: &str| fold(text).contains(&fold(&filter.search));
    let searched = |field: &Field| match field {
        Field::Title => holds(&entry.title),
        _ => holds(&entry.filename) || holds(&entry.path),
    };
    filter.is_valid.is_none_or(|valid| valid == entry.is_valid)
        && filter.published.is_none_or(|published| published == entry.published)
        && filter.has_audio.is_none_or(|audio| audio == entry.has_audio)
        && (filter.directory_types.is_empty() || filter.directory_types.contains(&entry.directory_type))
        && (filter.search.is_empty() || filter.search_in.iter().any(searched))
}

/// What an order is by.
type Number = fn(&Entry) -> Option<u64>;

/// Some orders, and what they are by.
fn orders() -> [(SortBy, Number); 4] {
    [
        (SortBy::Duration, |entry| entry.duration_seconds.map(u64::from)),
        (SortBy::Views, |entry| Some(entry.views.into())),
        (SortBy::WatchTime, |entry| Some(entry.watch_time)),
        (SortBy::Published, |entry| entry.published_at),
    ]
}

fn compare(catalog: &Catalog, table: &[Entry]) {
    for filter in filters() {
        let mut expected: Vec<Entry> = table.iter().filter(|entry| meets(entry, &filter)).cloned().collect();
        expected.reverse();
        let query = Query { filter, limit: 1000, ..Query::default() };
        let page = catalog.list(&query).unwrap();
        assert_eq!((page.total, &page.entries), (expected.len(), &expected), "{:?}", query.filter);
        for (by, of) in orders() {
            expected.sort_by_key(|entry| std::cmp::Reverse((of(entry), entry.created_at, entry.id)));
            let query = Query { sort: Sort { by, descending: true }, ..query.clone() };
            assert_eq!(catalog.list(&query).unwrap().entries, expected);
        }
        let watched: u64 = expected.iter().map(|entry| entry.watch_time).sum();
        assert_eq!(catalog.totals(&query.filter).watch_time, watched);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn lists_are_what_a_filter_over_the_table_finds(steps in prop::collection::vec(step(), 10..50)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let library = Library::new().await;
            let (mut feed, mut ids) = (library.feed(), Vec::new());
            for (i, step) in steps.iter().enumerate() {
                take(&library, &mut ids, &mut feed, step).await;
                if i % 5 == 4 {
                    compare(&feed.fresh().await.unwrap(), &library.entries(&ids).await);
                }
            }
            compare(&feed.fresh().await.unwrap(), &library.entries(&ids).await);
            compare(&library.feed().fresh().await.unwrap(), &library.entries(&ids).await);
        });
    }
}
