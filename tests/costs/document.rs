//! The table "What a request costs" of ARCHITECTURE.md.

use std::{collections::BTreeSet, fmt, fs};

use crate::meter::Cost;

/// Dollars for a million read units, on demand in us-east-1.
pub(crate) const READ_PRICE: f64 = 0.125;
/// Dollars for a million write units.
pub(crate) const WRITE_PRICE: f64 = 0.625;

/// A route in one situation, and what it costs then.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// Method and path.
    pub(crate) route: String,
    /// The situation; empty where there is only one.
    pub(crate) when: String,
    /// Operations, in alphabetical order: `DeleteItem, 2 GetItem`.
    calls: String,
    read: String,
    write: String,
    /// Of a million such requests.
    dollars: String,
}

impl Row {
    /// What was measured, as the document says it.
    pub(crate) fn new(route: &str, when: &str, cost: &Cost) -> Self {
        let call = |(operation, &times): (&String, &u32)| match times {
            1 => operation.clone(),
            _ => format!("{times} {operation}"),
        };
        let calls: Vec<String> = cost.calls.iter().map(call).collect();
        Self {
            route: route.to_owned(),
            when: when.to_owned(),
            calls: if calls.is_empty() { "none".to_owned() } else { calls.join(", ") },
            read: cost.read.to_string(),
            write: cost.write.to_string(),
            dollars: (cost.read * READ_PRICE + cost.write * WRITE_PRICE).to_string(),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, path) = self.route.split_once(' ').unwrap();
        let Self { when, calls, read, write, dollars, .. } = self;
        write!(f, "| {method} | `{path}` | {when} | {calls} | {read} | {write} | {dollars} |")
    }
}

/// Each row of the table, a row for each of its paths.
pub(crate) fn rows() -> BTreeSet<Row> {
    let section = section("## What a request costs");
    let lines = section.lines().filter(|line| line.starts_with('|'));
    // Without the heading and the line below it.
    lines.skip(2).flat_map(row).collect()
}

/// A section of ARCHITECTURE.md by its heading.
pub(crate) fn section(heading: &str) -> String {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../ARCHITECTURE.md")).unwrap();
    let section = text.split(heading).nth(1).unwrap_or_else(|| panic!("ARCHITECTURE.md has a section {heading:?}"));
    section.split("\n## ").next().unwrap().to_owned()
}

fn row(line: &str) -> Vec<Row> {
    let columns: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let &[method, paths, when, calls, read, write, dollars] = columns.as_slice() else {
        panic!("seven columns are wanted, the last 0.125 × read + 0.625 × write units, in {line}")
    };
    let path = |path: &str| Row {
        route: format!("{method} {}", path.trim().trim_matches('`')),
        when: when.to_owned(),
        calls: calls.to_owned(),
        read: read.to_owned(),
        write: write.to_owned(),
        dollars: dollars.to_owned(),
    };
    paths.split(',').map(path).collect()
}
