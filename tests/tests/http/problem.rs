//! The response of a fault: its status is that of the metric, and it tells the client only what it
//! may know.

use axum::http::header::CONTENT_TYPE;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use goldsignal::testing::scope;
use goldsignal::{Blame, Fault, FaultTag, observed, routes};
use http_body_util::BodyExt;

use crate::{outermost, whole};

#[derive(Debug, thiserror::Error, Fault)]
#[fault(response, detail)]
enum ApiError {
    #[error("no \"such\" task\n")]
    #[fault(status = 404)]
    NotFound,
    #[error("password=hunter2")]
    #[fault(status = 503, error_type = "database")]
    Sql,
    #[error("odd")]
    #[fault(status = code)]
    Odd { code: u16 },
}

#[derive(Fault)]
#[fault(status = 409, response)]
struct Quiet;

async fn answer(fault: impl Fault + IntoResponse) -> (FaultTag, StatusCode, serde_json::Value) {
    let stated = fault.tag();
    let response: Response<_> = fault.into_response();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    let tag = response.extensions().get::<FaultTag>().expect("the tag").clone();
    assert_eq!((tag.error_type, tag.blame), (stated.error_type, stated.blame));
    let status = response.status();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    (tag, status, serde_json::from_slice(&bytes).expect("JSON"))
}

#[tokio::test]
async fn a_client_reads_its_fault() {
    let (tag, status, body) = answer(ApiError::NotFound).await;
    assert_eq!((tag.status, status, tag.blame), (Some(404), StatusCode::NOT_FOUND, Blame::Client));
    let expected = serde_json::json!({
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "no \"such\" task\n",
        "error_type": "not_found",
    });
    assert_eq!(body, expected);
    let (_, status, body) = answer(Quiet).await;
    assert_eq!((status, body.get("detail")), (StatusCode::CONFLICT, None));
}

#[tokio::test]
async fn a_servers_fault_says_nothing() {
    let (tag, status, body) = answer(ApiError::Sql).await;
    assert_eq!((tag.status, status), (Some(503), StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(tag.message.as_deref(), Some("password=hunter2"));
    assert_eq!(body.get("detail"), None);
    assert_eq!(body["error_type"], "database");
}

/// The metric's status is the response's, whatever the fault states.
#[tokio::test]
async fn a_status_that_is_no_error_is_answered_as_one() {
    for (code, expected) in [(200, 500), (0, 500), (1_000, 500), (599, 599)] {
        let (tag, status, body) = answer(ApiError::Odd { code }).await;
        assert_eq!((tag.status, status.as_u16()), (Some(expected), expected));
        assert_eq!(body["status"], expected);
    }
}

/// An error whose response has another text than itself.
#[derive(Debug, thiserror::Error)]
#[error("the handler's text")]
struct Worded;

impl IntoResponse for Worded {
    fn into_response(self) -> axum::response::Response {
        ApiError::Odd { code: 503 }.into_response()
    }
}

#[observed(get = "/worded")]
async fn worded() -> Result<(), Worded> {
    Err(Worded)
}

/// The text of a server's fault is for the log alone. It is there also where no handler returned the fault.
#[tokio::test]
async fn the_log_has_the_message_of_a_response() {
    let scope = scope();
    let refused = get(async || ApiError::Odd { code: 503 }.into_response());
    let app = outermost(axum::Router::new().route("/refused", refused).merge(routes![worded]));
    for path in ["/refused", "/worded"] {
        assert_eq!(whole(&app, "GET", path).await, 503);
    }
    scope.assert_event("GET _unmatched 503", &[("error_type", "odd"), ("error", "odd")]);
    scope.assert_event("GET /worded 503", &[("error", "the handler's text")]);
}
