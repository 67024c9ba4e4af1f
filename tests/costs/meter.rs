//! A DynamoDB whose bill can be read: an emulator (dynoxide) whose capacity figures are checked against AWS, those of
//! transactions and indexes included, and in front of it a proxy that asks for them and adds them up.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What some requests cost together.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cost {
    /// How many calls, by operation.
    pub(crate) calls: BTreeMap<String, u32>,
    /// Read units of on-demand billing, table and indexes.
    pub(crate) read: f64,
    /// Write units of on-demand billing, table and indexes.
    pub(crate) write: f64,
    /// Calls that DynamoDB refused, whose units it does not tell.
    pub(crate) refused: Vec<String>,
    /// Items that were written, as far as the calls tell: whole ones, or keys.
    pub(crate) written: Vec<Value>,
}

/// Counts what passes through it.
#[derive(Clone)]
pub(crate) struct Meter {
    http: Client,
    emulator: String,
    cost: Arc<Mutex<Cost>>,
}

impl Meter {
    /// Starts the emulator, and the proxy at `endpoint`.
    pub(crate) async fn start(endpoint: &str) -> Self {
        let database = dynoxide::Database::memory().expect("a database in memory");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let emulator = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(dynoxide::server::serve_on(listener, database));
        let meter = Self { http: Client::new(), emulator, cost: Arc::default() };
        let listener = TcpListener::bind(endpoint.trim_start_matches("http://")).await.expect("the port is still free");
        let proxy = Router::new().fallback(forward).with_state(meter.clone());
        tokio::spawn(async { axum::serve(listener, proxy).await.unwrap() });
        meter
    }

    /// Address of the emulator itself, where nothing is counted.
    pub(crate) fn emulator(&self) -> &str {
        &self.emulator
    }

    /// What was spent since this was last asked.
    pub(crate) fn take(&self) -> Cost {
        mem::take(&mut *self.cost.lock().unwrap())
    }

    /// Makes the table that `template.yaml` describes.
    pub(crate) async fn create_table(&self, name: &str) {
        let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
        let template: serde_yaml_ng::Value =
            serde_yaml_ng::from_str(&std::fs::read_to_string(template).unwrap()).expect("the template is YAML");
        let described = &template["Resources"]["Table"]["Properties"];
        let mut table = json!({ "TableName": name });
        for field in ["AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes"] {
            table[field] = serde_json::to_value(&described[field]).expect("plain values");
        }
        let made = self
            .http
            .post(&self.emulator)
            .header("x-amz-target", "DynamoDB_20120810.CreateTable")
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-date", "20261121T120000Z")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0")
            .body(table.to_string())
            .send()
            .await
            .expect("the emulator answers");
        assert!(made.status().is_success(), "{}", made.text().await.unwrap());
    }

    fn add(&self, operation: &str, request: &Value, answer: &Value, refused: bool) {
        let reads = ["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"].contains(&operation);
        // One table's figures, or a list of several tables'.
        let consumed = &answer["ConsumedCapacity"];
        let tables = consumed.as_array().map_or(std::slice::from_ref(consumed), Vec::as_slice);
        let units: f64 = tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum();
        let mut cost = self.cost.lock().unwrap();
        *cost.calls.entry(operation.to_owned()).or_default() += 1;
        cost.written.extend(written(operation, request));
        if refused {
            cost.refused.push(format!("{operation}: {answer}"));
        }
        if reads {
            cost.read += units;
        } else {
            cost.write += units;
        }
    }
}

async fn forward(State(meter): State<Meter>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    let operation = target.rsplit('.').next().unwrap();
    let mut request: Value = serde_json::from_slice(&body).expect("requests are JSON");
    request["ReturnConsumedCapacity"] = json!("TOTAL");
    let mut call = meter.http.post(&meter.emulator).body(request.to_string());
    for name in ["content-type", "x-amz-target", "x-amz-date", "authorization"] {
        call = call.header(name, &headers[name]);
    }
    let answer = call.send().await.expect("the emulator answers");
    let status = answer.status();
    let checksum = answer.headers().get("x-amz-crc32").cloned();
    let text = answer.bytes().await.expect("the emulator's answer can be read");
    let answer = serde_json::from_slice(&text).expect("answers are JSON");
    meter.add(operation, &request, &answer, !status.is_success());
    let mut response = (status, [("content-type", "application/x-amz-json-1.0")], text).into_response();
    // The SDK checks it.
    if let Some(checksum) = checksum {
        response.headers_mut().insert("x-amz-crc32", checksum);
    }
    response
}

/// The items that a call writes, or their keys.
fn written(operation: &str, request: &Value) -> Vec<Value> {
    match operation {
        "PutItem" => vec![request["Item"].clone()],
        "UpdateItem" | "DeleteItem" => vec![request["Key"].clone()],
        "TransactWriteItems" => {
            let writes = request["TransactItems"].as_array().into_iter().flatten();
            let kinds = [("Put", "Item"), ("Update", "Key"), ("Delete", "Key")];
            let each = writes.flat_map(|write| kinds.map(|(kind, part)| write[kind][part].clone()));
            each.filter(|item| !item.is_null()).collect()
        }
        _ => Vec::new(),
    }
}
