//! Metrics as `CloudWatch` reads them from log lines (Embedded Metric Format): no call, and nothing to pay per request.

use std::io::{self, Write};

use framehouse_domain::{Timestamp, ViewTally};
use serde_json::{Value, json};

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

/// Writes how many counters a recount found wrong; that it found none is told as well.
pub(crate) fn emit_drift(drifted: usize, at: Timestamp) {
    write(&line(at, &[("cm_count_drift", "Count", i64::try_from(drifted).unwrap_or(i64::MAX))]));
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
