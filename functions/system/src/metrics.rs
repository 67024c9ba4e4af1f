use std::fmt::{self, Display, Write};

use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody};
use framehouse_catalog::{Filter, Query, Sort, SortBy, Start, Totals};
use framehouse_domain::{VideoId, ViewTally, WATCH_TIME_BOUNDS};
use framehouse_store::StoreError;
use futures::{StreamExt, TryStreamExt, stream};
use http::header;

/// The histogram is of so many of the most viewed videos: each costs a query.
const VIDEOS: usize = 1000;
const QUERIES_AT_ONCE: usize = 32;
/// Version of Prometheus' text exposition format.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What is told.
struct Metrics {
    all: Totals,
    published: Totals,
    invalid: Totals,
    watched: ViewTally,
}

/// What viewers did, in Prometheus' text format. There is nothing here unless the deployment exposes it.
///
/// The histogram of watch times is of the 1,000 most viewed videos; everything else is of the whole library.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "system",
    responses(
        (status = 200, content_type = "text/plain", body = String),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn metrics(State(app): State<App>) -> Result<impl IntoResponse, ApiError> {
    if !app.config().expose_metrics {
        return Err(ApiError::NotFound("There is nothing at this path."));
    }
    let catalog = app.catalog().await?.fresh().await?;
    let published = Filter { published: Some(true), is_valid: Some(true), ..Filter::default() };
    let invalid = Filter { is_valid: Some(false), ..Filter::default() };
    let sort = Sort { by: SortBy::Views, descending: true };
    let most_viewed = Query { filter: Filter::default(), sort, start: Start::default(), limit: VIDEOS };
    let most_viewed = catalog.list(&most_viewed)?;
    let viewed = most_viewed.entries.iter().filter(|entry| entry.views > 0).map(|entry| VideoId::from(entry.id));
    let metrics = Metrics {
        all: catalog.totals(&Filter::default()),
        published: catalog.totals(&published),
        invalid: catalog.totals(&invalid),
        watched: watched(&app, viewed.collect()).await?,
    };
    Ok(([(header::CONTENT_TYPE, PROMETHEUS)], metrics.to_string()))
}

async fn watched(app: &App, videos: Vec<VideoId>) -> Result<ViewTally, StoreError> {
    let store = app.store().await;
    let counts = stream::iter(videos).map(|video| store.counts(video)).buffer_unordered(QUERIES_AT_ONCE);
    counts.try_fold(ViewTally::ZERO, async |sum, counts| Ok(sum + counts.views)).await
}

impl Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { all, published, invalid, watched } = self;
        family(f, "cm_video_views_total", "counter", "Views of all videos.")?;
        writeln!(f, "cm_video_views_total {}", all.views)?;
        family(f, "cm_video_completions_total", "counter", "Views that came to the end.")?;
        writeln!(f, "cm_video_completions_total {}", all.completions)?;
        family(f, "cm_video_upvotes", "gauge", "Votes that were not taken back.")?;
        writeln!(f, "cm_video_upvotes {}", all.upvotes)?;
        family(f, "cm_video_comments", "gauge", "Comments that are shown.")?;
        writeln!(f, "cm_video_comments {}", all.comments)?;
        family(f, "cm_videos", "gauge", "Videos of the library.")?;
        writeln!(f, "cm_videos{{state=\"published\"}} {}", published.videos)?;
        writeln!(f, "cm_videos{{state=\"invalid\"}} {}", invalid.videos)?;
        let others = all.videos.saturating_sub(published.videos).saturating_sub(invalid.videos);
        writeln!(f, "cm_videos{{state=\"unpublished\"}} {others}")?;
        let help = "Seconds watched in a view, of the most viewed videos.";
        family(f, "cm_video_watch_time_seconds", "histogram", help)?;
        let mut so_far = 0;
        for (bound, views) in WATCH_TIME_BOUNDS.iter().zip(watched.histogram) {
            so_far += views;
            writeln!(f, "cm_video_watch_time_seconds_bucket{{le=\"{bound}\"}} {so_far}")?;
        }
        writeln!(f, "cm_video_watch_time_seconds_bucket{{le=\"+Inf\"}} {}", watched.views)?;
        writeln!(f, "cm_video_watch_time_seconds_sum {}", watched.watch_time)?;
        writeln!(f, "cm_video_watch_time_seconds_count {}", watched.views)
    }
}

fn family(f: &mut impl Write, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(f, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_histogram_is_cumulative_and_ends_with_all_views() {
        let watched = [5, 10, 11, 2000].map(|seconds| ViewTally::of_view(seconds, false)).into_iter().sum();
        let all = Totals { videos: 3, views: 4, ..Totals::default() };
        let published = Totals { videos: 1, ..Totals::default() };
        let text = Metrics { all, published, invalid: Totals::default(), watched }.to_string();
        for line in [
            "# TYPE cm_video_views_total counter",
            "cm_video_views_total 4",
            "cm_videos{state=\"unpublished\"} 2",
            "cm_video_watch_time_seconds_bucket{le=\"10\"} 2",
            "cm_video_watch_time_seconds_bucket{le=\"1800\"} 3",
            "cm_video_watch_time_seconds_bucket{le=\"+Inf\"} 4",
            "cm_video_watch_time_seconds_sum 2026",
            "cm_video_watch_time_seconds_count 4",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} is not in\n{text}");
        }
    }
}
