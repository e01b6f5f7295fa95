//! Spans reach a real receiver over both protocols; a receiver that is down costs spans alone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;

use crate::load::Load;
use crate::programs;
use crate::prometheus::Prometheus;
use crate::proxy;
use crate::receiver::{Receiver, Span};
use crate::service::Service;

const DROPPED: &str = "goldsignal_spans_dropped_total";

/// A service that samples all and sends it to `endpoint`.
async fn service(endpoint: &str, protocol: &str, queue: &str) -> Service {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
        ("OTEL_TRACES_SAMPLER", "always_on"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", queue),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        // Its calls would go on when all else has ended.
        ("TODO_SAMPLE_SECONDS", "3600"),
    ];
    Service::start_with(&variables).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn a_receiver_gets_every_span_over_both_protocols() {
    programs::require();
    for protocol in ["grpc", "http/protobuf"] {
        let receiver = Receiver::start().await;
        let address = if protocol == "grpc" { receiver.grpc } else { receiver.http };
        let mut service = service(&format!("http://{address}"), protocol, "20000").await;
        let text_only = proxy::text_only(service.admin).await;
        let prometheus = Prometheus::start(service.admin, text_only).await;
        let mut load = Load::new(service.address);
        load.run().await;
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert_eq!(sum(&metrics(&service).await, DROPPED), 0, "{protocol}");
        let exemplars = prometheus.exemplars("http_request_duration_seconds_bucket").await;
        drop(prometheus);
        service.stop().await;
        let spans = receiver.spans().await;
        println!("{protocol}: {} requests, {} spans", load.sent(), spans.len());
        check_requests(&spans, &load);
        check_calls(&spans);
        check_exemplars(&exemplars, &spans);
    }
}

/// There is one server span for each request, named and described as it was sent and answered.
fn check_requests(spans: &[Span], load: &Load) {
    let servers = spans.iter().filter(|span| span.kind == "SPAN_KIND_SERVER");
    let mut told: BTreeMap<(String, String, String), u64> = BTreeMap::new();
    let mut remote = BTreeSet::new();
    for span in servers {
        let attribute = |name: &str| span.attributes.get(name).cloned().unwrap_or_default();
        let (method, status) =
            (attribute("http.request.method"), attribute("http.response.status_code"));
        let route = span.attributes.get("http.route").cloned();
        let shown = if method == "_OTHER" { "HTTP" } else { &method };
        let name = route.as_ref().map_or(shown.to_owned(), |route| format!("{shown} {route}"));
        assert_eq!(span.name, name);
        assert_eq!(span.status == "STATUS_CODE_ERROR", status.starts_with('5'), "{span:?}");
        assert_eq!(attribute("server.address"), "127.0.0.1");
        let route = route.unwrap_or_else(|| "_unmatched".to_owned());
        *told.entry((method, route, status)).or_default() += 1;
        if span.parent == "00000000000000aa" {
            remote.insert(span.trace.clone());
        }
    }
    assert_eq!(told, load.totals.requests);
    let traces: BTreeSet<String> = load.ids.values().flatten().cloned().collect();
    assert_eq!(remote, traces, "requests go on with the traces that they came with");
}

/// A span within the service has its parent there, in the same trace.
fn check_calls(spans: &[Span]) {
    let by_id: BTreeMap<&str, &Span> = spans.iter().map(|span| (&*span.id, span)).collect();
    assert_eq!(by_id.len(), spans.len(), "no span arrives twice");
    let calls = spans.iter().filter(|span| span.kind == "SPAN_KIND_INTERNAL");
    let mut children = 0;
    for call in calls {
        assert_eq!(call.attributes.get("code.function.name"), Some(&call.name));
        if let Some(parent) = by_id.get(&*call.parent) {
            assert_eq!(parent.trace, call.trace);
            children += 1;
        } else {
            // The sampler's own rounds begin traces; everything else is within a request.
            assert!(call.parent.trim_matches('0').is_empty(), "{call:?}");
        }
    }
    assert!(children >= 1000, "{children}");
}

/// Prometheus' exemplars name spans that the receiver has.
fn check_exemplars(exemplars: &[serde_json::Value], spans: &[Span]) {
    let known: BTreeSet<(&str, &str)> =
        spans.iter().map(|span| (&*span.trace, &*span.id)).collect();
    println!("{} exemplars", exemplars.len());
    assert!(!exemplars.is_empty());
    for labels in exemplars {
        let named = (labels["trace_id"].as_str().unwrap(), labels["span_id"].as_str().unwrap());
        assert!(known.contains(&named), "{labels}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn a_receiver_that_is_not_there_or_never_answers_costs_spans_alone() {
    programs::require();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = closed.local_addr().unwrap();
    drop(closed);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for (address, protocol) in [
        (nowhere, "grpc"),
        (nowhere, "http/protobuf"),
        (silent.local_addr().unwrap(), "grpc"),
        (silent.local_addr().unwrap(), "http/protobuf"),
    ] {
        let mut service = service(&format!("http://{address}"), protocol, "100").await;
        let mut load = Load::new(service.address);
        load.run().await;
        let told = settled(&service, 0).await;
        println!("{protocol} to {address}: {told:?}");
        assert!(told.dropped > 0 && told.dropped == told.ended, "{told:?}");
        service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn a_receiver_that_is_killed_and_started_again_gets_spans_again() {
    programs::require();
    let mut receiver = Receiver::start().await;
    let mut service = service(&format!("http://{}", receiver.grpc), "grpc", "20000").await;
    let mut load = Load::new(service.address);
    load.run().await;
    settled(&service, receiver.spans().await.len() as u64).await;
    receiver.kill().await;
    let mut lost = Load::new(service.address);
    lost.run().await;
    let arrived = receiver.spans().await.len() as u64;
    let without = settled(&service, arrived).await;
    assert!(without.dropped > 0, "{without:?}");
    receiver.restart().await;
    let mut again = Load::new(service.address);
    again.run().await;
    // All that the service knows to have ended is either there or counted as dropped.
    let arrived = receiver.spans().await.len() as u64;
    let with = settled(&service, arrived).await;
    println!("{arrived} arrived, {with:?}");
    assert!(arrived > 3000, "{arrived}");
    assert_eq!(with.ended, arrived + with.dropped);
    service.stop().await;
}

/// The service's own counts of its spans.
#[derive(Clone, Copy, Debug)]
struct Told {
    ended: u64,
    dropped: u64,
}

/// These counts, once they cover every span that ended, or once they stop changing.
async fn settled(service: &Service, arrived: u64) -> Told {
    let mut told = Told { ended: 0, dropped: 0 };
    for _ in 0..100 {
        let text = metrics(service).await;
        let ended = sum(&text, "http_requests_total") + sum(&text, "function_calls_total");
        told = Told { ended, dropped: sum(&text, DROPPED) };
        if told.ended == told.dropped + arrived {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    told
}

async fn metrics(service: &Service) -> String {
    let url = format!("http://{}/metrics", service.admin);
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

/// The sum of the series of a counter.
fn sum(text: &str, name: &str) -> u64 {
    let series = text
        .lines()
        .filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
    series.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}
