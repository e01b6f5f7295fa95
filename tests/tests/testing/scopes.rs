//! Scopes in parallel, on any thread, with their events.

use axum::body::Body;
use axum::routing::get;
use axum::{Router, extract::Path};
use goldsignal::testing::scope;
use goldsignal::{Counter, Metrics, Telemetry, observed, routes};
use http::Request;
use tower::{Layer, ServiceExt};

/// Metrics of these tests.
#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs_done_total: Counter,
}

#[observed(fields(by))]
fn work(by: u64) {
    Jobs::get().jobs_done_total.inc_by(by);
    tracing::debug!(by, "working");
}

#[observed(get = "/items/{id}")]
async fn item(Path(id): Path<u32>) -> String {
    work(1);
    id.to_string()
}

#[test]
fn scopes_in_parallel_do_not_meet() {
    std::thread::scope(|threads| {
        for by in 1..=8_u32 {
            threads.spawn(move || {
                let scope = scope();
                for _ in 0..100 {
                    work(by.into());
                }
                scope.assert("jobs_done_total", &[], 100.0 * f64::from(by));
                scope.assert("function_calls_total", &[("outcome", "ok")], 100.0);
                scope.assert("function_duration_seconds_count", &[], 100.0);
                assert_eq!(scope.events().len(), 200);
                scope.assert_event("work ok", &[("by", &by.to_string())]);
            });
        }
    });
}

#[test]
fn deltas() {
    let scope = scope();
    work(2);
    let before = scope.snapshot();
    work(3);
    let grown = scope.snapshot().delta(&before, "jobs_done_total", &[]);
    assert!((grown - 3.0).abs() < f64::EPSILON);
}

#[test]
#[should_panic(expected = "`jobs_done_total` with [] is 2, not 5")]
fn a_failed_assertion_tells_what_there_is() {
    let scope = scope();
    work(2);
    scope.assert("jobs_done_total", &[], 5.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spawned_server_counts_in_the_scope_that_made_its_layer() {
    let scope = scope();
    let telemetry = Telemetry::builder("test").build().unwrap();
    let app: Router = routes![item].route("/plain", get(async || "plain"));
    let app = telemetry.layer().layer(app.layer(telemetry.route_layer()));
    let request = |path: &str| Request::builder().uri(path).body(Body::empty()).unwrap();
    for path in ["/items/1", "/items/x", "/plain", "/nowhere"] {
        let answer = tokio::spawn(app.clone().oneshot(request(path)));
        let response = answer.await.unwrap().unwrap();
        axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
    }
    let requests = "http_requests_total";
    scope.assert(requests, &[("endpoint", "/items/{id}"), ("status", "200")], 1.0);
    scope.assert(requests, &[("endpoint", "/items/{id}"), ("status", "400")], 1.0);
    scope.assert(requests, &[("endpoint", "/plain"), ("status", "200")], 1.0);
    scope.assert(requests, &[("endpoint", "_unmatched"), ("status", "404")], 1.0);
    scope.assert("jobs_done_total", &[], 1.0);
    assert_eq!(scope.escapes(), [""; 0]);
    let events = scope.events();
    let ids: Vec<_> = events.iter().filter(|event| event.message.contains("/items")).collect();
    assert_eq!(ids.len(), 2);
    let first = ids[0].request_id.as_ref().unwrap();
    let shared = events.iter().filter(|event| event.request_id.as_ref() == Some(first));
    assert_eq!(shared.count(), 3, "the request's closing event, the call's, and what it logged");
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_taken_along() {
    let scope = scope();
    tokio::spawn(scope.instrument(async { work(1) })).await.unwrap();
    let handle = scope.handle();
    std::thread::spawn(move || handle.in_scope(|| work(1))).join().unwrap();
    scope.assert("jobs_done_total", &[], 2.0);
}

#[test]
fn a_scope_names_what_escaped_it() {
    #[observed]
    fn escaping() {}

    let scope = scope();
    std::thread::spawn(escaping).join().unwrap();
    let escapes = scope.escapes();
    let here = escapes.iter().find(|place| place.contains("escaping")).unwrap();
    assert!(here.contains("scopes.rs:"), "{here}");
    assert_eq!(
        scope.value("function_calls_total", &[("function", "testing::scopes::escaping")]),
        None
    );
}

/// Global counts of a function that no other test calls.
fn global(function: &str) -> Option<f64> {
    let registry = goldsignal::Registry::global();
    let snapshot = goldsignal::testing::Snapshot::of(&registry);
    snapshot.value("function_calls_total", &[("function", function)])
}

#[test]
fn a_handle_that_outlives_its_scope_does_not_count_globally() {
    #[observed]
    fn late() {}

    let handle = scope().handle();
    handle.in_scope(late);
    assert_eq!(global("testing::scopes::late"), None);
}

#[tokio::test]
async fn what_is_cancelled_is_dropped_in_its_scope() {
    #[observed]
    fn while_dropped() {}

    struct Counts;
    impl Drop for Counts {
        fn drop(&mut self) {
            while_dropped();
        }
    }

    let scope = scope();
    let task = tokio::task::spawn_blocking({
        let future = scope.instrument(async {
            let _counts = Counts;
            std::future::pending::<()>().await;
        });
        move || {
            let mut future = Box::pin(future);
            let waker = std::task::Waker::noop();
            let polled = future.as_mut().poll(&mut std::task::Context::from_waker(waker));
            assert!(polled.is_pending());
        }
    });
    task.await.unwrap();
    scope.assert("function_calls_total", &[("function", "testing::scopes::while_dropped")], 1.0);
    assert_eq!(global("testing::scopes::while_dropped"), None);
}

#[test]
fn a_scope_leaves_the_global_subscriber_to_others() {
    drop(scope());
    let subscriber = tracing_subscriber::registry();
    assert!(tracing::subscriber::set_global_default(subscriber).is_ok());
}

#[test]
fn a_captured_field_does_not_replace_what_the_event_tells() {
    #[observed(fields(outcome))]
    fn guess(outcome: u64) {}

    let scope = scope();
    guess(7);
    scope.assert_event("guess ok", &[("outcome", "ok"), ("field.outcome", "7")]);
}
