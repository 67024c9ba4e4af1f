//! What is asked.

use std::{collections::VecDeque, fs, path::Path};

use anyhow::{Context, Result};
use framehouse_domain::VideoId;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::function::Function;

/// A kind of request.
pub(crate) struct Measured {
    /// In the table.
    pub(crate) name: &'static str,
    /// Which answers it.
    pub(crate) binary: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    AdminList,
    List,
    Search,
    Detail,
    Upvote,
    View,
    Heartbeat,
}

const fn measured(name: &'static str, binary: &'static str, kind: Kind) -> Measured {
    Measured { name, binary, kind }
}

/// The first two are what the others are compared with. A heartbeat is of a view that a detail opened.
pub(crate) const MEASURED: &[Measured] = &[
    measured("hello: a `lambda_http` handler that answers a text", "hello", Kind::Plain),
    measured("one call: the same with one GetItem", "get-item", Kind::Plain),
    measured("`GET /api/media/videos`", "library", Kind::AdminList),
    measured("`GET /api/media/public`", "gallery", Kind::List),
    measured("`GET /api/media/public?search=…&category=…`", "gallery", Kind::Search),
    measured("`GET /api/media/public/{id}`, which opens a view", "gallery", Kind::Detail),
    measured("`POST /api/media/public/{id}/upvote`", "gallery", Kind::Upvote),
    measured("`POST /api/track/view`", "tracking", Kind::View),
    measured("`POST /api/track/heartbeat`", "tracking", Kind::Heartbeat),
];

/// Makes requests, each of another viewer and for another video than the last.
pub(crate) struct Answers {
    event: Value,
    videos: Vec<VideoId>,
    views: VecDeque<String>,
    asked: usize,
}

impl Answers {
    /// With the tokens that the functions accept.
    pub(crate) fn new(root: &Path, secret: &str, videos: Vec<VideoId>) -> Result<Self> {
        let file = root.join("events/library-list.json");
        let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({
            "sub": "bench", "role": "SUPER_ADMIN", "iss": "bench", "aud": "bench", "iat": now, "nbf": now, "exp": now + 3600
        });
        let key = EncodingKey::from_secret(secret.as_bytes());
        let token = encode(&Header::default(), &claims, &key).context("sign a token")?;
        let event = serde_json::from_str(&text.replace("${ADMIN_TOKEN}", &token)).context("read an event")?;
        Ok(Self { event, videos, views: VecDeque::new(), asked: 0 })
    }

    /// Asks once.
    pub(crate) async fn ask(&mut self, function: &mut Function, measured: &Measured) -> Result<()> {
        let event = self.event(measured.kind)?;
        let answer = function.ask(&event).await?;
        if let Some(view) = answer["viewId"].as_str() {
            self.views.push_back(view.to_owned());
        }
        Ok(())
    }

    fn event(&mut self, kind: Kind) -> Result<Value> {
        self.asked += 1;
        let video = self.videos[self.asked % self.videos.len()];
        let session = format!("session-{}", self.asked);
        let public = format!("/api/media/public/{video}");
        let (method, path, query, body) = match kind {
            Kind::Plain => ("GET", "/hello".to_owned(), "", Value::Null),
            Kind::AdminList => ("GET", "/api/media/videos".to_owned(), "sort=views&limit=20", Value::Null),
            Kind::List => ("GET", "/api/media/public".to_owned(), "sort=popular", Value::Null),
            Kind::Search => ("GET", "/api/media/public".to_owned(), "search=meer&category=news", Value::Null),
            Kind::Detail => ("GET", public, "", Value::Null),
            Kind::Upvote => ("POST", format!("{public}/upvote"), "", json!({ "sessionId": session })),
            Kind::View => ("POST", "/api/track/view".to_owned(), "", json!({ "videoId": video, "sessionId": session })),
            Kind::Heartbeat => {
                let view = self.views.pop_front().context("beat: more heartbeats than views were measured")?;
                let body = json!({ "viewId": view, "watchTimeSeconds": 2, "position": 2 });
                ("POST", "/api/track/heartbeat".to_owned(), "", body)
            }
        };
        let mut event = self.event.clone();
        let address = (self.asked as u32 + 0x0a00_0000).to_be_bytes().map(|byte| byte.to_string()).join(".");
        event["rawPath"] = json!(path);
        event["rawQueryString"] = json!(query);
        event["queryStringParameters"] = json!({});
        for pair in query.split('&').filter_map(|pair| pair.split_once('=')) {
            event["queryStringParameters"][pair.0] = json!(pair.1);
        }
        event["requestContext"]["http"]["method"] = json!(method);
        event["requestContext"]["http"]["path"] = json!(path);
        event["requestContext"]["http"]["sourceIp"] = json!(address);
        if !matches!(kind, Kind::AdminList)
            && let Some(headers) = event["headers"].as_object_mut()
        {
            headers.remove("authorization");
        }
        if !body.is_null() {
            event["headers"]["content-type"] = json!("application/json");
            event["body"] = json!(body.to_string());
        }
        Ok(event)
    }
}
