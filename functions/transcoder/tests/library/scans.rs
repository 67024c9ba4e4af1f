use framehouse_api::now;
use framehouse_domain::{DirectoryType, Scan, ScanId};
use framehouse_objects::LibraryJob;
use framehouse_store::{ScanPage, ScanProgress};

use super::{eventually, folder};
use crate::{
    bench::{Bench, quick},
    clips::make,
};

impl Bench {
    async fn scan(&self, skip_existing: bool) -> ScanId {
        let (id, created_at) = (ScanId::generate(), now());
        let scan =
            Scan { id, directory_type: DirectoryType::Gifs, skip_existing, created_by: "test".into(), created_at };
        self.app.store().await.create_scan(&scan).await.unwrap();
        self.job(&LibraryJob::ScanPage { scan_id: id, page: 0, start_after: None }).await;
        id
    }

    async fn progress(&self, id: ScanId) -> ScanProgress {
        self.app.store().await.scan(id).await.unwrap().unwrap()
    }

    async fn scanned(&self, id: ScanId) -> ScanProgress {
        eventually(async || Some(self.progress(id).await).filter(ScanProgress::ended)).await
    }

    /// Puts any key.
    async fn put_raw(&self, key: &str, body: &[u8]) {
        self.s3.put_object().bucket(&self.bucket).key(key).body(body.to_vec().into()).send().await.unwrap();
    }
}

fn counts(progress: &ScanProgress) -> [u32; 5] {
    let pages = &progress.pages;
    [pages.scanned, pages.created, pages.updated, pages.skipped, pages.failed]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_takes_in_what_is_new_and_tells_of_each_file_that_is_no_good() {
    let mut bench = Bench::new(quick()).await;
    bench.set_scan_page_keys(7);
    let (directory, folder) = (tempfile::tempdir().unwrap(), folder());
    let options = "-t 1 -vf scale=160:90 -c:v libx264 -preset ultrafast -an";
    let clip = std::fs::read(make(directory.path(), "bbb-720p.mp4", options, "a.mp4")).unwrap();
    let base = format!("library/gifs/{folder}");
    let good = ["a.mp4", "B.MOV", "c/d/é 映画 +%.Mp4", "x'\"&.m4v", "z.mkv", "y.WEBM", "w.avi", "v.flv"];
    for name in good {
        bench.put_raw(&format!("{base}/{name}"), &clip).await;
    }
    for text in 0..12 {
        bench.put_raw(&format!("{base}/text {text:02}.mp4"), b"words").await;
    }
    for ignored in ["notes.txt", "mp4", "c/", "a.mp4.part"] {
        bench.put_raw(&format!("{base}/{ignored}"), b"words").await;
    }
    for broken in ["c//e.mp4", "line\nbreak.mp4", "./dots.mp4"] {
        bench.put_raw(&format!("{base}/{broken}"), &clip).await;
    }
    bench.start().await;
    let scan = bench.scan(true).await;
    let progress = bench.scanned(scan).await;
    assert_eq!(counts(&progress), [23, 20, 0, 0, 3], "{progress:?}");
    assert_eq!(progress.probes.inspected, 20);
    let errors = progress.pages.errors.join("\n");
    for reason in ["line\\nbreak.mp4: The path has a control character.", "c//e.mp4: The path has an empty part"] {
        assert!(errors.contains(reason), "{errors}");
    }
    let mut invalid = progress.probes.invalid.clone();
    invalid.sort();
    assert_eq!(invalid.len(), 12, "{invalid:?}");
    assert!(invalid[3].starts_with(&format!("gifs/{folder}/text 03.mp4: The file is a text file")), "{invalid:?}");
    for name in good {
        let path = format!("gifs/{folder}/{name}").parse().unwrap();
        let claims = bench.app.store().await.videos_at(std::slice::from_ref(&path)).await.unwrap();
        let video = bench.video(claims[&path].video).await;
        assert!(video.is_valid() && video.facts.is_some(), "{name}: {:?}", video.invalid_reason);
        assert_eq!((video.object_key, video.created_by), (format!("{base}/{name}"), "test".to_owned()));
    }

    let again = bench.scan(true).await;
    assert_eq!(counts(&bench.scanned(again).await), [23, 0, 0, 20, 3]);
    let anew = bench.scan(false).await;
    let progress = bench.scanned(anew).await;
    assert_eq!((counts(&progress), progress.probes.invalid.len()), ([23, 0, 20, 0, 3], 12));

    // A page's message comes again, long after: nothing changes.
    bench.job(&LibraryJob::ScanPage { scan_id: scan, page: 0, start_after: None }).await;
    bench.drained().await;
    let progress = bench.scanned(scan).await;
    assert_eq!((counts(&progress), progress.probes.inspected), ([23, 20, 0, 0, 3], 20));
    bench.job(&LibraryJob::ScanPage { scan_id: ScanId::generate(), page: 0, start_after: None }).await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_recorded_is_not_scanned_again_unless_it_was_given_up() {
    let mut bench = Bench::new(quick()).await;
    let path = format!("gifs/{}/a.mp4", folder());
    bench.put_raw(&format!("library/{path}"), b"words").await;
    let scan = bench.scan(true).await;
    let done = ScanPage { scanned: 7, skipped: 7, ..ScanPage::default() };
    bench.app.store().await.record_scan_page(scan, 0, &done, now()).await.unwrap();
    bench.start().await;
    bench.drained_library().await;
    assert_eq!(counts(&bench.progress(scan).await), [7, 0, 0, 7, 0]);
    let claims = bench.app.store().await.videos_at(&[path.parse().unwrap()]).await.unwrap();
    assert!(claims.is_empty(), "{claims:?}");

    bench.stop().await;
    let scan = bench.scan(true).await;
    let gave_up = ScanPage { gave_up: true, ..ScanPage::default() };
    bench.app.store().await.record_scan_page(scan, 0, &gave_up, now()).await.unwrap();
    bench.start().await;
    bench.drained_library().await;
    let progress = bench.progress(scan).await;
    assert_eq!((counts(&progress), progress.pages.gave_up), ([1, 1, 0, 0, 0], false), "redriven");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_whose_worker_is_killed_ends_with_the_right_counts() {
    let mut bench = Bench::new(quick()).await;
    bench.set_scan_page_keys(100);
    let folder = folder();
    let files = 600;
    let puts = (0..files).map(|file| {
        let key = format!("library/gifs/{folder}/{file:04}.mp4");
        let bench = &bench;
        async move { bench.put_raw(&key, b"words").await }
    });
    futures::future::join_all(puts).await;
    let scan = bench.scan(true).await;
    let mut first = bench.spawn();
    eventually(async || (bench.progress(scan).await.probes.inspected >= 50).then_some(())).await;
    first.kill().await.unwrap();
    assert!(!bench.progress(scan).await.ended(), "it was killed in the middle");
    let _second = bench.spawn();
    let progress = bench.scanned(scan).await;
    assert_eq!(counts(&progress), [files, files, 0, 0, 0]);
    assert_eq!((progress.probes.inspected, progress.probes.invalid.len()), (files, files as usize));
    bench.drained().await;
    bench.finish().await;
}
