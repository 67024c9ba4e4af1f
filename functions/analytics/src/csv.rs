use framehouse_domain::Analytics;

use crate::get::VideoAnalytics;

/// Spreadsheets take a text that begins so for a formula, and run it.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A table as RFC 4180 has it.
struct Table(String);

/// The analytics as a table with a row for each number.
pub(crate) fn table(told: &VideoAnalytics) -> String {
    let mut table = Table(String::new());
    table.row(["section", "name", "measure", "value"]);
    table.row(["video", "", "id", &told.video_id.to_string()]);
    table.row(["video", "", "title", told.title.as_deref().unwrap_or_default()]);
    table.row(["range", "", "startDate", &told.start_date.to_string()]);
    table.row(["range", "", "endDate", &told.end_date.to_string()]);
    table.row(["range", "", "timezone", &told.timezone]);
    table.totals(&told.analytics);
    table.parts(&told.analytics);
    table.0
}

impl Table {
    fn totals(&mut self, told: &Analytics) {
        let quality = &told.quality;
        let millis = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        for (measure, value) in [
            ("totalViews", told.total_views.to_string()),
            ("uniqueViewers", told.unique_viewers.to_string()),
            ("totalWatchTimeSeconds", told.total_watch_time_seconds.to_string()),
            ("averageWatchTimeSeconds", told.average_watch_time_seconds.to_string()),
            ("completedViews", told.completed_views.to_string()),
            ("completionRate", told.completion_rate.to_string()),
            ("startupMillisAverage", millis(quality.startup_millis_average)),
            ("startupMillisMedian", millis(quality.startup_millis_median)),
            ("rebufferCount", quality.rebuffer_count.to_string()),
            ("rebufferSeconds", quality.rebuffer_seconds.to_string()),
            ("rebufferRatio", quality.rebuffer_ratio.to_string()),
        ] {
            self.row(["total", "", measure, &value]);
        }
    }

    fn parts(&mut self, told: &Analytics) {
        for day in &told.views_by_day {
            self.row(["day", &day.date, "views", &day.views.to_string()]);
            self.row(["day", &day.date, "watchTimeSeconds", &day.watch_time_seconds.to_string()]);
            self.row(["day", &day.date, "completedViews", &day.completed_views.to_string()]);
        }
        for part in &told.retention {
            let name = format!("{} to {} s", part.from_seconds, part.to_seconds);
            self.row(["retention", &name, "views", &part.views.to_string()]);
            self.row(["retention", &name, "share", &part.share.to_string()]);
        }
        for from in &told.referrers {
            self.row(["referrer", &from.referer, "views", &from.views.to_string()]);
        }
        for on in &told.devices {
            self.row(["device", on.device.as_str(), "views", &on.views.to_string()]);
        }
    }

    fn row(&mut self, fields: [&str; 4]) {
        let fields = fields.map(field);
        self.0.push_str(&fields.join(","));
        self.0.push_str("\r\n");
    }
}

/// A field in quotes where it must be. What would be a formula begins with an apostrophe, which spreadsheets do not show.
fn field(text: &str) -> String {
    let text = if text.starts_with(FORMULAS) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_no_formula_is_left() {
        for (text, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=HYPERLINK(\"https://x\")", "\"'=HYPERLINK(\"\"https://x\"\")\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("ä = b", "ä = b"),
        ] {
            assert_eq!(field(text), expected, "{text:?}");
        }
    }
}
