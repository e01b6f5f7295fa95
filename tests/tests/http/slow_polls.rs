//! Who blocks the runtime: time in polls, and the function that is to blame for a long one.

use std::thread;
use std::time::Duration;

use super::*;

const SLOW: &str = "function_slow_polls_total";
const BUSY: &str = "function_busy_seconds_total";

fn block(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

#[observed(get = "/blocks")]
async fn blocks() {
    block(30);
}

#[observed]
fn parse_slowly() {
    block(30);
}

#[observed(get = "/calls")]
async fn calls_what_blocks() {
    parse_slowly();
}

#[observed]
async fn blocks_later() {
    tokio::task::yield_now().await;
    block(30);
    tokio::task::yield_now().await;
}

#[observed(get = "/awaits")]
async fn awaits_what_blocks() {
    blocks_later().await;
}

#[observed(get = "/spawns")]
async fn spawns() {
    let current = goldsignal::current();
    tokio::task::spawn_blocking(move || current.in_scope(parse_slowly)).await.unwrap();
}

#[observed(get = "/patient", poll_budget = "5s")]
async fn patient() {
    block(30);
}

#[observed(get = "/strict", poll_budget = "1ms")]
async fn strict() {
    block(5);
}

#[observed(get = "/waits", poll_budget = "5s")]
async fn waits() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// The polls of `function` that were too slow. The names of functions begin with the module.
fn slow(scope: &Scope, function: &str) -> f64 {
    scope.value(SLOW, &[("function", &format!("http::slow_polls::{function}"))]).unwrap_or(0.0)
}

#[tokio::test]
async fn the_innermost_function_that_took_the_time_is_to_blame() {
    for (path, guilty) in [
        ("/blocks", "blocks"),
        ("/calls", "parse_slowly"),
        ("/awaits", "blocks_later"),
        ("/strict", "strict"),
    ] {
        let scope = scope();
        let app = outermost(routes![blocks, calls_what_blocks, awaits_what_blocks, strict]);
        whole(&app, "GET", path).await;
        assert!((slow(&scope, guilty) - 1.0).abs() < f64::EPSILON, "{path}: {guilty}");
        assert_eq!(scope.value(SLOW, &[]), Some(1.0), "{path}: nobody else");
        assert_eq!(scope.value("http_request_slow_polls_total", &[]), Some(0.0), "{path}");
        let guilty = format!("http::slow_polls::{guilty}");
        scope.assert_event("blocked its thread", &[("blocking", &guilty), ("suppressed", "0")]);
    }
}

#[tokio::test]
async fn the_closing_line_says_how_long_the_longest_poll_was() {
    #[observed(get = "/long")]
    async fn long_poll() {
        tokio::task::yield_now().await;
        block(30);
    }

    let scope = scope();
    let app = outermost(routes![long_poll, waits]);
    whole(&app, "GET", "/long").await;
    whole(&app, "GET", "/waits").await;
    let events = scope.events();
    let closing = |path: &str| {
        let message = format!("GET {path} 200");
        events.iter().find(|event| event.message == message).unwrap()
    };
    let number = |field: &str| -> f64 { closing("/long").field(field).unwrap().parse().unwrap() };
    assert!(number("longest_poll_ms") >= 30.0);
    assert!(number("busy_ms") >= number("longest_poll_ms"));
    assert!(number("busy_ms") <= number("duration_ms"));
    assert_eq!(closing("/waits").field("busy_ms"), None);
}

#[tokio::test]
async fn waiting_is_not_busy() {
    let scope = scope();
    #[observed(get = "/works", poll_budget = "5s")]
    async fn works() {
        block(30);
    }

    let app = outermost(routes![waits, works]);
    whole(&app, "GET", "/waits").await;
    whole(&app, "GET", "/works").await;
    let busy = |name: &str| {
        scope.value(BUSY, &[("function", &format!("http::slow_polls::{name}"))]).unwrap()
    };
    assert!(busy("waits") < 0.045, "{}", busy("waits"));
    assert!(busy("works") >= 0.03, "{}", busy("works"));
}

#[tokio::test]
async fn what_runs_elsewhere_or_may_take_long_is_not_blamed() {
    let scope = scope();
    let app = outermost(routes![spawns, patient]);
    whole(&app, "GET", "/spawns").await;
    whole(&app, "GET", "/patient").await;
    assert_eq!(scope.value(SLOW, &[]), Some(0.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn block_in_place_is_not_blamed() {
    #[observed(get = "/in-place")]
    async fn in_place() {
        tokio::task::block_in_place(|| block(40));
    }

    #[observed(get = "/in-worker")]
    async fn in_worker() {
        block(40);
    }

    let scope = scope();
    let app = outermost(routes![in_place, in_worker]);
    let sent = |path| {
        let app = app.clone();
        tokio::spawn(scope.instrument(async move { whole(&app, "GET", path).await }))
    };
    sent("/in-place").await.unwrap();
    assert_eq!(scope.value(SLOW, &[]), Some(0.0));
    sent("/in-worker").await.unwrap();
    assert_eq!(scope.value(SLOW, &[]), Some(1.0));
}

#[tokio::test]
async fn a_request_is_blamed_for_what_no_observed_function_did() {
    let scope = scope();
    let app = outermost(
        Router::new().route("/plain/{id}", get(async || block(30))).layer(telemetry().layer()),
    );
    whole(&app, "GET", "/plain/1").await;
    let labels = [("method", "GET"), ("endpoint", "/plain/{id}")];
    scope.assert("http_request_slow_polls_total", &labels, 1.0);
    scope.assert_event("blocked its thread", &[("blocking", "GET /plain/{id}")]);
}
