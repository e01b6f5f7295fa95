//! Stories: what happened within a request or call that ended badly or late.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use allocation_counter::measure;
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use goldsignal::axum::Boundary;
use goldsignal::expose::Format;
use goldsignal::{Fault, Slo, Telemetry, current, observed, routes};
use goldsignal_tests::{TestLog, in_own_process, items};
use serde_json::Value;
use tower::{Layer as _, ServiceExt};
use tracing::level_filters::LevelFilter;
use tracing::{Level, dispatcher};

#[derive(Debug, Fault, thiserror::Error)]
#[fault(status = 503)]
#[error("the shelf is broken")]
struct Broken;

impl IntoResponse for Broken {
    fn into_response(self) -> Response {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

const SHELF: Slo = Slo::new("story-shelf", "text").latency(99.0, Duration::from_millis(20));

/// Ends as the path says.
#[observed(get = "/stories/{how}", slo = SHELF)]
async fn shelf(Path(how): Path<String>) -> Result<String, Broken> {
    tracing::debug!(how, "looking");
    tracing::info!("told at once");
    inspect(3);
    match how.as_str() {
        "fail" => return Err(Broken),
        "panic" => panic!("the shelf fell"),
        "slow" => tokio::time::sleep(Duration::from_millis(30)).await,
        "waits" => std::future::pending().await,
        "handled" => _ = break_down(),
        "elsewhere" => {
            let task = tokio::spawn(current().instrument(async { tracing::debug!("in a task") }));
            task.await.unwrap();
            let (here, dispatch) = (current(), dispatcher::get_default(Clone::clone));
            let event = move || here.in_scope(|| tracing::debug!("in a thread"));
            let thread = move || dispatcher::with_default(&dispatch, event);
            std::thread::spawn(thread).join().unwrap();
            tokio::spawn(async { tracing::debug!("in no request") }).await.unwrap();
            return Err(Broken);
        }
        "hostile" => {
            tracing::debug!(text = "\"\n\u{202e}\0", long = "x".repeat(1 << 20), "hostile");
            let unwound = catch_unwind(|| tracing::debug!(bad = %Panics, "never written"));
            assert!(unwound.is_err());
            return Err(Broken);
        }
        "many" => {
            (0..1000_u32).for_each(|number| tracing::debug!(number, "one of many"));
            return Err(Broken);
        }
        _ => {}
    }
    Ok("fine".to_owned())
}

#[observed(level = "debug")]
fn inspect(boards: u32) {
    tracing::debug!(boards, password = "hunter2", "inspecting");
    tracing::trace!("too much");
}

#[observed(fields(tries = 2_u32))]
fn break_down() -> Result<(), Broken> {
    tracing::debug!("breaking");
    Err(Broken)
}

struct Panics;

impl fmt::Display for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("a value that panics")
    }
}

fn app(telemetry: &Telemetry) -> Boundary<Router> {
    telemetry.layer().layer(routes![shelf])
}

/// The status of an answer whose body was read; `None` if the handler panicked.
async fn ask(app: Boundary<Router>, how: &str) -> Option<StatusCode> {
    let request = Request::get(format!("/stories/{how}")).body(Body::empty()).unwrap();
    let asked = async move {
        let Ok::<_, Infallible>(response) = app.oneshot(request).await;
        let (parts, body) = response.into_parts();
        axum::body::to_bytes(body, usize::MAX).await.unwrap();
        parts.status
    };
    AssertUnwindSafe(asked).catch_unwind().await.ok()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The lines of one request.
fn lines(how: &str) -> Vec<Value> {
    let log = TestLog::new("info");
    let app = app(&log.telemetry);
    dispatcher::with_default(&log.subscriber(), || block_on(ask(app, how)));
    log.lines()
}

fn messages(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["message"].as_str().unwrap()).collect()
}

#[test]
fn a_failed_request_tells_what_the_filter_left_out() {
    let lines = lines("fail");
    let expected =
        ["told at once", "looking", "inspecting", "inspect ok", "GET /stories/{how} 503"];
    assert_eq!(messages(&lines), expected);
    let story = &lines[4]["story"];
    assert!(story.is_u64(), "{lines:?}");
    assert!(lines[0]["story"].is_null());
    for line in &lines[1..4] {
        assert_eq!((&line["story"], &line["level"]), (story, &Value::from("DEBUG")));
        assert_eq!(line["request_id"], lines[4]["request_id"]);
        assert!(line["timestamp"].as_str() <= lines[4]["timestamp"].as_str());
    }
    assert_eq!((&lines[1]["how"], &lines[2]["boards"]), (&"fail".into(), &3.into()));
    assert_eq!(lines[2]["password"], "[redacted]");
    assert_eq!(lines[2]["function"], concat!(module_path!(), "::inspect"));
    assert_eq!(
        (&lines[3]["outcome"], &lines[4]["error"]),
        (&"ok".into(), &"the shelf is broken".into())
    );
    assert!(lines[1]["timestamp"].as_str() < lines[0]["timestamp"].as_str());
}

