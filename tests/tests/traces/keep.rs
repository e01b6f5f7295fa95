//! Traces that the sampler refused, and that end badly: all of their spans are exported, once.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::{Extension, Router};
use futures::FutureExt;
use goldsignal::telemetry::KeepTraces;
use goldsignal::{Slo, current, observed, routes};
use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::{Sampler, SpanData};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tracing::info_span;

use crate::support::{Traced, assert_child, attribute, kept, listen, request, sampled};

const DROPPED: &str = "goldsignal_spans_dropped_total";

#[observed(name = "step")]
async fn step() {
    info_span!("own").in_scope(|| tracing::info!("stepped"));
}

#[observed(name = "failing_step")]
async fn failing_step() -> Result<(), String> {
    Err("no".into())
}

#[observed(name = "answer", get = "/answer/{status}")]
async fn answer(Path(status): Path<u16>) -> StatusCode {
    step().await;
    StatusCode::from_u16(status).unwrap()
}

#[observed(name = "retried", get = "/retried")]
async fn retried() -> &'static str {
    let _ = failing_step().await;
    step().await;
    "after all"
}

#[observed(name = "breaks", get = "/breaks")]
async fn breaks() -> &'static str {
    step().await;
    panic!("out")
}

const PROMPT: Slo = Slo::new("prompt", "Answers in time.").latency(99.0, Duration::from_millis(10));

#[observed(name = "late", get = "/late", slo = PROMPT)]
async fn late() -> &'static str {
    tokio::time::sleep(Duration::from_millis(50)).await;
    "late"
}

#[observed(name = "paced", get = "/paced/{milliseconds}")]
async fn paced(Path(milliseconds): Path<u64>) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

#[observed(name = "waits", get = "/waits")]
async fn waits() -> &'static str {
    std::future::pending().await
}

fn app() -> Router {
    routes![answer, retried, breaks, late, paced, waits]
}

fn names(spans: &[SpanData]) -> Vec<&str> {
    let mut names: Vec<_> = spans.iter().map(|span| &*span.name).collect();
    names.sort_unstable();
    names
}

/// Sends a request that is given up after 15 milliseconds.
async fn give_up(traced: &Traced, path: &str) {
    let sent = traced.send(app(), request(path).body(Body::empty()).unwrap());
    assert!(tokio::time::timeout(Duration::from_millis(15), sent).await.is_err());
}

#[tokio::test]
async fn a_request_that_fails_is_exported_with_all_its_spans_and_a_good_one_is_not() {
    let traced = kept(KeepTraces::Bad);
    let _default = listen(&traced);
    traced.get(app(), "/answer/200").await;
    traced.get(app(), "/answer/404").await;
    assert!(traced.spans().is_empty());
    traced.get(app(), "/answer/500").await;
    let [request, answer, step, own] =
        ["GET /answer/{status}", "answer", "step", "own"].map(|name| traced.span(name));
    assert_child(&answer, &request);
    assert_child(&step, &answer);
    assert_child(&own, &step);
    assert_eq!(own.events[0].name, "stepped");
    assert_eq!(attribute(&request, "url.path").unwrap(), "/answer/500");
    assert_eq!(attribute(&request, "goldsignal.kept").unwrap(), "bad");
    assert!(request.start_time <= step.start_time && step.end_time <= request.end_time);
    assert_eq!(traced.spans().len(), 4);
}

