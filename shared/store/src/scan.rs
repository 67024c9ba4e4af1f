//! | access pattern | key | calls |
//! |---|---|---|
//! | create | `SCAN#{id}` / `SCAN` | 1 put |
//! | record what a page or a group came to | `SCAN#{id}` / `PAGE#{page}`, `PROBE#{page}#{group}` | 1 put |
//! | read what a scan is to do | `SCAN#{id}` / `SCAN` | 1 get |
//! | read a scan's progress | `SCAN#{id}` | 1 query |
//!
//! Pages and groups are set, never added up: a repeated message writes the same item again. All of it expires.

use aws_sdk_dynamodb::{operation::put_item::PutItemError, types::AttributeValue};
use framehouse_domain::{DirectoryType, Scan, ScanId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    attribute::{Item, from_item, get_text, number, to_item},
    error::unavailable,
    key::{EXPIRES_AT, Key, SK},
};

/// The most sentences of a kind that are told: an answer has 6 MB (AWS limit).
const MOST_SENTENCES: usize = 1000;
const LIFETIME_SECONDS: i64 = 30 * 24 * 60 * 60;

/// What one page of a scan came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScanPage {
    /// Video files found.
    pub scanned: u32,
    /// Records made.
    pub created: u32,
    /// Records there were, whose files are looked at again.
    pub updated: u32,
    /// Records there were, left alone.
    pub skipped: u32,
    /// Files for which no record could be made.
    pub failed: u32,
    /// Why, one sentence a file; not all of very many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// Where the next page begins; none after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Whether it was given up, which ends the scan.
    #[serde(default)]
    pub gave_up: bool,
}

/// What looking at one group of a page's files came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanProbe {
    /// Files looked at.
    pub inspected: u32,
    /// Those that are no good: path, colon, reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invalid: Vec<String>,
}

/// How far a scan is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanProgress {
    /// The scan.
    pub scan: Scan,
    /// The sum of its pages; `next` and `gave_up` are those of the last one.
    pub pages: ScanPage,
    /// Whether every file has been listed.
    pub listed: bool,
    /// The sum of its groups. Of very many sentences, here and among the pages' errors, only the first are kept.
    pub probes: ScanProbe,
    /// How many files are no good.
    pub invalid: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScanItem {
    id: ScanId,
    directory_type: DirectoryType,
    skip_existing: bool,
    created_by: String,
    created_at: Timestamp,
}

impl From<ScanItem> for Scan {
    fn from(item: ScanItem) -> Self {
        let ScanItem { id, directory_type, skip_existing, created_by, created_at } = item;
        Self { id, directory_type, skip_existing, created_by, created_at }
    }
}

impl ScanProgress {
    /// Whether nothing more will come of it.
    pub fn ended(&self) -> bool {
        self.pages.gave_up || (self.listed && self.probes.inspected >= self.pages.created + self.pages.updated)
    }
}

impl Store {
    /// Creates a scan. Repeating it is harmless.
    pub async fn create_scan(&self, scan: &Scan) -> Result<(), StoreError> {
        let stored = ScanItem {
            id: scan.id,
            directory_type: scan.directory_type,
            skip_existing: scan.skip_existing,
            created_by: scan.created_by.clone(),
            created_at: scan.created_at,
        };
        self.put_scan_item(to_item("create scan", &stored)?, Key::Scan(scan.id), scan.created_at, "create scan", None)
            .await
    }

    /// Records what a page (counted from 0) came to.
    pub async fn record_scan_page(
        &self,
        id: ScanId,
        page: u32,
        result: &ScanPage,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let verb = "record scanned page";
        // What one delivery of a message gave up another one may have done.
        let condition = result.gave_up.then_some(("attribute_not_exists(pk)", None));
        self.put_scan_item(to_item(verb, result)?, Key::ScanPage(id, page), now, verb, condition).await
    }

