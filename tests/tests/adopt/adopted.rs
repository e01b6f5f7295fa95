//! A service under a client over real sockets, and what it counted and logged.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::{Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::expect::{End, Tally, told};
use crate::stage::Stage;

/// The parts of an answer that a client sees.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    status: StatusCode,
    content_type: Option<String>,
    encoding: Option<String>,
    len: usize,
    /// The beginning of the body. None where it is compressed: where a compressor flushes depends on time.
    begins: String,
}

impl Answer {
    /// Reads the whole body.
    pub(crate) async fn read(response: Response<Incoming>) -> Self {
        let (head, body) = response.into_parts();
        let header = |name| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let (content_type, encoding) = (header("content-type"), header("content-encoding"));
        let body = tokio::time::timeout(Duration::from_secs(10), body.collect()).await;
        let body = body.expect("the body ends").unwrap().to_bytes();
        let body = if encoding.is_some() { &[][..] } else { &*body };
        let begins = String::from_utf8_lossy(&body[..body.len().min(100)]).into_owned();
        Self { status: head.status, content_type, encoding, len: body.len(), begins }
    }
}

/// Serves `app` as `axum::serve` does, while clients drive it.
pub(crate) fn served_before(
    app: Router,
    drive: impl AsyncFnOnce(SocketAddr) -> Vec<Answer>,
) -> Vec<Answer> {
    crate::stage::runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async { axum::serve(listener, app).await });
        let answers = drive(address).await;
        server.abort();
        answers
    })
}

/// Serves `app` as goldsignal does, while clients drive it; then stops.
pub(crate) fn served(
    adopted: &Adopted,
    app: Router,
    drive: impl AsyncFnOnce(SocketAddr) -> Vec<Answer>,
) -> Vec<Answer> {
    adopted.0.run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let telemetry = adopted.0.telemetry.clone();
        let stopped = async move { drop(stopped.await) };
        let server =
            tokio::spawn(async move { telemetry.serve_until(listener, app, stopped).await });
        let answers = drive(address).await;
        drop(stop);
        let stopped = tokio::time::timeout(Duration::from_secs(20), server).await;
        stopped.expect("the server stops").unwrap().unwrap();
        answers
    })
}

/// The registry, log and exporter of a service that adopted goldsignal.
pub(crate) struct Adopted(Stage);

impl Adopted {
    pub(crate) fn new() -> Self {
        Self(Stage::new())
    }

    /// Asserts the exact series, closing lines and spans that follow from `ends`; counters of the service apart.
    #[track_caller]
    pub(crate) fn assert_ended(&self, ends: &[End]) {
        let (expected, actual) = (told(ends), self.0.told());
        let ours = |(name, _): &(&String, &u64)| {
            ["http_", "function_", "slo_", "goldsignal_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        };
        let series: Tally =
            actual.series.iter().filter(ours).map(|(name, count)| (name.clone(), *count)).collect();
        assert_same("series", &expected.series, &series);
        assert_same("lines", &expected.lines, &actual.lines);
        assert_same("spans", &expected.spans, &actual.spans);
        assert_eq!(self.0.in_flight(), Vec::<String>::new());
    }

    #[track_caller]
    pub(crate) fn assert_value(&self, name: &str, value: f64) {
        self.0.scope.assert(name, &[], value);
    }

    /// The lines with this message.
    pub(crate) fn lines_of(&self, message: &str) -> Vec<Value> {
        self.0.lines().into_iter().filter(|line| line["message"] == message).collect()
    }

    pub(crate) fn closing_lines(&self) -> Vec<Value> {
        let lines = self.0.lines().into_iter();
        lines.filter(|line| line["endpoint"].is_string()).collect()
    }

    /// The texts of the field `name`, in all lines.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let lines = self.closing_lines();
        lines.iter().filter_map(|line| line[name].as_str().map(str::to_owned)).collect()
    }
}

/// The entries that only one of the two has.
#[track_caller]
fn assert_same(what: &str, expected: &Tally, actual: &Tally) {
    let missing = |a: &Tally, b: &Tally| -> BTreeMap<String, u64> {
        let differs = a.iter().filter(|(name, count)| b.get(*name) != Some(count));
        differs.map(|(name, count)| (name.clone(), *count)).collect()
    };
    let (expected_only, actual_only) = (missing(expected, actual), missing(actual, expected));
    assert!(
        expected_only.is_empty() && actual_only.is_empty(),
        "{what}: expected {expected_only:#?}, there {actual_only:#?}"
    );
}