/// Without an objective, its own past says what is slow: it is computed again about every tenth of a second at first.
#[tokio::test]
async fn what_is_slower_than_usual_is_kept_if_asked_for() {
    let traced = kept(KeepTraces::Slow);
    let app = app();
    for _ in 0..30 {
        for _ in 0..10 {
            traced.get(app.clone(), "/paced/0").await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let before = traced.spans().len();
    traced.get(app.clone(), "/paced/300").await;
    let spans = traced.spans().split_off(before);
    assert_eq!(names(&spans), ["GET /paced/{milliseconds}", "paced"]);
    let request = spans.iter().find(|span| span.name.starts_with("GET")).unwrap();
    assert_eq!(attribute(request, "goldsignal.kept").unwrap(), "slow");
    traced.get(app, "/answer/500").await;
    assert_eq!(traced.spans().len(), before + 2, "what fails is not asked for");
}

#[tokio::test]
async fn a_failure_within_a_good_request_keeps_its_trace() {
    let traced = kept(KeepTraces::Bad);
    traced.get(app(), "/retried").await;
    let request = traced.span("GET /retried");
    assert_eq!(attribute(&request, "goldsignal.kept").unwrap(), "bad");
    assert_eq!(names(&traced.spans()), ["GET /retried", "failing_step", "retried", "step"]);
}

#[tokio::test]
async fn a_panic_and_a_missed_objective_are_bad_and_a_client_that_leaves_is_not() {
    let traced = kept(KeepTraces::Bad);
    let sent = traced.send(app(), request("/breaks").body(Body::empty()).unwrap());
    assert!(AssertUnwindSafe(sent).catch_unwind().await.is_err());
    assert_eq!(names(&traced.spans()), ["GET /breaks", "breaks", "step"]);
    traced.reset();
    traced.get(app(), "/late").await;
    assert_eq!(names(&traced.spans()), ["GET /late", "late"]);
    traced.reset();
    give_up(&traced, "/waits").await;
    assert!(traced.spans().is_empty(), "nobody says how long it may take");
    give_up(&traced, "/late").await;
    assert_eq!(names(&traced.spans()), ["GET /late", "late"], "it left too late");
}

#[tokio::test]
async fn a_job_without_a_request_is_decided_by_its_first_call() {
    #[observed(name = "kept_job")]
    async fn job(fails: bool) -> Result<(), String> {
        step().await;
        tokio::spawn(current().instrument(step())).await.unwrap();
        if fails { Err("no".into()) } else { Ok(()) }
    }
    let traced = kept(KeepTraces::Bad);
    job(false).await.unwrap();
    assert!(traced.spans().is_empty());
    job(true).await.unwrap_err();
    let job = traced.span("kept_job");
    assert_eq!(job.parent_span_id, SpanId::INVALID);
    let spans = traced.spans();
    assert_eq!(names(&spans), ["kept_job", "step", "step"]);
    spans.iter().filter(|span| span.name == "step").for_each(|step| assert_child(step, &job));
}

/// Work that goes on when its request has ended.
#[derive(Default)]
struct Work {
    /// Whether it begins to call functions only then.
    begins_late: bool,
    fails: bool,
    go: Notify,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[observed(name = "outlives")]
async fn outlives(work: &Work) -> Result<(), String> {
    step().await;
    if !work.begins_late {
        work.go.notified().await;
    }
    step().await;
    if work.fails { Err("no".into()) } else { Ok(()) }
}

#[observed(name = "spawns", get = "/spawns/{status}")]
async fn spawns(Path(status): Path<u16>, Extension(work): Extension<Arc<Work>>) -> StatusCode {
    let in_task = Arc::clone(&work);
    let task = async move {
        if in_task.begins_late {
            in_task.go.notified().await;
        }
        let _ = outlives(&in_task).await;
    };
    *work.task.lock().unwrap() = Some(tokio::spawn(current().instrument(task)));
    // The task runs until it waits.
    tokio::task::yield_now().await;
    StatusCode::from_u16(status).unwrap()
}

/// The spans of a request that is answered with `status`, and then those of its work.
async fn outlived(status: u16, work: Work) -> [Vec<SpanData>; 2] {
    let (traced, work) = (kept(KeepTraces::Bad), Arc::new(work));
    let app = routes![spawns].layer(Extension(Arc::clone(&work)));
    traced.get(app, &format!("/spawns/{status}")).await;
    let of_request = traced.spans();
    traced.reset();
    work.go.notify_one();
    let task = work.task.lock().unwrap().take().unwrap();
    task.await.unwrap();
    [of_request, traced.spans()]
}

#[tokio::test]
async fn what_outlives_its_request_follows_the_decision() {
    let [of_request, late] = outlived(500, Work::default()).await;
    assert_eq!(names(&of_request), ["GET /spawns/{status}", "spawns", "step"]);
    assert_eq!(names(&late), ["outlives", "step"]);
    let all: Vec<_> = of_request.iter().chain(&late).collect();
    let named = |name: &str| *all.iter().find(|span| span.name == name).unwrap();
    assert_child(named("spawns"), named("GET /spawns/{status}"));
    assert_child(named("outlives"), named("spawns"));
    let steps = all.iter().filter(|span| span.name == "step");
    steps.for_each(|step| assert_child(step, named("outlives")));

    let [of_request, late] = outlived(200, Work::default()).await;
    assert!(of_request.is_empty() && late.is_empty());
}

#[tokio::test]
async fn what_fails_after_its_good_request_is_exported_without_it() {
    // What ended before the request is gone.
    let failing = Work { fails: true, ..Work::default() };
    let [of_request, late] = outlived(200, failing).await;
    assert!(of_request.is_empty());
    assert_eq!(names(&late), ["outlives"]);
    assert_eq!(attribute(&late[0], "goldsignal.kept").unwrap(), "bad");
    // What begins later is decided anew.
    let failing = Work { fails: true, begins_late: true, ..Work::default() };
    let [of_request, late] = outlived(200, failing).await;
    assert!(of_request.is_empty());
    assert_eq!(names(&late), ["outlives", "step", "step"]);
    let outlives = late.iter().find(|span| span.name == "outlives").unwrap();
    late.iter().filter(|span| span.name == "step").for_each(|step| assert_child(step, outlives));
}

#[tokio::test]
async fn without_a_decision_of_its_own_the_sampler_decides() {
    let ratio = kept(KeepTraces::Ratio);
    ratio.get(app(), "/answer/500").await;
    assert!(ratio.spans().is_empty());
    // Nothing is kept by default where nothing is sampled on purpose.
    for off in [Sampler::AlwaysOff, Sampler::ParentBased(Box::new(Sampler::AlwaysOff))] {
        let off = sampled(off);
        off.get(app(), "/answer/500").await;
        assert!(off.spans().is_empty());
    }
    let default = sampled(Sampler::TraceIdRatioBased(0.0));
    default.get(app(), "/answer/500").await;
    assert_eq!(default.spans().len(), 3);
}

/// Calls more functions than spans may wait.
#[observed(name = "loops", get = "/loops/{status}")]
async fn loops(Path(status): Path<u16>) -> StatusCode {
    for _ in 0..1500 {
        step().await;
    }
    StatusCode::from_u16(status).unwrap()
}

#[tokio::test]
async fn spans_beyond_the_limit_are_counted_and_none_lacks_its_parent() {
    let traced = kept(KeepTraces::Bad);
    traced.get(routes![loops], "/loops/200").await;
    traced.assert(DROPPED, 0.0); // nothing was lost that was wanted
    traced.get(routes![loops], "/loops/500").await;
    let spans = traced.spans();
    let request = traced.span("GET /loops/{status}");
    // The request and its handler are two more, and the first of them is not counted.
    assert_eq!(spans.len(), 1001);
    assert_eq!(attribute(&request, "goldsignal.spans_dropped").unwrap(), "501");
    traced.assert(DROPPED, 501.0);
    let loops = traced.span("loops");
    assert_child(&loops, &request);
    spans.iter().filter(|span| span.name == "step").for_each(|step| assert_child(step, &loops));
}
