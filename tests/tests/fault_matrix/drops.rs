//! Rows where user code panics in `Drop`.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Version;
use axum::routing::get;
use futures::{FutureExt, StreamExt, stream};
use goldsignal::observed;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::client::Client;
use crate::expect::{call, request};
use crate::sockets::served;
use crate::stage::{Stage, asked};
use crate::{ASKED, Row, row};

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{ASKED}");
    }
}

async fn local() {
    let _bomb = Bomb;
    std::future::pending::<()>().await;
}

/// A stream that has a bomb, after its first part.
async fn body() -> Body {
    let bomb = Bomb;
    let rest = stream::pending().map(move |()| {
        let _ = &bomb;
        Ok::<_, Infallible>("rest")
    });
    Body::from_stream(stream::iter([Ok("part")]).chain(rest))
}

#[observed(name = "bomb")]
async fn bomb() {
    local().await;
}

fn app() -> Router {
    let router = Router::new().route("/local", get(local)).route("/body", get(body));
    router.route("/observed", get(bomb))
}

/// Polls a request once, and drops it.
fn cancel(stage: &Stage, path: &str) {
    stage.run(async {
        let mut answer = Box::pin(stage.whole(app()).oneshot(asked("GET", path, Body::empty())));
        assert!((&mut answer).now_or_never().is_none());
        assert!(catch_unwind(AssertUnwindSafe(|| drop(answer))).is_err());
    });
}

/// Reads a part of the body, and drops the rest.
fn leave(stage: &Stage) {
    stage.run(async {
        let Ok(response) = stage.whole(app()).oneshot(asked("GET", "/body", Body::empty())).await;
        let mut body = response.into_body();
        body.frame().await.unwrap().unwrap();
        assert!(catch_unwind(AssertUnwindSafe(|| drop(body))).is_err());
    });
}

/// A client that goes while the request runs.
fn go(stage: &Stage, path: &'static str) {
    served(stage, app(), async |address, stop| {
        let mut client = Client::connect(address, Version::HTTP_11).await;
        let asked = tokio::time::timeout(Duration::from_millis(50), client.ask(path, &[])).await;
        drop((asked, client, stop));
    });
}

pub(crate) fn rows() -> Vec<Row> {
    let panicked = |endpoint, status| request("GET", endpoint, status, "panic");
    vec![
        row(
            "a local panics while its request is cancelled",
            |s| cancel(s, "/local"),
            [panicked("/local", 0)],
        ),
        row(
            "a local of a call panics while its request is cancelled",
            |s| cancel(s, "/observed"),
            [panicked("/observed", 0), call("bomb", "panic")],
        ),
        row("a body panics while it is dropped", leave, [panicked("/body", 200)]),
        row(
            "a local panics when the client disconnects",
            |s| go(s, "/local"),
            [panicked("/local", 0)],
        ),
        row(
            "a body panics when the client disconnects",
            |s| go(s, "/body"),
            [panicked("/body", 200)],
        ),
        row(
            "a call outside of any request panics while it is cancelled",
            |s| {
                s.run(async {
                    let mut call = Box::pin(bomb());
                    assert!((&mut call).now_or_never().is_none());
                    assert!(catch_unwind(AssertUnwindSafe(|| drop(call))).is_err());
                });
            },
            [call("bomb", "panic").alone()],
        ),
    ]
}
