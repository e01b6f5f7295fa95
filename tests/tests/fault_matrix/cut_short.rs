//! Rows whose request or call is cut short: by a timeout, a client that disconnects, a runtime that
//! ends.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use futures::FutureExt;
use tower::{Layer, ServiceExt};
use tower_http::timeout::TimeoutLayer;

use crate::expect::{End, call, handler, request};
use crate::handlers::{app, never, quick};
use crate::stage::{asked, read, runtime};
use crate::{Row, row};

fn soon() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(20))
}

fn cancelled() -> [End; 2] {
    [request("GET", "/items/{id}", 0, "cancelled").of("item"), handler("item", "cancelled")]
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "TimeoutLayer inside the boundary, 408",
            |s| assert_eq!(s.run(s.send(app().layer(soon()), "GET", "/items/4")), Some(408)),
            [
                request("GET", "/items/{id}", 408, "server_error").of("item").by("408"),
                handler("item", "cancelled"),
            ],
        ),
        row(
            "TimeoutLayer outside the boundary",
            |s| {
                let app = soon().layer(s.whole(app()));
                assert_eq!(
                    s.run(read(app.oneshot(asked("GET", "/items/4", Body::empty())))),
                    Some(408)
                );
            },
            cancelled(),
        ),
        row(
            "dropped before its first poll",
            |s| drop(s.whole(app()).oneshot(asked("GET", "/items/4", Body::empty()))),
            [],
        ),
        row(
            "dropped after its first poll",
            |s| {
                let answer = s.whole(app()).oneshot(asked("GET", "/items/4", Body::empty()));
                s.run(async { assert!(answer.now_or_never().is_none()) });
            },
            cancelled(),
        ),
        row(
            "two observed functions in one request, one cancelled by select!",
            |s| {
                let app = axum::Router::new().route(
                    "/raced",
                    axum::routing::get(async || {
                        let value = tokio::select! {
                            value = quick() => value,
                            value = never() => value,
                        };
                        value.to_string()
                    }),
                );
                assert_eq!(s.run(s.send(app, "GET", "/raced")), Some(200));
            },
            [request("GET", "/raced", 200, "ok"), call("quick", "ok"), call("never", "cancelled")],
        ),
        row(
            "runtime dropped with requests in flight",
            |s| {
                let (runtime, app) = (runtime(), s.whole(app()));
                for _ in 0..5 {
                    runtime.spawn(app.clone().oneshot(asked("GET", "/items/4", Body::empty())));
                }
                runtime.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
                s.scope.assert("http_requests_in_flight", &[], 5.0);
                drop(runtime);
            },
            cancelled().map(|end| end.times(5)),
        ),
    ]
}
