//! The same questions asked of `PostgreSQL` through psql, on folded columns and every index that helps.

use crate::questions::Kind;
use framehouse_catalog::{Bounds, Entry, Field, Filter, Query, SortBy, Start, fold};
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::process::{Command, Stdio};

const REPEATS: usize = 3;
const SCHEMA: &str = r#"
drop table if exists v;
create extension if not exists pg_trgm;
create unlogged table v (id uuid not null, title text collate "C", producer text collate "C", creator text collate "C",
  filename text collate "C", path text collate "C", tags text[], directory text, orientation text, quality text,
  valid boolean, duration bigint, size bigint, created bigint, views bigint,
  published boolean, locked boolean, category text collate "C", upvotes bigint, watched bigint, since bigint);
"#;
const INDEXES: &str = "
set maintenance_work_mem = '512MB';
create index on v (directory); create index on v (orientation); create index on v (quality); create index on v (valid);
create index on v (created desc, id desc); create index on v (directory, valid, created desc, id desc);
create index on v (directory, valid, orientation, created desc, id desc);
create index on v (title, created, id); create index on v (duration nulls first, created, id);
create index on v (size nulls first, created, id); create index on v (views, created, id);
create index on v (upvotes, created, id) where published and valid and not locked;
create index on v (views, created, id) where published and valid and not locked;
create index on v (watched, created, id) where published and valid and not locked;
create index on v (since nulls first, created, id) where published and valid and not locked;
create index on v (category) where published and valid and not locked;
create index on v using gin (tags);
create index on v using gin (title gin_trgm_ops); create index on v using gin (producer gin_trgm_ops);
create index on v using gin (creator gin_trgm_ops); create index on v using gin (filename gin_trgm_ops);
create index on v using gin (path gin_trgm_ops);
vacuum analyze v;
";

/// What `PostgreSQL` answered to one query.
pub(crate) struct Answer {
    pub(crate) total: usize,
    pub(crate) ids: Vec<String>,
    /// Milliseconds of the count and the page, the median of the repeats.
    pub(crate) time: f64,
}

/// Fills the table.
pub(crate) fn load(connection: &str, entries: impl Iterator<Item = Entry>) -> io::Result<()> {
    psql(connection, SCHEMA.as_bytes())?;
    let mut child = command(connection).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let mut input = BufWriter::new(child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?);
    writeln!(input, "copy v from stdin;")?;
    for e in entries {
        let tags: Vec<String> =
            e.tags.iter().map(|t| format!("\"{}\"", fold(t).replace('\\', "\\\\").replace('"', "\\\""))).collect();
        let number = |n: Option<u64>| n.map_or("\\N".to_owned(), |n| n.to_string());
        writeln!(
            input,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            e.id,
            copied(&fold(&e.title)),
            copied(&fold(&e.producer)),
            copied(&fold(&e.creator)),
            copied(&fold(&e.filename)),
            copied(&fold(&e.path)),
            copied(&format!("{{{}}}", tags.join(","))),
            e.directory_type.as_str(),
            e.orientation.map_or("\\N", |o| o.as_str()),
            e.quality.map_or("\\N", |q| q.as_str()),
            e.is_valid,
            number(e.duration_seconds.map(u64::from)),
            number(e.file_size),
            e.created_at,
            e.views,
            e.published,
            e.locked,
            copied(&fold(&e.category)),
            e.upvotes,
            e.watch_time,
            number(e.published_at),
        )?;
    }
    writeln!(input, "\\.")?;
    input.write_all(INDEXES.as_bytes())?;
    drop(input.into_inner()?);
    if child.wait()?.success() { Ok(()) } else { Err(io::Error::other("load PostgreSQL table: psql failed")) }
}

/// Asks every query, count and page, several times.
pub(crate) fn ask(connection: &str, kinds: &[Kind]) -> io::Result<Vec<Vec<Answer>>> {
    let mut script = String::from("set max_parallel_workers_per_gather = 0;\nset work_mem = '64MB';\n\\timing on\n");
    for query in kinds.iter().flat_map(|kind| &kind.queries) {
        let condition = condition(&query.filter);
        for _ in 0..REPEATS {
            script.push_str("\\echo #\n");
            let _ = writeln!(script, "select count(*) from v where {condition};");
            let _ = writeln!(script, "select id from v where {condition} {};", tail(query));
        }
    }
    let output = psql(connection, script.as_bytes())?;
    let mut repeats = output.split("#\n").skip(1).map(parse);
    let mut answers = Vec::new();
    for kind in kinds {
        let mut of_kind = Vec::new();
        for _ in &kind.queries {
            let mut same: Vec<Answer> = repeats.by_ref().take(REPEATS).collect();
            same.sort_by(|a, b| a.time.total_cmp(&b.time));
            of_kind.push(same.swap_remove(same.len() / 2));
        }
        answers.push(of_kind);
    }
    Ok(answers)
}

