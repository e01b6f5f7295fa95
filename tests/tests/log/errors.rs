//! The error of a line: its whole chain, in the line of the outermost observation alone, and never
//! when it is sensitive.

use std::error::Error;
use std::io;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use goldsignal::{Fault, Registry, Sensitive, observed, routes, testing};
use http::{Request, StatusCode};
use tower::{Layer, ServiceExt};

#[derive(Debug, thiserror::Error, Fault)]
#[fault(response)]
enum StoreError {
    #[error("cannot save the task")]
    #[fault(status = 503)]
    Save(#[source] io::Error),
}

#[derive(Debug, thiserror::Error, Fault)]
#[fault(response)]
enum ApiError {
    #[error("database: {0}")]
    #[fault(transparent)]
    Store(#[from] StoreError),
}

#[observed]
fn write() -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::StorageFull, "disk full\nforged"))
}

#[observed]
async fn save() -> Result<(), StoreError> {
    write().map_err(StoreError::Save)
}

#[observed(post = "/tasks")]
async fn create() -> Result<&'static str, ApiError> {
    save().await?;
    Ok("created")
}

/// The field `error` of each event, by its message.
fn errors(scope: &testing::Scope) -> Vec<(String, Option<String>)> {
    let events = scope.events().into_iter();
    events.map(|event| (event.message.clone(), event.field("error").map(str::to_owned))).collect()
}

#[tokio::test]
async fn the_request_tells_the_whole_chain_and_calls_inside_tell_nothing() {
    let scope = testing::scope();
    let layer = goldsignal::axum::BoundaryLayer::new(&Registry::current());
    let app = layer.layer(routes![create] as Router);
    let request = Request::post("/tasks").body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
    assert_eq!(
        errors(&scope),
        [
            ("write error".into(), None),
            ("save server_error".into(), None),
            (
                "POST /tasks 503".into(),
                Some("database: cannot save the task: disk full\nforged".into())
            ),
        ]
    );
}

#[observed]
async fn job() -> anyhow::Result<()> {
    use anyhow::Context;
    save().await.context("the nightly job failed")
}

#[observed]
fn boxed() -> Result<(), Box<dyn Error + Send + Sync>> {
    Err("boxed text".into())
}

#[observed]
fn local() -> Result<(), Box<dyn Error>> {
    Err("local text".into())
}

#[observed]
fn owned() -> Result<(), String> {
    Err("owned text".to_owned())
}

#[observed]
fn borrowed(text: &'static str) -> Result<(), &'static str> {
    Err(text)
}

#[observed]
fn boxed_text() -> Result<u8, Box<str>> {
    Err("boxed text".into())
}

type Text = std::borrow::Cow<'static, str>;

#[observed]
fn either() -> Result<(), Text> {
    Err("borrowed or owned".into())
}

/// Text that must not be told.
struct Pin(String);
impl Sensitive for Pin {}
impl AsRef<str> for Pin {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[observed]
fn unlock() -> Result<(), Pin> {
    Err(Pin("canary-4711".to_owned()))
}

#[observed]
fn no_error() -> Result<(), u8> {
    Err(1)
}

#[observed(err(|error| error = "said otherwise", kind = ?error.kind()))]
fn own_field() -> io::Result<()> {
    Err(io::ErrorKind::NotFound.into())
}

#[derive(Debug)]
struct Card(&'static str);
impl Sensitive for Card {}
impl std::fmt::Display for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "card {} refused", self.0)
    }
}
impl Error for Card {}

#[observed]
fn pay() -> Result<(), Card> {
    Err(Card("canary-4711"))
}

#[tokio::test]
async fn errors_of_every_kind() {
    let scope = testing::scope();
    assert!(job().await.is_err());
    let told = errors(&scope).pop().unwrap();
    let chain = "the nightly job failed: cannot save the task: disk full\nforged";
    assert_eq!(told, ("job error".into(), Some(chain.into())));

    let last = || errors(&scope).pop().unwrap().1;
    assert!(boxed().is_err());
    assert_eq!(last().as_deref(), Some("boxed text"));
    assert!(local().is_err());
    assert_eq!(last().as_deref(), Some("local text"));
    assert!(owned().is_err());
    assert_eq!(last().as_deref(), Some("owned text"));
    assert!(borrowed("borrowed text").is_err());
    assert_eq!(last().as_deref(), Some("borrowed text"));
    assert!(boxed_text().is_err());
    assert_eq!(last().as_deref(), Some("boxed text"));
    assert!(either().is_err());
    assert_eq!(last().as_deref(), Some("borrowed or owned"));
    assert!(unlock().is_err());
    assert_eq!(last(), None, "sensitive text says nothing");
    assert!(no_error().is_err());
    assert_eq!(last(), None, "a number says nothing");
    assert!(own_field().is_err());
    assert_eq!(last().as_deref(), Some("said otherwise"));
    assert!(pay().is_err());
    assert_eq!(last(), None, "a sensitive error says nothing");
    assert!(!format!("{:?}", scope.events()).contains("canary"));
}

#[derive(Debug)]
struct Elsewhere;
impl std::fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("elsewhere")
    }
}
impl Error for Elsewhere {}
impl IntoResponse for Elsewhere {
    fn into_response(self) -> Response {
        Redirect::to("/").into_response()
    }
}
impl Fault for Elsewhere {
    const KINDS: &'static [goldsignal::FaultKind] = &[];
    fn error_type(&self) -> &'static str {
        "elsewhere"
    }
    fn status(&self) -> Option<u16> {
        Some(303)
    }
}

#[observed]
fn redirects() -> Result<(), Elsewhere> {
    Err(Elsewhere)
}

#[test]
fn an_error_that_is_none_says_nothing() {
    let scope = testing::scope();
    assert!(redirects().is_err());
    assert_eq!(errors(&scope), [("redirects ok".into(), None)]);
}