    /// What a page came to; nothing while it has not.
    pub async fn scan_page(&self, id: ScanId, page: u32) -> Result<Option<ScanPage>, StoreError> {
        let key = Key::ScanPage(id, page).attributes();
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        let found = get.send().await.map_err(unavailable("read scanned page"))?;
        found.item.map(|item| from_item("read scanned page", item)).transpose()
    }

    /// Records what looking at a group of a page's files came to.
    pub async fn record_scan_probe(
        &self,
        id: ScanId,
        page: u32,
        group: u32,
        result: &ScanProbe,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let verb = "record probed files";
        // A page that is listed again may find more files, and the message of its first, smaller group come last.
        let condition = Some(("attribute_not_exists(pk) OR inspected <= :inspected", Some(number(result.inspected))));
        self.put_scan_item(to_item(verb, result)?, Key::ScanProbe(id, page, group), now, verb, condition).await
    }

    /// What the scan is to do: for its pages, whose number may be great.
    pub async fn scan_order(&self, id: ScanId) -> Result<Option<Scan>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::Scan(id).attributes()));
        let found = get.consistent_read(true).send().await.map_err(unavailable("read scan"))?;
        found.item.map(|item| from_item::<ScanItem>("read scan", item).map(Scan::from)).transpose()
    }

    /// How far the scan is.
    pub async fn scan(&self, id: ScanId) -> Result<Option<ScanProgress>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", Key::Scan(id).partition());
        let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        progress(items.map_err(unavailable("read scan"))?)
    }

    async fn put_scan_item(
        &self,
        mut item: Item,
        key: Key<'_>,
        now: Timestamp,
        verb: &'static str,
        condition: Option<(&str, Option<AttributeValue>)>,
    ) -> Result<(), StoreError> {
        item.extend(key.attributes());
        item.insert(EXPIRES_AT.to_owned(), number(now.plus_seconds(LIFETIME_SECONDS).as_seconds()));
        let mut put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        if let Some((condition, inspected)) = condition {
            put = put.condition_expression(condition);
            if let Some(inspected) = inspected {
                put = put.expression_attribute_values(":inspected", inspected);
            }
        }
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(())
            }
            Err(error) => Err(unavailable(verb)(error)),
        }
    }
}

fn progress(items: Vec<Item>) -> Result<Option<ScanProgress>, StoreError> {
    let (mut scan, mut pages, mut probes) = (None, ScanPage::default(), ScanProbe::default());
    let (mut found, mut last, mut invalid) = (0, None, 0);
    for item in items {
        let kind = get_text(&item, SK).unwrap_or_default().to_owned();
        if kind == "SCAN" {
            scan = Some(from_item::<ScanItem>("read scan", item)?);
        } else if let Some(number) = kind.strip_prefix("PAGE#") {
            let page: ScanPage = from_item("read scanned page", item)?;
            found += 1;
            if page.next.is_none() {
                last = number.parse::<u32>().ok();
            }
            add(&mut pages, page);
        } else {
            let probe: ScanProbe = from_item("read probed files", item)?;
            probes.inspected += probe.inspected;
            invalid += u32::try_from(probe.invalid.len()).unwrap_or(u32::MAX);
            probes.invalid.extend(probe.invalid);
            probes.invalid.truncate(MOST_SENTENCES);
        }
    }
    Ok(scan.map(|scan| ScanProgress {
        scan: scan.into(),
        listed: last.is_some_and(|last| found == last + 1),
        pages,
        probes,
        invalid,
    }))
}

fn add(sum: &mut ScanPage, page: ScanPage) {
    sum.scanned += page.scanned;
    sum.created += page.created;
    sum.updated += page.updated;
    sum.skipped += page.skipped;
    sum.failed += page.failed;
    sum.errors.extend(page.errors);
    sum.errors.truncate(MOST_SENTENCES);
    sum.gave_up |= page.gave_up;
    sum.next = page.next;
}
