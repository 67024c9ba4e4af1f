//! Metrics as `CloudWatch` reads them from log lines (Embedded Metric Format): no call, and nothing to pay per request.

use std::io::{self, Write};

use framehouse_domain::{Timestamp, ViewTally};
use serde_json::{Value, json};

use crate::RecountResult;

/// Writes what a batch counted. A batch that was counted, but whose consumer ended before this, is missing from the metrics; in
/// the counts it is not.
pub(crate) fn emit(counted: &ViewTally, at: Timestamp) {
    if counted.is_zero() {
        return;
    }
    write(&line(
        at,
        &[
            ("cm_video_views_total", "Count", counted.views),
            ("cm_video_watch_time_seconds", "Seconds", counted.watch_time),
        ],
    ));
}

/// Writes how many counters a recount found wrong, and of how many parts of the counts it could not tell; that it was none is
/// told as well.
pub(crate) fn emit_recount(found: &RecountResult, at: Timestamp) {
    write(&line(at, &recount_metrics(found)));
}

fn recount_metrics(found: &RecountResult) -> [(&'static str, &'static str, i64); 2] {
    let drifted = i64::try_from(found.drift.len()).unwrap_or(i64::MAX);
    [("cm_count_drift", "Count", drifted), ("cm_count_unsettled", "Count", found.unsettled.into())]
}

fn line(at: Timestamp, metrics: &[(&str, &str, i64)]) -> Value {
    let defined: Vec<Value> = metrics.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let directive = json!({ "Namespace": "Framehouse", "Dimensions": [[]], "Metrics": defined });
    let mut line = json!({ "_aws": { "Timestamp": at.as_millis(), "CloudWatchMetrics": [directive] } });
    for (name, _, value) in metrics {
        line[name] = json!(value);
    }
    line
}

fn write(line: &Value) {
    // One write for the whole line: others log from the same process.
    if let Err(error) = io::stdout().write_all(format!("{line}\n").as_bytes()) {
        tracing::warn!(%error, "write metrics");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recount_tells_what_it_cannot_tell() {
        let found = RecountResult { unsettled: 3, ..RecountResult::default() };
        let told = recount_metrics(&found).map(|(name, _, value)| (name, value));
        assert_eq!(told, [("cm_count_drift", 0), ("cm_count_unsettled", 3)]);
    }

    #[test]
    fn a_line_defines_each_metric_and_has_its_value() {
        let at = Timestamp::from_millis(1_771_000_000_123);
        let line = line(at, &[("cm_video_views_total", "Count", 3)]);
        assert_eq!(
            line,
            json!({
                "_aws": {
                    "Timestamp": 1_771_000_000_123_i64,
                    "CloudWatchMetrics": [{
                        "Namespace": "Framehouse",
                        "Dimensions": [[]],
                        "Metrics": [{"Name": "cm_video_views_total", "Unit": "Count"}],
                    }],
                },
                "cm_video_views_total": 3,
            })
        );
    }
}
