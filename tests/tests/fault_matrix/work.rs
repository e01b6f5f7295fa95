//! Rows about work on other tasks and threads.

use std::cell::RefCell;

use axum::Router;
use axum::routing::get;

use crate::expect::{call, request};
use crate::handlers::{count, quick};
use crate::{Row, row};

/// Calls an observed function when its thread ends.
struct Last(goldsignal::testing::Handle);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.in_scope(|| count(1));
    }
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "spawned work",
            |s| {
                let app = Router::new().route(
                    "/spawns",
                    get(async || {
                        let work = tokio::spawn(goldsignal::current().instrument(quick()));
                        work.await.unwrap().to_string()
                    }),
                );
                assert_eq!(s.run(s.send(app, "GET", "/spawns")), Some(200));
            },
            [request("GET", "/spawns", 200, "ok"), call("quick", "ok")],
        ),
        row(
            "spawn_blocking work",
            |s| {
                let app = Router::new().route(
                    "/blocks",
                    get(async || {
                        let current = goldsignal::current();
                        let work =
                            tokio::task::spawn_blocking(move || current.in_scope(|| count(1)));
                        work.await.unwrap().to_string()
                    }),
                );
                assert_eq!(s.run(s.send(app, "GET", "/blocks")), Some(200));
            },
            [request("GET", "/blocks", 200, "ok"), call("count", "ok")],
        ),
        row(
            "observed function called from a thread-local destructor",
            |s| {
                let last = Last(s.scope.handle());
                std::thread::spawn(move || LAST.set(Some(last))).join().unwrap();
            },
            [call("count", "ok").alone()],
        ),
        row(
            "10,000 short-lived threads",
            |s| {
                for _ in 0..1000 {
                    std::thread::scope(|threads| {
                        for number in 0..10 {
                            let handle = s.scope.handle();
                            threads.spawn(move || handle.in_scope(|| count(number)));
                        }
                    });
                }
            },
            [call("count", "ok").times(10_000).alone()],
        ),
    ]
}
