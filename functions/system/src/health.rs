use std::fmt::Display;

use axum::extract::State;
use framehouse_api::{App, Json, now};
use framehouse_domain::Timestamp;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Health {
    status: PartState,
    version: &'static str,
    timestamp: Timestamp,
    /// Seconds that this function's process has been up.
    uptime: f64,
    database: Part,
    storage: Part,
    queue: QueueHealth,
}

#[derive(Serialize, ToSchema)]
#[schema(as = HealthPart)]
struct Part {
    status: PartState,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct QueueHealth {
    status: PartState,
    /// Messages that wait for a transcoder.
    depth: Option<u64>,
    /// Messages that a transcoder has.
    in_flight: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum PartState {
    Ok,
    Unavailable,
}

/// Whether the table, the bucket and the queue answer.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "health",
    tag = "system",
    responses((status = 200, body = Health), (status = 503, body = Health, description = "A part is down"))
)]
pub(crate) async fn health(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let (database, storage, depth) = tokio::join!(ping_table(&app), ping_bucket(&app), ping_queue(&app));
    let parts = [database, storage, if depth.is_some() { PartState::Ok } else { PartState::Unavailable }];
    let up = parts.iter().all(|part| *part == PartState::Ok);
    let health = Health {
        status: if up { PartState::Ok } else { PartState::Unavailable },
        version: env!("CARGO_PKG_VERSION"),
        timestamp: now(),
        uptime: app.uptime().as_secs_f64(),
        database: Part { status: database },
        storage: Part { status: storage },
        queue: QueueHealth {
            status: parts[2],
            depth: depth.map(|depth| depth.0),
            in_flight: depth.map(|depth| depth.1),
        },
    };
    (if up { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(health))
}

async fn ping_table(app: &App) -> PartState {
    state("database", app.store().await.ping().await)
}

async fn ping_bucket(app: &App) -> PartState {
    let pinged = match app.objects().await {
        Ok(objects) => objects.ping().await,
        Err(error) => Err(error),
    };
    state("storage", pinged)
}

async fn ping_queue(app: &App) -> Option<(u64, u64)> {
    let depth = app.queue().await.depth().await;
    let numbers = depth.as_ref().ok().map(|depth| (depth.waiting, depth.in_flight));
    state("queue", depth);
    numbers
}

fn state<T>(part: &'static str, outcome: Result<T, impl Display>) -> PartState {
    match outcome {
        Ok(_) => PartState::Ok,
        Err(cause) => {
            tracing::error!(part, %cause, "part is unavailable");
            PartState::Unavailable
        }
    }
}
