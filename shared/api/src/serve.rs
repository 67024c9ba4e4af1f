use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use lambda_http::{Context, Error};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{ApiError, App, CallPace, Config};

tokio::task_local! {
    static REQUEST_ID: String;
}

/// Runs an area's routes as a Lambda function until the runtime stops it.
pub async fn serve(routes: Router<App>) -> Result<(), Error> {
    init_logging();
    let app = App::new(Config::from_env(), CallPace::Interactive);
    lambda_http::run(router(routes, app)).await
}

/// What answers while the media features are switched off: the routes that tell so, and the one that switches them on.
const ALWAYS_ON: [&str; 3] = ["/health", "/api/videos/health", "/api/media/settings"];

/// An area's routes with what all areas have: the switch that turns all of them off, unknown paths and methods in the one
/// error shape, a panic answered as 500 without the process dying, and a request id in every error.
pub fn router(routes: Router<App>, app: App) -> Router {
    routes
        .fallback(nothing_here)
        // The gateway answers unknown methods in the same way. What comes here are paths that it decoded to other ones.
        .method_not_allowed_fallback(nothing_here)
        .layer(middleware::from_fn_with_state(app.clone(), switched_on))
        .layer(CatchPanicLayer::custom(|panic| ApiError::Internal(panic_text(panic).into()).into_response()))
        .layer(middleware::from_fn(with_request_id))
        .with_state(app)
}

/// Logs JSON lines to standard output, which Lambda, ECS and a terminal all collect. `LOG_LEVEL` is one of `error`,
/// `warn`, `info` (default), `debug`, `trace`.
pub fn init_logging() {
    let level = std::env::var("LOG_LEVEL").ok().and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(level.unwrap_or(tracing::Level::INFO))
        .init();
}

/// The id of the request that is being handled.
pub(crate) fn request_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

async fn nothing_here() -> ApiError {
    ApiError::NotFound("There is nothing at this path.")
}

async fn switched_on(State(app): State<App>, request: Request, next: Next) -> Response {
    let always_on = ALWAYS_ON.contains(&request.uri().path());
    if always_on || app.settings().await.enable_media_features.unwrap_or(app.config().enable_media_features) {
        next.run(request).await
    } else {
        ApiError::Disabled.into_response()
    }
}

async fn with_request_id(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<Context>().map(|context| context.request_id.clone()).unwrap_or_default();
    REQUEST_ID.scope(id, next.run(request)).await
}

fn panic_text(panic: Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast::<String>().map(|text| *text);
    let text = text.or_else(|panic| panic.downcast::<&'static str>().map(|text| (*text).to_owned()));
    text.unwrap_or_else(|_| "a handler panicked".to_owned())
}
