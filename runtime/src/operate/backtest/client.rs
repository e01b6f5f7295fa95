//! A client of Prometheus' HTTP API, which Thanos, Mimir and `VictoriaMetrics` have, too.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use ureq::{Agent, Error};

use super::history::Span;
use crate::operate::promql::Expr;

/// More than any answer: some megabytes are 8,640 points of many series.
const LARGEST_ANSWER: u64 = 256 << 20;

/// A server, and how to be let in.
pub(super) struct Client {
    agent: Agent,
    /// The address, to which the paths of the API are appended.
    pub(super) address: String,
    headers: HeaderMap,
}

/// A series of an answer: its labels, and its values with their times in seconds.
#[derive(Debug, Deserialize)]
pub(super) struct Series {
    pub(super) metric: BTreeMap<String, String>,
    values: Vec<(f64, String)>,
}

#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
enum Answer {
    Success { data: Data },
    Error { error: String },
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Series>,
}

impl Client {
    pub(super) fn new(address: &str, agent: Agent, headers: HeaderMap) -> Result<Self, String> {
        let rest = ["http://", "https://"].iter().find_map(|scheme| address.strip_prefix(scheme));
        let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if host.contains('@') {
            return Err("`--prometheus` has a password, which other users of this machine can read: write a line \
                        `Authorization: Basic …` into a file, and give that with `--header-file FILE`"
                .to_owned());
        }
        if host.is_empty() || address.contains(char::is_whitespace) {
            return Err(format!(
                "`{address}` is no address of a Prometheus: it begins with `https://` or `http://` and has a host"
            ));
        }
        let address = address.trim_end_matches('/').to_owned();
        Ok(Self { agent, address, headers })
    }

    /// The sum of all series of an expression at each time of a span.
    pub(super) fn sums(&self, expr: &Expr, span: Span) -> Result<Vec<Option<f64>>, String> {
        let mut sums = vec![None; span.steps()];
        for series in self.query_range(expr, span)? {
            for (at, value) in series.values {
                let value: f64 = value.parse().unwrap_or(f64::NAN);
                if let (Some(index), true) = (span.index(milliseconds(at)), value.is_finite()) {
                    *sums[index].get_or_insert(0.0) += value;
                }
            }
        }
        Ok(sums)
    }

    pub(super) fn query_range(&self, expr: &Expr, span: Span) -> Result<Vec<Series>, String> {
        let mut request = self.agent.get(format!("{}/api/v1/query_range", self.address));
        if let Some(headers) = request.headers_mut() {
            headers.clone_from(&self.headers);
        }
        let [start, end, step] = [span.start, span.end, span.step].map(seconds);
        let parameters =
            [("query", expr.to_string()), ("start", start), ("end", end), ("step", step)];
        let request = request
            .query_pairs(parameters)
            .config()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(150)))
            .build();
        let mut answer = request.call().map_err(|error| self.unreachable(&error))?;
        let body = answer.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec();
        let body = body.map_err(|error| self.unreachable(&error))?;
        match (answer.status(), serde_json::from_slice(&body)) {
            (_, Ok(Answer::Success { data })) => Ok(data.result),
            (_, Ok(Answer::Error { error })) => {
                Err(format!("`{}` refuses the query `{expr}`: {error}", self.address))
            }
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => {
                Err(self.refused(answer.status()))
            }
            (status, Err(_)) => Err(format!(
                "`{}/api/v1/query_range` does not answer as Prometheus does, but with {status}. Mimir's address ends with \
                 `/prometheus`, that of a VictoriaMetrics cluster with `/select/0/prometheus`.",
                self.address
            )),
        }
    }

    fn unreachable(&self, error: &Error) -> String {
        let address = &self.address;
        match error {
            Error::Io(error) => format!("`{address}` cannot be reached: {error}"),
            Error::TlsRequired => format!(
                "`{address}` needs TLS, which this program does not have: use `cargo goldsignal backtest`"
            ),
            Error::Timeout(timeout) => {
                format!(
                    "`{address}` took too long ({timeout}); fewer `--days` or one `--slo` need less"
                )
            }
            other => format!("`{address}` cannot be reached: {other}"),
        }
    }

    fn refused(&self, status: StatusCode) -> String {
        let given = if self.headers.contains_key("authorization") {
            "it does not accept the given token"
        } else {
            "it requires authentication: give a token with `--token-file FILE` or in GOLDSIGNAL_PROMETHEUS_TOKEN, or lines \
             such as `Authorization: Basic …` with `--header-file FILE`"
        };
        format!("`{}` answers {status}: {given}", self.address)
    }
}

/// The header of a bearer token.
pub(super) fn bearer(token: &str) -> Option<HeaderValue> {
    sensitive(&format!("Bearer {}", token.trim()))
}

/// A header from a line `Name: value`.
pub(super) fn header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(':')?;
    Some((name.trim().parse().ok()?, sensitive(value.trim())?))
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Seconds, as the API has them.
fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time since 1970 in milliseconds"
)]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1e3).round() as u64
}
