//! The front door of the local stack: web pages, API and development issuer on one origin.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::{any, get};
use clap::Args;
use serde_json::json;
use tokio::sync::Semaphore;
use tower_http::services::{ServeDir, ServeFile};

use crate::token::{Algorithm, Issuer, Role};

/// Largest body that an HTTP API of API Gateway takes.
const API_BODY_LIMIT: usize = 10 * 1024 * 1024;
/// An HTTP API gives up after 30 s; this lets its own answer through.
const API_TIMEOUT: Duration = Duration::from_secs(35);
/// Requests that the emulator gets at once. It starts a process for each, and a crowd of them on a few cores is slower than
/// a queue; in AWS there is none.
const AT_ONCE: usize = 16;
const PAGE_TOKEN_LIFETIME: Duration = Duration::from_hours(1);

/// Options of `serve`.
#[derive(Args)]
pub struct Serve {
    #[arg(long)]
    port: u16,
    /// Address of the emulator.
    #[arg(long)]
    endpoint: String,
    #[arg(long)]
    api_id: String,
    /// State directory of the stack.
    #[arg(long)]
    dir: PathBuf,
    /// Directory of the built web pages.
    #[arg(long)]
    pages: PathBuf,
}

struct FrontDoor {
    /// One for each address that calls: each calls the emulator from the same address, which takes it for the client's.
    clients: Mutex<HashMap<IpAddr, reqwest::Client>>,
    endpoint: String,
    api_host: String,
    issuer: Issuer,
    in_flight: Semaphore,
}

impl Serve {
    /// Serves until SIGTERM.
    pub fn run(self) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(self.serve())
    }

    async fn serve(self) -> Result<()> {
        let front_door = Arc::new(FrontDoor {
            clients: Mutex::default(),
            endpoint: self.endpoint,
            api_host: format!("{}.execute-api.localhost", self.api_id),
            issuer: Issuer::of_stack(&self.dir)?,
            in_flight: Semaphore::new(AT_ONCE),
        });
        let index = self.pages.join("index.html");
        let mut router = Router::new()
            .route("/.well-known/jwks.json", get(jwks))
            .route("/dev/token", get(page_token))
            .route("/health", any(forward))
            .route("/metrics", any(forward));
        for area in ["/api", "/media-files", "/media/upload", "/stream", "/track"] {
            router = router.route(area, any(forward)).route(&format!("{area}/{{*rest}}"), any(forward));
        }
        let router = router.with_state(front_door);
        let router = if index.is_file() {
            // Paths of the single-page application are its own business.
            router.fallback_service(ServeDir::new(&self.pages).fallback(ServeFile::new(index)))
        } else {
            router.fallback(|| async { Html("<p>The web pages are not built. The API is at /api.</p>") })
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = tokio::net::TcpListener::bind(address).await.with_context(|| format!("listen on {address}"))?;
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()) => served.context("serve"),
            _ = terminate.recv() => Ok(()),
        }
    }
}

/// The development issuer's keys, for `JWT_JWKS_URL`.
async fn jwks(State(front_door): State<Arc<FrontDoor>>) -> Response {
    match front_door.issuer.jwks() {
        Ok(keys) => Json(keys).into_response(),
        Err(error) => failure(&error),
    }
}

/// Signs the web pages in. The front door listens on loopback only, and in AWS there is none.
async fn page_token(State(front_door): State<Arc<FrontDoor>>) -> Response {
    match front_door.issuer.token(Role::SuperAdmin, "development", PAGE_TOKEN_LIFETIME, Algorithm::Hs256) {
        Ok(token) => ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "token": token }))).into_response(),
        Err(error) => failure(&error),
    }
}

/// Passes a request on to the API.
async fn forward(
    State(front_door): State<Arc<FrontDoor>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    match front_door.forward(peer.ip(), request).await {
        Ok(response) => response,
        Err(error) => failure(&error),
    }
}

impl FrontDoor {
    /// The client that calls from `address`, which is one of this machine's own.
    fn client(&self, address: IpAddr) -> Result<reqwest::Client> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&address) {
            return Ok(client.clone());
        }
        // Answers are passed on as they are, compressed ones too.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_gzip()
            .local_address(address)
            .build()?;
        clients.insert(address, client.clone());
        Ok(client)
    }

    async fn forward(&self, peer: IpAddr, request: Request) -> Result<Response> {
        let (parts, body) = request.into_parts();
        let Ok(body) = axum::body::to_bytes(body, API_BODY_LIMIT).await else {
            let error = json!({"message": "Request Entity Too Large"});
            return Ok((StatusCode::PAYLOAD_TOO_LARGE, Json(error)).into_response());
        };
        let _place = self.in_flight.acquire().await.context("wait for a place")?;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let answer = self
            .client(peer)?
            .request(parts.method, format!("{}{path}", self.endpoint))
            .headers(end_to_end(&parts.headers))
            .header(header::HOST, &self.api_host)
            .timeout(API_TIMEOUT)
            .body(body)
            .send()
            .await
            .context("reach the emulator")?;
        let status = answer.status();
        let headers = end_to_end(answer.headers());
        let mut response = Response::new(Body::from(answer.bytes().await.context("read the API's answer")?));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// Without the headers that concern one connection only (RFC 9110, 7.6.1).
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    const PER_CONNECTION: [HeaderName; 6] = [
        header::CONNECTION,
        header::HOST,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::TE,
        header::UPGRADE,
    ];
    headers
        .iter()
        .filter(|(name, _)| !PER_CONNECTION.contains(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn failure(error: &anyhow::Error) -> Response {
    eprintln!("{error:#}");
    (StatusCode::BAD_GATEWAY, Json(json!({"message": format!("{error:#}")}))).into_response()
}