#[test]
fn a_good_request_tells_nothing_even_if_a_call_in_it_failed() {
    assert_eq!(messages(&lines("well")), ["told at once", "GET /stories/{how} 200"]);
    let handled = lines("handled");
    let expected = ["told at once", "break_down server_error", "GET /stories/{how} 200"];
    assert_eq!(messages(&handled), expected);
    assert!(handled.iter().all(|line| line["story"].is_null()));
}

#[test]
fn every_bad_or_late_end_is_told() {
    for (how, outcome) in [("panic", "panic"), ("slow", "ok"), ("elsewhere", "server_error")] {
        let lines = lines(how);
        let told = lines.iter().filter(|line| line["story"].is_u64()).count();
        let last = lines.last().unwrap();
        assert_eq!((&last["outcome"], &last["story"]), (&outcome.into(), &1.into()), "{how}");
        let elsewhere = if how == "elsewhere" { 2 } else { 0 };
        assert_eq!(told, 4 + elsewhere, "{how}: {lines:?}");
        let found = messages(&lines);
        assert_eq!(
            found.contains(&"in a task") && found.contains(&"in a thread"),
            how == "elsewhere"
        );
        assert!(!found.contains(&"in no request"));
    }
}

#[test]
fn a_request_that_was_cut_short_is_told_once_it_was_late() {
    for (wait, is_told) in [(0, false), (30, true)] {
        let log = TestLog::new("info");
        let app = app(&log.telemetry);
        dispatcher::with_default(&log.subscriber(), || {
            let wait = Duration::from_millis(wait);
            block_on(async { tokio::time::timeout(wait, ask(app, "waits")).await.unwrap_err() });
        });
        let lines = log.lines();
        let last = lines.last().unwrap();
        assert_eq!((&last["outcome"], last["story"].is_u64()), (&"cancelled".into(), is_told));
        assert_eq!(messages(&lines).contains(&"looking"), is_told, "{lines:?}");
    }
}

/// A job, which no request starts.
#[observed(fields(batch))]
fn job(batch: u32) -> Result<(), Broken> {
    tracing::debug!(batch, "working");
    inspect(batch);
    if batch == 7 { break_down() } else { Ok(()) }
}

#[test]
fn a_call_that_no_request_encloses_has_a_story_of_its_own() {
    let log = TestLog::new("warn");
    dispatcher::with_default(&log.subscriber(), || {
        (1..=7).for_each(|batch| _ = job(batch));
    });
    let lines = log.lines();
    let expected = [
        "break_down server_error",
        "working",
        "inspecting",
        "inspect ok",
        "breaking",
        "job server_error",
    ];
    assert_eq!(messages(&lines), expected);
    assert!(lines[1..].iter().all(|line| line["story"] == 1), "{lines:?}");
    assert_eq!(lines[4]["function"], concat!(module_path!(), "::break_down"));
}

#[test]
fn hostile_values_are_told_as_lines_are() {
    let lines = lines("hostile");
    let line = |message: &str| lines.iter().find(|line| line["message"] == message);
    let hostile = line("hostile").unwrap();
    assert_eq!(hostile["text"], "\"\n\u{202e}\0");
    assert!(hostile["long"].as_str().unwrap().ends_with("…[cut, 1048576 bytes]"));
    assert!(line("never written").is_none());
    assert_eq!(lines.last().unwrap()["status"], 503);
}

#[test]
fn of_many_entries_the_later_ones_are_told() {
    let lines = lines("many");
    let numbers: Vec<_> = lines.iter().filter_map(|line| line["number"].as_u64()).collect();
    assert_eq!(numbers.last(), Some(&999));
    assert!((100..=256).contains(&numbers.len()), "{}", numbers.len());
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1));
}

#[test]
fn nothing_is_told_twice() {
    let told = |filter: &str, stories: &str| {
        let telemetry = Telemetry::builder("test").log_filter(filter).stories(stories);
        let log = TestLog::build(telemetry);
        dispatcher::with_default(&log.subscriber(), || block_on(ask(app(&log.telemetry), "fail")));
        let lines = log.lines();
        let of_stories = lines.iter().filter(|line| line["story"].is_u64()).count();
        (messages(&lines).len(), of_stories)
    };
    assert_eq!(told("debug", "debug"), (5, 1), "the log has them already");
    assert_eq!(told("info", "trace"), (6, 5));
    // The call, too, if a subscriber of another test listens at its level.
    let (all, of_stories) = told("info", "info");
    assert!(all == of_stories + 1 && of_stories <= 2, "no events: {all}, {of_stories}");
    assert_eq!(told("info", "off"), (2, 0));
    let of_module = concat!("off,", module_path!(), "=trace");
    assert_eq!(told("info", of_module), (6, 5), "a chosen target");
}

