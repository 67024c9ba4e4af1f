use std::{collections::BTreeSet, env};

use axum::{Router, body::Body};
use framehouse_api::{App, CallPace, Config, router};
use framehouse_domain::Role;
use framehouse_store::Store;
use framehouse_tests::{stack, token, token_of};
use http::{Method, Request};
use jsonwebtoken::Algorithm;
use lambda_http::{
    aws_lambda_events::apigw::ApiGatewayV2httpRequestContext, request::RequestContext, tower::ServiceExt,
};
use serde_json::Value;

use crate::{
    document::Row,
    meter::{Cost, Meter},
};

/// The API with a table that counts, and what was measured so far.
pub(crate) struct World {
    meter: Meter,
    store: Store,
    rows: BTreeSet<Row>,
}

/// A request to measure.
pub(crate) struct Ask {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Body,
    status: u16,
}

impl Ask {
    /// A request to this address, which must be answered with this status.
    pub(crate) fn new(method: Method, path: impl Into<String>, status: u16) -> Self {
        let authorization = format!("Bearer {}", token(Role::SuperAdmin, Algorithm::HS256));
        let headers = vec![("authorization", authorization)];
        Self { method, path: path.into(), headers, body: Body::empty(), status }
    }

    /// As somebody who is signed in, but no admin.
    pub(crate) fn of(mut self, subject: &str) -> Self {
        self.headers.retain(|(name, _)| *name != "authorization");
        self.headers.push(("authorization", format!("Bearer {}", token_of(subject, Role::User))));
        self
    }

    /// With a JSON body.
    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = Body::from(body.to_string());
        self.header("content-type", "application/json")
    }

    /// As somebody who is not signed in.
    pub(crate) fn without_token(mut self) -> Self {
        self.headers.retain(|(name, _)| *name != "authorization");
        self
    }

    /// With another header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl World {
    /// An empty table, counted at `endpoint`.
    pub(crate) async fn new(endpoint: &str) -> Self {
        let meter = Meter::start(endpoint).await;
        let table = env::var("TABLE_NAME").expect("TABLE_NAME is set: run the tests with `cargo xtask test`");
        meter.create_table(&table).await;
        let config = aws_sdk_dynamodb::config::Builder::from(&stack().owner()).endpoint_url(meter.emulator()).build();
        let store = Store::new(aws_sdk_dynamodb::Client::from_conf(config), table);
        Self { meter, store, rows: BTreeSet::new() }
    }

    /// The table, uncounted, to prepare what is measured.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// What was measured.
    pub(crate) fn rows(self) -> BTreeSet<Row> {
        self.rows
    }

    /// Asks, and answers the body. Nothing is measured.
    pub(crate) async fn prepare(&self, ask: Ask) -> Value {
        let answer = self.answer(&fresh_app(), ask).await;
        self.meter.take();
        answer
    }

    /// Measures a request to `route` in a process that knows the settings already, and answers its body.
    pub(crate) async fn measure(&mut self, route: &str, when: &str, ask: Ask) -> Value {
        let app = fresh_app();
        self.answer(&app, Ask::new(Method::GET, "/api/openapi.json", 200)).await;
        self.measure_in(&app, route, when, ask).await
    }

    /// Measures a request to `route` that is answered from a catalog that was read before.
    pub(crate) async fn measure_list(&mut self, route: &str, ask: Ask) {
        let app = fresh_app();
        self.answer(&app, Ask::new(Method::GET, "/api/media/videos", 200)).await;
        self.measure_in(&app, route, "", ask).await;
    }

    /// Measures a request to `route` in this process, and answers its body.
    pub(crate) async fn measure_in(&mut self, app: &App, route: &str, when: &str, ask: Ask) -> Value {
        self.meter.take();
        let route = format!("{} {route}", ask.method);
        let answer = self.answer(app, ask).await;
        let cost = self.meter.take();
        assert!(cost.refused.is_empty(), "{route}: {:?}", cost.refused);
        assert!(self.rows.insert(Row::new(&route, when, &cost)), "{route} {when} is measured twice");
        answer
    }

    /// Asks in this process as somebody at this address, and answers the body and what it cost.
    pub(crate) async fn watch(&self, app: &App, address: &str, ask: Ask) -> (Value, Cost) {
        self.meter.take();
        let answer = self.answer_to(app, address, ask).await;
        (answer, self.meter.take())
    }

    /// What was spent since this was last asked.
    pub(crate) fn spent(&self) -> Cost {
        self.meter.take()
    }

    async fn answer(&self, app: &App, ask: Ask) -> Value {
        self.answer_to(app, "192.0.2.7", ask).await
    }

    async fn answer_to(&self, app: &App, address: &str, ask: Ask) -> Value {
        let Ask { method, path, headers, body, status } = ask;
        let mut request = Request::builder().method(method.clone()).uri(&path).extension(from(address));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = router(areas(), app.clone()).oneshot(request.body(body).unwrap()).await.unwrap();
        let answered = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        assert_eq!(answered, status, "{method} {path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap_or_default()
    }
}

/// A process that has just started.
pub(crate) fn fresh_app() -> App {
    App::new(Config::from_env(), CallPace::Interactive)
}

/// What the gateway says of whoever calls.
fn from(address: &str) -> RequestContext {
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.http.source_ip = Some(address.to_owned());
    RequestContext::ApiGatewayV2(context)
}

fn areas() -> Router<App> {
    framehouse_system::router()
        .merge(framehouse_uploads::router())
        .merge(framehouse_media_files::router())
        .merge(framehouse_library_routes::router())
        .merge(framehouse_stream::router())
        .merge(framehouse_gallery::router())
        .merge(framehouse_reactions::router())
        .merge(framehouse_comments::router())
        .merge(framehouse_tracking::router())
        .merge(framehouse_analytics::router())
}
