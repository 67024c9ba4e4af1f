//! Every route × every kind of caller. `tidy.rs` proves that no route is missing.

use framehouse_domain::{MediaFileId, Role};
use framehouse_tests::{Access, Answer, Api, ROUTES, Route, TokenFault, token};
use jsonwebtoken::Algorithm;
use reqwest::Method;

/// An id that no media file has.
fn path(route: &Route) -> String {
    let id = MediaFileId::generate().to_string();
    route.path.replace("{id}", &id).replace("{playlist}", "master.m3u8").replace("{userId}", &id)
}

async fn call(api: &Api, route: &Route) -> Answer {
    let method: Method = route.method.parse().unwrap();
    let answer = match method {
        Method::POST | Method::PUT => api.json(method, &path(route), &serde_json::json!({})).await,
        _ => api.call(method, &path(route)).await,
    };
    assert!(answer.status < 500, "{} {}: {}", route.method, route.path, answer.text);
    answer
}

fn passed(answer: &Answer) -> bool {
    ![401, 403].contains(&answer.status)
}

#[tokio::test]
async fn without_a_token() {
    for route in &ROUTES {
        let answer = call(&Api::with(None), route).await;
        match route.access {
            Access::Anyone | Access::Viewer => assert!(passed(&answer), "{route:?}: {}", answer.text),
            Access::Admin | Access::SuperAdmin | Access::Signed => {
                answer.expect_error(401, "unauthorized");
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{route:?}");
            }
        }
    }
}

#[tokio::test]
async fn each_role_with_each_accepted_algorithm() {
    for algorithm in [Algorithm::HS256, Algorithm::ES256] {
        for role in Role::ALL {
            let api = Api::with(Some(token(role, algorithm)));
            for route in &ROUTES {
                let answer = call(&api, route).await;
                let allowed = match route.access {
                    Access::Anyone | Access::Viewer | Access::Signed => true,
                    Access::Admin => role.is_admin(),
                    Access::SuperAdmin => role == Role::SuperAdmin,
                };
                if allowed {
                    assert!(passed(&answer), "{role} {algorithm:?} {route:?}: {}", answer.text);
                } else {
                    answer.expect_error(403, "forbidden");
                }
            }
        }
    }
}

#[tokio::test]
async fn each_faulty_token() {
    for fault in TokenFault::ALL {
        let api = Api::with(Some(fault.token().await));
        for route in &ROUTES {
            let answer = call(&api, route).await;
            match route.access {
                Access::Anyone => assert!(passed(&answer), "{fault:?} {route:?}: {}", answer.text),
                Access::Admin | Access::SuperAdmin | Access::Signed | Access::Viewer => {
                    assert_eq!(answer.status, 401, "{fault:?} {route:?}: {}", answer.text);
                    answer.expect_error(401, "unauthorized");
                }
            }
        }
    }
}

#[tokio::test]
async fn headers_that_are_no_bearer_token() {
    for value in ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "token"] {
        let headers = [("authorization", value)];
        let answer = Api::with(None).send(Method::GET, "/media-files/x", None, &headers).await;
        answer.expect_error(401, "unauthorized");
    }
}
