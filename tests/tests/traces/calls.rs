//! The spans of calls: children across calls, tasks and threads, and roots.

use goldsignal::{current, observed};
use opentelemetry::trace::{SpanId, Status};
use opentelemetry_sdk::trace::Sampler;

use crate::support::{assert_child, attribute, sampled, traced};

#[observed(name = "leaf", fields(size))]
fn leaf(size: u32) {}

#[observed(name = "job")]
async fn job() {
    leaf(1);
    let carried = current();
    std::thread::spawn(move || carried.in_scope(threaded)).join().unwrap();
    tokio::spawn(current().instrument(async { spawned().await })).await.unwrap();
}

#[observed(name = "threaded")]
fn threaded() {}

#[observed(name = "spawned")]
async fn spawned() {
    tokio::task::yield_now().await;
}

#[tokio::test]
async fn the_root_call_of_a_job_begins_a_trace() {
    let traced = traced();
    job().await;
    let root = traced.span("job");
    assert_eq!(root.parent_span_id, SpanId::INVALID);
    for child in ["leaf", "threaded", "spawned"] {
        assert_child(&traced.span(child), &root);
    }
    assert_eq!(attribute(&traced.span("leaf"), "size").unwrap(), "1");
}

#[observed(name = "made")]
fn made() -> impl Future<Output = ()> + Send {
    tokio::task::yield_now()
}

#[tokio::test]
async fn a_call_keeps_its_trace_where_its_future_is_spawned_alone() {
    #[observed(name = "spawning")]
    async fn outer() -> Option<tokio::task::JoinHandle<()>> {
        Some(tokio::spawn(made()))
    }
    let traced = traced();
    outer().await.unwrap().await.unwrap();
    assert_child(&traced.span("made"), &traced.span("spawning"));
}

#[test]
fn each_root_call_is_a_trace_of_its_own() {
    let traced = traced();
    leaf(1);
    leaf(2);
    let ids: Vec<_> = traced.spans().iter().map(|span| span.span_context.trace_id()).collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn a_failure_says_of_which_kind() {
    #[observed(name = "failing")]
    fn failing() -> Result<(), String> {
        Err("no".into())
    }
    let traced = traced();
    failing().unwrap_err();
    let span = traced.span("failing");
    assert_eq!(span.status, Status::error("_OTHER"));
    assert_eq!(attribute(&span, "error.type").unwrap(), "_OTHER");
    assert_eq!(attribute(&span, "goldsignal.outcome").unwrap(), "error");
}

#[test]
fn the_root_decides_for_all() {
    #[observed(name = "root")]
    fn root() {
        leaf(1);
        leaf(2);
    }

    let none = sampled(Sampler::AlwaysOff);
    leaf(1);
    assert!(none.spans().is_empty());

    let some = sampled(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(0.5))));
    for _ in 0..400 {
        root();
    }
    let spans = some.spans();
    let roots = spans.iter().filter(|span| span.name == "root").count();
    assert!((100..300).contains(&roots), "{roots}");
    assert_eq!(spans.len(), 3 * roots);
}

#[test]
fn lines_of_an_unsampled_job_share_a_trace() {
    #[observed(name = "unsampled")]
    fn unsampled() {
        leaf(1);
        leaf(2);
    }
    let _none = sampled(Sampler::AlwaysOff);
    let (log, read) = crate::support::log();
    tracing::subscriber::with_default(log, unsampled);
    let text = read();
    let ids: Vec<_> = text
        .lines()
        .map(|line| line.split("\"trace_id\":\"").nth(1).map(|rest| rest[..32].to_owned()))
        .collect();
    assert_eq!(ids.len(), 3, "{text}");
    assert!(ids.iter().all(|id| id.is_some() && *id == ids[0]), "{text}");
}
