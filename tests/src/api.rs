use std::net::{IpAddr, Ipv4Addr};

use framehouse_domain::Role;
use jsonwebtoken::Algorithm;
use reqwest::{Client, Method, Response, header::HeaderMap};
use serde_json::Value;

use crate::{stack, token};

/// The API as one caller.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    token: Option<String>,
}

/// An answer of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub text: String,
}

/// The API as a super admin.
pub fn api() -> Api {
    Api::with(Some(token(Role::SuperAdmin, Algorithm::HS256)))
}

impl Api {
    /// The API with this access token, or none.
    pub fn with(token: Option<String>) -> Self {
        Self { client: Client::new(), token }
    }

    /// The API as a role.
    pub fn of(role: Role) -> Self {
        Self::with(Some(token(role, Algorithm::HS256)))
    }

    /// The same caller from another address of this machine, all of 127.0.0.0/8 being its own.
    ///
    /// # Panics
    /// When there is no client with that address.
    #[must_use]
    pub fn at(self, address: Ipv4Addr) -> Self {
        let client = Client::builder().local_address(IpAddr::V4(address)).build().expect("an HTTP client");
        Self { client, ..self }
    }

    /// Calls without a body.
    pub async fn call(&self, method: Method, path: &str) -> Answer {
        self.send(method, path, None, &[]).await
    }

    /// Calls with a JSON body.
    pub async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(method, path, Some(body.to_string()), &[("content-type", "application/json")]).await
    }

    /// Calls with any body and headers.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", stack().api_url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        Answer::of(request.send().await.expect("the API answers")).await
    }

    /// GET, expecting 200 and JSON.
    pub async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path).await.expect(200)
    }
}

impl Answer {
    /// An answer of any server.
    pub async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("the answer can be read") }
    }

    /// The JSON body of an answer that must have this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { serde_json::from_str(&self.text).expect("the body is JSON") }
    }

    /// Checks the one error shape and answers the body.
    #[track_caller]
    pub fn expect_error(&self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{body}");
        let sentence = body["error"].as_str().unwrap_or_default();
        assert!(sentence.ends_with('.') && sentence.chars().next().is_some_and(char::is_uppercase), "{body}");
        assert!(body["requestId"].as_str().is_some_and(|id| !id.is_empty()), "{body}");
        let known = ["error", "code", "requestId", "fields"];
        let names: Vec<_> = body.as_object().expect("an object").keys().collect();
        assert!(names.iter().all(|name| known.contains(&name.as_str())), "{body}");
        body
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
