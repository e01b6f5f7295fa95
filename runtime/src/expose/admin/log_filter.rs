//! `/log-filter`: another filter of the log for a time, such as `debug` for ten minutes.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;

use crate::log::filter;
use crate::log::live_filter::LiveFilter;

/// How long a filter is in place if the request does not say, and the longest time.
const DEFAULT: Duration = Duration::from_secs(10 * 60);
const MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// The most bytes of directives.
const LONGEST: usize = 4096;

type Answer = (StatusCode, String);

pub(super) fn router(filter: LiveFilter) -> Router {
    Router::new().route("/log-filter", get(read).put(replace).delete(end)).with_state(filter)
}

async fn read(State(filter): State<LiveFilter>) -> String {
    told(&filter)
}

async fn end(State(filter): State<LiveFilter>) -> String {
    filter.end(None);
    told(&filter)
}

async fn replace(State(live): State<LiveFilter>, request: Request) -> Answer {
    let time = match time(request.uri()) {
        Ok(time) => time,
        Err(reason) => return refused(&reason),
    };
    let directives = match directives(request.into_body()).await {
        Ok(directives) => directives,
        Err(reason) => return refused(reason),
    };
    let targets = match filter::parse(&directives) {
        Ok(targets) => targets,
        Err(error) => return refused(&error.to_string()),
    };
    // Before the change, as the new filter may refuse it.
    let seconds = time.as_secs();
    tracing::warn!(directives, seconds, "the log gets another filter for a time");
    let turn = live.replace(directives, targets, time);
    let ends = Ends { filter: live.clone(), turn };
    tokio::spawn(async move {
        tokio::time::sleep(time).await;
        drop(ends);
    });
    (StatusCode::OK, told(&live))
}

/// Ends a replacement when it is dropped: after its time, or when the listener stops.
struct Ends {
    filter: LiveFilter,
    turn: u64,
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.filter.end(Some(self.turn));
    }
}

fn refused(reason: &str) -> Answer {
    (StatusCode::BAD_REQUEST, format!("{reason}\n"))
}

/// What is logged, and for how long.
fn told(filter: &LiveFilter) -> String {
    match filter.replacement() {
        Some(other) => {
            let left = other.until.saturating_duration_since(Instant::now());
            format!("{}\nends in {} s\n", other.directives, left.as_secs_f64().ceil())
        }
        None => format!("{}\nthe service's own\n", filter.configured()),
    }
}

async fn directives(body: Body) -> Result<String, &'static str> {
    let body = to_bytes(body, LONGEST).await.map_err(|_| "the filter is too long")?;
    let text = std::str::from_utf8(&body).map_err(|_| "the filter is no text")?.trim();
    if text.is_empty() {
        return Err("the body is empty; write a filter, such as `info,my_app::db=debug`");
    }
    Ok(text.to_owned())
}

/// The time that the query says.
fn time(uri: &Uri) -> Result<Duration, String> {
    let mut pairs = uri.query().unwrap_or_default().split('&');
    let Some(text) = pairs.find_map(|pair| pair.strip_prefix("for=")) else { return Ok(DEFAULT) };
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(60 * 60),
        _ => None,
    };
    let seconds = unit.zip(digits.parse::<u64>().ok());
    let time = seconds.and_then(|(unit, count)| count.checked_mul(unit)).map(Duration::from_secs);
    time.filter(|time| !time.is_zero() && *time <= MOST)
        .ok_or_else(|| format!("for: `{text}` is no time from 1s to 24h; write one such as `10m`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_time() {
        let read = |uri: &'static str| time(&Uri::from_static(uri)).ok().map(|time| time.as_secs());
        assert_eq!(read("/log-filter"), Some(600));
        assert_eq!(read("/log-filter?x=1&for=90s"), Some(90));
        assert_eq!(read("/log-filter?for=24h"), Some(86_400));
        for wrong in [
            "?for=",
            "?for=0s",
            "?for=25h",
            "?for=5",
            "?for=m",
            "?for=-1m",
            "?for=99999999999999999999h",
        ] {
            let uri: Uri = format!("/log-filter{wrong}").parse().unwrap();
            assert!(time(&uri).is_err(), "{wrong}");
        }
    }
}