#[test]
fn dependencies_stay_asleep() {
    in_own_process(|| {
        let log = TestLog::new("info");
        dispatcher::with_default(&log.subscriber(), || {
            assert_eq!(LevelFilter::current(), LevelFilter::DEBUG);
            let is_own = tracing::event_enabled!(Level::DEBUG);
            assert!(!items::chat() && is_own && !tracing::enabled!(Level::DEBUG));
            tracing::debug!("outside of any request");
            block_on(ask(app(&log.telemetry), "fail"));
        });
        assert_eq!(messages(&log.take()).len(), 5);
        let log = TestLog::build(Telemetry::builder("x").stories("debug,goldsignal_tests=debug"));
        dispatcher::with_default(&log.subscriber(), || {
            assert!(items::chat());
            assert!(observed_chat().is_err());
        });
        assert_eq!(messages(&log.lines()), ["a dependency chats", "observed_chat server_error"]);
    });
}

#[observed]
fn observed_chat() -> Result<(), Broken> {
    items::chat();
    Err(Broken)
}

#[test]
fn the_log_gets_as_many_bytes_as_the_budget_has() {
    in_own_process(|| {
        let builder = Telemetry::builder("test").story_bytes_per_minute(3000);
        let log = TestLog::build(builder);
        log.telemetry.install().unwrap();
        let app = app(&log.telemetry);
        for _ in 0..8 {
            block_on(ask(app.clone(), "fail"));
        }
        let lines = log.lines();
        let bytes: usize = lines
            .iter()
            .filter(|line| line["story"].is_u64() && line["level"] == "DEBUG")
            .map(|line| line.to_string().len() + 1)
            .sum();
        assert!((1000..=3000).contains(&bytes), "{bytes}");
        let closing = lines.iter().filter(|line| line["status"] == 503).count();
        assert_eq!(closing, 8, "they are not part of the budget");
        let text = log.telemetry.registry().encode(Format::Text);
        let value = |name: &str| -> u64 {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap().trim().parse().unwrap()
        };
        assert_eq!(value("goldsignal_stories_total{kind=\"bad\"}"), 8);
        let dropped = value("goldsignal_stories_dropped_total{sink=\"log\"}");
        let told = lines.iter().filter(|line| line["message"] == "looking").count() as u64;
        assert!(told > 0 && told + dropped == 8, "{told} and {dropped}");
    });
}

#[test]
fn stories_of_many_threads_are_not_mixed() {
    let log = TestLog::build(Telemetry::builder("test").story_bytes_per_minute(u64::MAX));
    let (dispatch, app) = (log.subscriber(), app(&log.telemetry));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (dispatch, app) = (dispatch.clone(), app.clone());
            scope.spawn(move || {
                dispatcher::with_default(&dispatch, || {
                    for number in 0..50 {
                        let how = if (number + thread) % 5 == 0 { "slow" } else { "well" };
                        block_on(ask(app.clone(), how));
                    }
                });
            });
        }
    });
    let mut requests: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in log.lines() {
        requests.entry(line["request_id"].as_str().unwrap().to_owned()).or_default().push(line);
    }
    assert_eq!(requests.len(), 200);
    let slow = requests.values().filter(|lines| {
        let is_told = lines.last().unwrap()["story"].is_u64();
        assert_eq!(lines.len(), if is_told { 5 } else { 2 }, "{lines:?}");
        is_told
    });
    // On a busy machine others are late, too.
    assert!(slow.count() >= 40);
}

/// Without an objective, so that its own past says what is slow.
#[observed]
fn usual(milliseconds: u64) {
    tracing::debug!("doing it");
    std::thread::sleep(Duration::from_millis(milliseconds));
}

#[test]
fn without_an_objective_the_past_says_what_is_slow() {
    let log = TestLog::new("info");
    dispatcher::with_default(&log.subscriber(), || {
        (0..1000).for_each(|_| usual(0));
        std::thread::sleep(Duration::from_millis(300));
        usual(0);
        usual(40);
    });
    let lines = log.lines();
    let told: Vec<_> = lines.iter().filter(|line| line["story"].is_u64()).collect();
    let last = told.last().unwrap();
    assert!(last["duration_ms"].as_f64().unwrap() >= 40.0, "{told:?}");
    assert!(told.iter().any(|line| line["message"] == "doing it"));
}

#[test]
fn good_requests_leave_nothing_and_allocate_nothing_for_stories() {
    in_own_process(|| {
        let allocated = |stories: &str| {
            let log = TestLog::build(
                Telemetry::builder("test")
                    .log_filter("warn,goldsignal::slow_poll=off")
                    .stories(stories),
            );
            let app = app(&log.telemetry);
            let count = dispatcher::with_default(&log.subscriber(), || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.unwrap();
                let ask = || assert!(runtime.block_on(ask(app.clone(), "well")).is_some());
                (0..100).for_each(|_| ask());
                measure(|| (0..10_000).for_each(|_| ask())).count_total
            });
            assert_eq!(log.text(), "", "nothing is left");
            count
        };
        let (with, without) = (allocated("debug"), allocated("off"));
        // Those that are late on a busy machine have stories.
        assert!(with.abs_diff(without) < without / 50, "{with} and {without}");
    });
}
