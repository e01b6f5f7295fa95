//! A hundred thousand requests at a ratio of one percent, of which one percent fail.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::Path;
use axum::http::{Request, Response, StatusCode};
use goldsignal::emit::LogWriter;
use goldsignal::expose::Format;
use goldsignal::registry::Registry;
use goldsignal::{Slo, Telemetry, current, observed, routes};
use goldsignal_tests::{free_address, in_own_process_with};
use tokio::task::JoinSet;
use tower::{Layer, Service, ServiceExt};
use tracing::info_span;

use crate::receiver::{Received, Receiver};

const REQUESTS: usize = 100_000;

const ORDERS: Slo = Slo::new("orders", "Take orders.").availability(99.0);

#[observed(name = "notify")]
async fn notify() {
    tokio::task::yield_now().await;
}

#[observed(name = "reserve")]
async fn reserve(number: usize) {
    if spawns(number) {
        info_span!("query").in_scope(|| tracing::info!("reserved"));
        tokio::spawn(current().instrument(notify())).await.unwrap();
    }
}

#[observed(name = "order", post = "/orders/{number}", slo = ORDERS)]
async fn order(Path(number): Path<usize>) -> StatusCode {
    reserve(number).await;
    if fails(number) { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::CREATED }
}

const fn fails(number: usize) -> bool {
    number % 100 == 7
}

/// Whether the request makes a `tracing` span, and does something in another task.
const fn spawns(number: usize) -> bool {
    number % 10 == 7
}

#[test]
fn each_bad_request_has_one_complete_trace_and_memory_stays_flat() {
    let address = free_address();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*format!("http://{address}")),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.01"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "20000"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("GOLDSIGNAL_TRACES_KEEP", "bad"),
    ];
    in_own_process_with(&variables, || {
        let endpoint = std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT").unwrap();
        let address: SocketAddr = endpoint.trim_start_matches("http://").parse().unwrap();
        let receiver = Receiver::start(address);
        let builder = Telemetry::builder("test").admin(None);
        let builder = builder.log_writer(LogWriter::new(std::io::sink())).from_env();
        let telemetry = builder.build().unwrap();
        telemetry.install().unwrap();
        let service = telemetry.layer().layer(routes![order]);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        runtime.block_on(send(&service, 0..REQUESTS / 5));
        let early = resident_kib();
        runtime.block_on(send(&service, REQUESTS / 5..REQUESTS));
        let grown = resident_kib().saturating_sub(early);
        telemetry.flush_spans();
        let spans = receiver.take();
        println!("{} spans; memory grew by {grown} KiB from {early} KiB", spans.len());
        check(&spans);
        let scrape = Registry::current().encode(Format::Text);
        let value = |series: &str| {
            let line = scrape.lines().find_map(|line| line.strip_prefix(series)).unwrap();
            line.trim().parse::<usize>().unwrap()
        };
        assert_eq!(value("goldsignal_spans_dropped_total"), 0);
        let bad = r#"slo_events_total{slo="orders-availability",outcome="bad"}"#;
        assert_eq!(value(bad), REQUESTS / 100);
        // The receiver's own spans are a part of it.
        assert!(grown < 8 * 1024, "{grown} KiB");
    });
}

/// Memory of this process in KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Sends these requests from 64 tasks.
async fn send<S>(service: &S, numbers: std::ops::Range<usize>)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send>,
    S: Clone + Send + 'static,
{
    let next = Arc::new(AtomicUsize::new(numbers.start));
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let (service, next, end) = (service.clone(), Arc::clone(&next), numbers.end);
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    break;
                }
                let request = Request::post(format!("/orders/{number}")).body(Body::empty());
                let response = service.clone().oneshot(request.unwrap()).await;
                assert_eq!(response.unwrap().status().is_server_error(), fails(number));
            }
        });
    }
    tasks.join_all().await;
}

fn check(spans: &[Received]) {
    let ids: BTreeSet<_> = spans.iter().map(|span| &span.id).collect();
    assert_eq!(ids.len(), spans.len(), "no span arrives twice");
    let mut traces: BTreeMap<&[u8], BTreeMap<&str, &Received>> = BTreeMap::new();
    for span in spans {
        let others = traces.entry(&span.trace).or_default().insert(&span.name, span);
        assert!(others.is_none(), "{span:?} and {others:?}");
    }
    let (mut bad, mut good) = (BTreeSet::new(), BTreeSet::new());
    for trace in traces.values() {
        let request = trace["POST /orders/{number}"];
        let number = request.path.as_ref().unwrap().trim_start_matches("/orders/");
        let number: usize = number.parse().unwrap();
        let numbers = if fails(number) { &mut bad } else { &mut good };
        assert!(numbers.insert(number), "one trace for each request");
        assert!(request.kept.is_none() || fails(number));
        let mut expected = vec![
            ("POST /orders/{number}", None),
            ("order", Some("POST /orders/{number}")),
            ("reserve", Some("order")),
        ];
        if spawns(number) {
            expected.extend([("query", Some("reserve")), ("notify", Some("reserve"))]);
        }
        assert_eq!(trace.len(), expected.len(), "{trace:?}");
        for (name, parent) in expected {
            let parent = parent.map_or(&[][..], |parent| &trace[parent].id);
            assert_eq!(trace[name].parent, parent, "{name}");
        }
    }
    assert!(bad.into_iter().eq((0..REQUESTS).filter(|number| fails(*number))));
    // Binomial, 990 ± 31: this is six standard deviations.
    assert!((800..=1180).contains(&good.len()), "{}", good.len());
}
