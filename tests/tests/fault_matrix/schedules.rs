//! Random schedules: whatever requests do at the same time, each is recorded once.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use futures::{FutureExt, stream};
use goldsignal::axum::Boundary;
use goldsignal::testing::{Scope, scope};
use goldsignal::{Telemetry, observed};
use http_body_util::BodyExt;
use proptest::prelude::*;
use tokio::time::timeout;
use tower::{Layer, ServiceExt};

use crate::handlers::{self, never, quick};
use crate::quiet_about_panics_that_were_asked_for;
use crate::stage::{asked, read};

/// What a client does, and how its request ends; `None` where no request began.
#[derive(Clone, Copy, Debug)]
struct Action {
    name: &'static str,
    outcome: Option<&'static str>,
    /// Calls that are begun, and how many of them have a line of their own.
    calls: (usize, usize),
}

const fn action(
    name: &'static str,
    outcome: Option<&'static str>,
    calls: (usize, usize),
) -> Action {
    Action { name, outcome, calls }
}

const ACTIONS: [Action; 18] = [
    action("GET /items/7", Some("ok"), (1, 0)),
    action("GET /items/5", Some("ok"), (1, 0)),
    action("HEAD /items/7", Some("ok"), (1, 0)),
    action("GET /items/0", Some("client_error"), (1, 0)),
    action("GET /items/x", Some("client_error"), (0, 0)),
    action("GET /items/1", Some("server_error"), (1, 0)),
    action("GET /items/2", Some("panic"), (1, 0)),
    action("GET /items/3", Some("panic"), (1, 0)),
    action("GET /nowhere/9", Some("client_error"), (0, 0)),
    action("PUT /items/7", Some("client_error"), (0, 0)),
    action("BREW /items/7", Some("client_error"), (0, 0)),
    action("GET /spawned/items", Some("ok"), (0, 0)),
    action("GET /calls", Some("ok"), (3, 3)),
    action("GET /broken", Some("aborted"), (0, 0)),
    action("drop the body of GET /endless", Some("aborted"), (0, 0)),
    action("drop GET /items/4", None, (0, 0)),
    action("poll and drop GET /items/4", Some("cancelled"), (1, 0)),
    action("time out GET /items/4", Some("cancelled"), (1, 0)),
];

#[observed(name = "outer")]
async fn outer() -> u32 {
    tokio::select! {
        value = quick() => value,
        value = never() => value,
    }
}

async fn endless() -> Body {
    Body::from_stream(stream::repeat(Ok::<_, std::convert::Infallible>("part")))
}

async fn broken() -> Body {
    Body::from_stream(stream::iter([Ok("part"), Err(io::Error::other("broken"))]))
}

fn app() -> Boundary<Router> {
    let telemetry = Telemetry::builder("schedules").admin(None).build().unwrap();
    let rest = from_fn(async |request: axum::extract::Request, next: Next| {
        tokio::spawn(next.run(request)).await.unwrap()
    });
    let spawned = Router::new().route("/spawned/items", get(async || "spawned")).layer(rest);
    let plain = Router::new()
        .route("/calls", get(async || outer().await.to_string()))
        .route("/endless", get(endless))
        .route("/broken", get(broken))
        .merge(spawned);
    telemetry.layer().layer(handlers::app().merge(plain).layer(telemetry.route_layer()))
}

async fn act(app: Boundary<Router>, action: Action) {
    let mut words: Vec<_> = action.name.rsplitn(3, ' ').collect();
    words.resize(3, "");
    let [path, method, how] = words[..] else { unreachable!("three words") };
    let answer = app.oneshot(asked(method, path, Body::empty()));
    match how {
        "" => drop(read(answer).await),
        "drop" => drop(answer),
        "poll and drop" => assert!(answer.now_or_never().is_none()),
        "time out" => assert!(timeout(Duration::from_millis(5), answer).await.is_err()),
        _ => {
            let Ok(response) = answer.await;
            response.into_body().frame().await.unwrap().unwrap();
        }
    }
}

/// Each task does its actions one after the other, beside the other tasks.
fn run(tasks: &[Vec<Action>]) -> Scope {
    let scope = scope();
    let app = app();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(3).enable_all().build().unwrap();
    runtime.block_on(async {
        let spawned = tasks.iter().cloned().map(|actions| {
            let app = app.clone();
            tokio::spawn(scope.instrument(async move {
                for action in actions {
                    act(app.clone(), action).await;
                }
            }))
        });
        for task in spawned.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
    // Tasks that the runtime drops have ended once it has.
    drop(runtime);
    scope
}

fn check(tasks: &[Vec<Action>]) -> Result<(), TestCaseError> {
    let scope = run(tasks);
    let all: Vec<_> = tasks.iter().flatten().collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole")]
    let count =
        |name: &str, labels: &[(&str, &str)]| scope.value(name, labels).unwrap_or(0.0) as usize;
    let number = |of: &dyn Fn(&Action) -> usize| all.iter().map(|action| of(action)).sum::<usize>();
    let requests = number(&|action| action.outcome.is_some().into());
    prop_assert_eq!(count("http_requests_total", &[]), requests);
    for outcome in ["ok", "client_error", "server_error", "error", "panic", "cancelled", "aborted"]
    {
        let ended = number(&|action| (action.outcome == Some(outcome)).into());
        prop_assert_eq!(
            count("http_requests_total", &[("outcome", outcome)]),
            ended,
            "{}",
            outcome
        );
    }
    let cut_short =
        number(&|action| matches!(action.outcome, Some("cancelled" | "aborted")).into());
    prop_assert_eq!(count("http_request_duration_seconds_count", &[]), requests - cut_short);
    prop_assert_eq!(count("function_calls_total", &[]), number(&|action| action.calls.0));
    for gauge in ["http_requests_in_flight", "function_calls_in_flight", "http_streams_in_flight"] {
        prop_assert_eq!(count(gauge, &[]), 0, "{}", gauge);
    }
    let events = scope.events();
    let closing = events.iter().filter(|event| event.field("outcome").is_some());
    let (of_requests, of_calls): (Vec<_>, Vec<_>) =
        closing.partition(|event| event.field("endpoint").is_some());
    prop_assert_eq!(of_requests.len(), requests);
    prop_assert_eq!(of_calls.len(), number(&|action| action.calls.1));
    let ids: BTreeSet<_> =
        of_requests.iter().filter_map(|event| event.request_id.clone()).collect();
    prop_assert_eq!(ids.len(), requests, "each request has an id of its own");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_schedules_are_told_once(
        tasks in prop::collection::vec(prop::collection::vec(prop::sample::select(&ACTIONS[..]), 0..24), 1..8)
    ) {
        quiet_about_panics_that_were_asked_for();
        check(&tasks)?;
    }
}
