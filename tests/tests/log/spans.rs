//! Lines have the fields of the enclosing `tracing` spans: lines of events and of ended
//! observations, with and without other layers beside the log.

use std::fmt;

use axum::Router;
use axum::body::Body;
use goldsignal::{observed, routes};
use goldsignal_tests::TestLog;
use http::Request;
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt};
use tracing::{Instrument, field, info, info_span};

const FILTER: &str = "info,quiet=warn";

/// The lines that `f` logs, where the log is alone and where it is beside another layer.
fn logged(f: impl Fn()) -> [Vec<Value>; 2] {
    TestLog::with_each_subscriber(FILTER, f)
}

#[observed(fields(size))]
fn call(size: u64) {
    info!(size, "within");
}

#[test]
fn the_nearest_field_counts_and_names_are_a_list() {
    let found = logged(|| {
        info!("before");
        let outer = info_span!(
            "outer",
            id = 7,
            size = 1,
            who = "outer",
            level = "mine",
            token = "canary",
            token_count = 3
        );
        outer.in_scope(|| {
            let inner =
                info_span!("in\"ner", who = %"inner", later = field::Empty, status = "theirs");
            inner.in_scope(|| {
                info!(outcome = "mine", "first");
                inner.record("later", "recorded");
                outer.record("id", 8);
                outer.record("id", 9);
                call(3);
            });
            info!("between");
        });
        info!(parent: &outer, "elsewhere");
        info!("after");
    });
    for lines in found {
        let [before, first, within, closing, between, elsewhere, after] = &lines[..] else {
            panic!("{lines:?}")
        };
        for line in [before, after] {
            assert!(line.get("spans").is_none() && line.get("id").is_none(), "{line}");
        }
        let both = json!(["outer", "in\"ner"]);
        assert_eq!(
            (&first["spans"], &first["id"], &first["who"]),
            (&both, &7.into(), &"inner".into())
        );
        assert_eq!((&first["size"], &first["status"]), (&1.into(), &"theirs".into()));
        assert!(first.get("later").is_none());
        for line in [within, closing] {
            assert_eq!((&line["spans"], &line["size"], &line["id"]), (&both, &3.into(), &9.into()));
            assert_eq!((&line["later"], &line["who"]), (&"recorded".into(), &"inner".into()));
            assert_eq!((&line["level"], &line["field.level"]), (&"INFO".into(), &"mine".into()));
            assert_eq!((&line["token"], &line["token_count"]), (&"[redacted]".into(), &3.into()));
        }
        assert_eq!(closing["message"], "call ok");
        assert!(closing.get("status").is_none(), "the closing event has one of its own at times");
        for line in [between, elsewhere] {
            assert_eq!((&line["spans"], &line["who"]), (&json!(["outer"]), &"outer".into()));
        }
    }
}

#[test]
fn names_that_collide_come_once_and_nothing_is_too_long() {
    let long = "\u{1}".repeat(60_000);
    let found = logged(|| {
        let mut entered = Vec::new();
        for depth in 0..40 {
            let span = info_span!(
                "deep", depth, a = 1, field.level = 2, level = 3, r#type = %long, suppressed = 4
            );
            entered.push(span.entered());
        }
        info!(a = 5, span_a = 6, "text");
        call(7);
        entered.into_iter().rev().for_each(drop);
    });
    for lines in found {
        assert_eq!(lines.len(), 3);
        for line in &lines {
            assert_eq!(line["spans"].as_array().map(Vec::len), Some(32));
            assert_eq!((&line["depth"], &line["field.level"]), (&39.into(), &3.into()));
            assert!(line["type"].as_str().unwrap().ends_with("…[cut, 60000 bytes]"));
            assert!(line.to_string().len() < 20_000);
        }
        assert_eq!(lines[0]["a"], 5);
        assert_eq!((&lines[1]["a"], &lines[1]["suppressed"]), (&1.into(), &4.into()));
        assert!(lines[2].get("suppressed").is_none());
    }
}

/// Logs while it is formatted.
struct Chatty;

impl fmt::Display for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!("formatting");
        f.write_str("chatty")
    }
}

#[test]
fn a_value_that_logs_finds_its_span_unlocked() {
    let log = TestLog::new(FILTER);
    tracing::dispatcher::with_default(&log.subscriber(), || {
        let span = info_span!("job", value = field::Empty);
        span.in_scope(|| span.record("value", field::display(Chatty)));
        span.in_scope(|| info!("done"));
    });
    let lines = log.take();
    assert_eq!(lines.last().unwrap()["value"], "chatty");
}

#[observed(get = "/items/{id}")]
async fn item() -> &'static str {
    let job = async {
        tokio::task::yield_now().await;
        info!("working");
    };
    job.instrument(info_span!("job", name = "sweep")).await;
    "item"
}

#[tokio::test]
async fn a_request_has_what_the_span_around_it_says() {
    let log = TestLog::new(FILTER);
    for subscriber in [log.subscriber(), log.subscriber_with_another_layer()] {
        let _default = tracing::dispatcher::set_default(&subscriber);
        let app = log.telemetry.layer().layer(routes![item] as Router);
        let request = Request::get("/items/7").body(Body::empty()).unwrap();
        let around = info_span!("request", uri = %request.uri(), method = "theirs");
        async {
            let response = app.oneshot(request).await.unwrap();
            axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
        }
        .instrument(around)
        .await;
        let lines = log.take();
        let [working, closing] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((&working["uri"], &working["name"]), (&"/items/7".into(), &"sweep".into()));
        assert_eq!(
            (&working["spans"], &working["method"]),
            (&json!(["request", "job"]), &"theirs".into())
        );
        assert_eq!((&closing["uri"], &closing["spans"]), (&"/items/7".into(), &json!(["request"])));
        assert_eq!(closing["method"], "GET", "nearer than the span's");
        assert!(closing.get("name").is_none());
    }
}