fn parse(output: &str) -> Answer {
    let mut answer = Answer { total: usize::MAX, ids: Vec::new(), time: 0.0 };
    for line in output.lines() {
        if let Some(time) = line.strip_prefix("Time: ") {
            answer.time += time.split(' ').next().and_then(|t| t.parse::<f64>().ok()).unwrap_or(f64::NAN);
        } else if answer.total == usize::MAX {
            answer.total = line.parse().unwrap_or(usize::MAX - 1);
        } else {
            answer.ids.push(line.to_owned());
        }
    }
    answer
}

fn command(connection: &str) -> Command {
    let mut command = Command::new("psql");
    command.args(["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", connection]);
    command
}

fn psql(connection: &str, script: &[u8]) -> io::Result<String> {
    let file = std::env::temp_dir().join(format!("catalog-bench-{}.sql", std::process::id()));
    std::fs::write(&file, script)?;
    let output = command(connection).arg("-f").arg(&file).output()?;
    std::fs::remove_file(&file)?;
    if !output.status.success() {
        return Err(io::Error::other(format!("ask PostgreSQL: {}", String::from_utf8_lossy(&output.stderr))));
    }
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

fn copied(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn like(column: &str, needle: &str) -> String {
    let escaped = fold(needle).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("{column} like {}", quoted(&format!("%{escaped}%")))
}

fn one_of<'a>(conditions: &mut Vec<String>, column: &str, values: impl Iterator<Item = &'a str>) {
    let values: Vec<String> = values.map(quoted).collect();
    if !values.is_empty() {
        conditions.push(format!("{column} in ({})", values.join(", ")));
    }
}

fn condition(filter: &Filter) -> String {
    let mut conditions = vec!["true".to_owned()];
    one_of(&mut conditions, "directory", filter.directory_types.iter().map(|v| v.as_str()));
    one_of(&mut conditions, "orientation", filter.orientations.iter().map(|v| v.as_str()));
    one_of(&mut conditions, "quality", filter.qualities.iter().map(|v| v.as_str()));
    for (column, wanted) in [("valid", filter.is_valid), ("published", filter.published), ("locked", filter.locked)] {
        conditions.extend(wanted.map(|wanted| if wanted { column.to_owned() } else { format!("not {column}") }));
    }
    if !filter.category.is_empty() {
        conditions.push(format!("category = {}", quoted(&fold(&filter.category))));
    }
    for (column, Bounds { min, max }) in
        [("duration", filter.duration), ("size", filter.size), ("created", filter.created)]
    {
        conditions.extend(min.map(|min| format!("{column} >= {min}")));
        conditions.extend(max.map(|max| format!("{column} <= {max}")));
    }
    for tag in &filter.tags {
        conditions.push(format!("tags @> array[{}]", quoted(&fold(tag))));
    }
    if !filter.producer.is_empty() {
        conditions.push(like("producer", &filter.producer));
    }
    if !filter.search.is_empty() {
        let columns = filter.search_in.iter().flat_map(|field| match field {
            Field::Title => vec!["title"],
            Field::Producer => vec!["producer"],
            Field::Creator => vec!["creator"],
            Field::File => vec!["filename", "path"],
        });
        let any: Vec<String> = columns.map(|column| like(column, &filter.search)).collect();
        conditions.push(format!("({})", any.join(" or ")));
    }
    conditions.join(" and ")
}

fn tail(query: &Query) -> String {
    let (asc, nulls) = if query.sort.descending { ("desc", "nulls last") } else { ("asc", "nulls first") };
    let first = match query.sort.by {
        SortBy::Created => String::new(),
        SortBy::Title => format!("title {asc}, "),
        SortBy::Duration => format!("duration {asc} {nulls}, "),
        SortBy::Size => format!("size {asc} {nulls}, "),
        SortBy::Views => format!("views {asc}, "),
        SortBy::Upvotes => format!("upvotes {asc}, "),
        SortBy::WatchTime => format!("watched {asc}, "),
        SortBy::Published => format!("since {asc} {nulls}, "),
    };
    let offset = match query.start {
        Start::Offset(offset) => offset,
        Start::After(_) => 0,
    };
    format!("order by {first}created {asc}, id {asc} limit {} offset {offset}", query.limit)
}
