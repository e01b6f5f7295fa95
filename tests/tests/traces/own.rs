//! `tracing` spans and events of the service, within observations.

use goldsignal::{Current, current, observed};
use opentelemetry_sdk::trace::Sampler;
use tracing::{Instrument, info_span};

use crate::support::{assert_child, attribute, listen, sampled, traced};

#[observed(name = "inner")]
async fn inner() {
    info_span!("deep").in_scope(|| tracing::info!(rows = 3, "read {}", "rows"));
}

#[observed(name = "outer")]
async fn outer() {
    tracing::info!("begun");
    let span = info_span!("own", task = 7, user.token = "secret", late = tracing::field::Empty);
    async {
        tracing::Span::current().record("late", true);
        info_span!("nested").in_scope(|| {});
        inner().await;
    }
    .instrument(span)
    .await;
}

#[tokio::test]
async fn spans_nest_as_they_are_written() {
    let traced = traced();
    let _default = listen(&traced);
    outer().await;
    let [outer, own, nested, inner, deep] =
        ["outer", "own", "nested", "inner", "deep"].map(|name| traced.span(name));
    assert_child(&own, &outer);
    assert_child(&nested, &own);
    assert_child(&inner, &own);
    assert_child(&deep, &inner);
    assert_eq!(attribute(&own, "task").unwrap(), "7");
    assert_eq!(attribute(&own, "late").unwrap(), "true");
    assert_eq!(attribute(&own, "user.token").unwrap(), "[redacted]");
    assert_eq!(traced.spans().len(), 5);
}

#[tokio::test]
async fn events_are_those_of_the_innermost_span() {
    let traced = traced();
    let _default = listen(&traced);
    outer().await;
    let names = |name: &str| -> Vec<String> {
        traced.span(name).events.iter().map(|event| event.name.to_string()).collect()
    };
    // Closing events are not among them: they say what the span says.
    assert_eq!(names("outer"), ["begun"]);
    assert_eq!(names("deep"), ["read rows"]);
    assert!(names("own").is_empty());
    let deep = traced.span("deep");
    let rows = deep.events[0].attributes.iter().find(|attribute| attribute.key.as_str() == "rows");
    assert_eq!(rows.unwrap().value.to_string(), "3");
}

#[tokio::test]
async fn carried_work_and_spawned_spans_stay_in_the_trace() {
    #[observed(name = "carrying")]
    async fn carrying() {
        let span = info_span!("task");
        tokio::spawn(async { info_span!("within").in_scope(|| {}) }.instrument(span))
            .await
            .unwrap();
        let carried = async {
            tracing::info!("elsewhere");
            info_span!("carried").in_scope(|| {});
        };
        tokio::spawn(Current::instrument(current(), carried)).await.unwrap();
    }
    let traced = traced();
    let _default = listen(&traced);
    carrying().await;
    let root = traced.span("carrying");
    assert_child(&traced.span("task"), &root);
    assert_child(&traced.span("within"), &traced.span("task"));
    assert_child(&traced.span("carried"), &root);
    assert_eq!(root.events[0].name, "elsewhere");
}

#[test]
fn outside_of_sampled_work_there_are_none() {
    let traced = traced();
    let _default = listen(&traced);
    info_span!("outside").in_scope(|| tracing::info!("outside"));
    assert!(traced.spans().is_empty());
}

#[tokio::test]
async fn unsampled_work_has_none() {
    let traced = sampled(Sampler::AlwaysOff);
    let _default = listen(&traced);
    outer().await;
    assert!(traced.spans().is_empty());
}
