//! The same by what people use today.

use std::sync::LazyLock;
use std::time::Instant;

use autometrics::autometrics;
use autometrics::settings::AutometricsSettings;
use goldsignal_benches::app::BUCKETS;
use metrics::{counter, gauge, histogram};
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics as client;

use super::repeat;
use crate::case::Case;
use crate::floor::work;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("prometheus, with_label_values", repeat(by_labels))
            .counted(|| CALLS.with_label_values(&["work", "ok", ""]).get()),
        Case::new("prometheus, resolved handles", repeat(by_handles())),
        Case::new("prometheus-client", repeat(by_client())),
        Case::new("metrics, literal labels", repeat(by_facade())),
        Case::new("autometrics", {
            AutometricsSettings::builder().init();
            repeat(by_autometrics)
        }),
        Case::new("OpenTelemetry SDK", repeat(by_sdk())),
        Case::new("#[instrument], no subscriber", repeat(by_span)),
        Case::new("#[instrument], registry only", by_registry()),
    ]
}

static CALLS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    let opts = prometheus::Opts::new("calls_total", "Calls.");
    prometheus::IntCounterVec::new(opts, &["function", "outcome", "error_type"]).expect("valid")
});
static SECONDS: LazyLock<prometheus::HistogramVec> = LazyLock::new(|| {
    let opts = prometheus::HistogramOpts::new("seconds", "Durations.").buckets(BUCKETS.to_vec());
    prometheus::HistogramVec::new(opts, &["function"]).expect("valid")
});
static IN_FLIGHT: LazyLock<prometheus::IntGaugeVec> = LazyLock::new(|| {
    prometheus::IntGaugeVec::new(prometheus::Opts::new("in_flight", "Calls."), &["function"])
        .expect("valid")
});

fn by_labels(x: u64) -> u64 {
    let start = Instant::now();
    IN_FLIGHT.with_label_values(&["work"]).inc();
    let value = work(x);
    IN_FLIGHT.with_label_values(&["work"]).dec();
    SECONDS.with_label_values(&["work"]).observe(start.elapsed().as_secs_f64());
    CALLS.with_label_values(&["work", "ok", ""]).inc();
    value
}

fn by_handles() -> impl Fn(u64) -> u64 + Sync {
    let calls = CALLS.with_label_values(&["handles", "ok", ""]);
    let seconds = SECONDS.with_label_values(&["handles"]);
    let in_flight = IN_FLIGHT.with_label_values(&["handles"]);
    move |x| {
        let start = Instant::now();
        in_flight.inc();
        let value = work(x);
        in_flight.dec();
        seconds.observe(start.elapsed().as_secs_f64());
        calls.inc();
        value
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Ends {
    function: &'static str,
    outcome: &'static str,
    error_type: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Function {
    function: &'static str,
}

fn by_client() -> impl Fn(u64) -> u64 + Sync {
    let calls = client::family::Family::<Ends, client::counter::Counter>::default();
    let seconds =
        client::family::Family::<Function, client::histogram::Histogram>::new_with_constructor(
            || client::histogram::Histogram::new(BUCKETS),
        );
    let in_flight = client::family::Family::<Function, client::gauge::Gauge>::default();
    move |x| {
        let function = Function { function: "work" };
        let start = Instant::now();
        in_flight.get_or_create(&function).inc();
        let value = work(x);
        in_flight.get_or_create(&function).dec();
        seconds.get_or_create(&function).observe(start.elapsed().as_secs_f64());
        calls.get_or_create(&Ends { function: "work", outcome: "ok", error_type: "" }).inc();
        value
    }
}

fn by_facade() -> impl Fn(u64) -> u64 + Sync {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .expect("there are some")
        .build_recorder();
    // The benchmark has the process for itself.
    let _ = metrics::set_global_recorder(recorder);
    |x| {
        let start = Instant::now();
        gauge!("in_flight", "function" => "work").increment(1.0);
        let value = work(x);
        gauge!("in_flight", "function" => "work").decrement(1.0);
        histogram!("seconds", "function" => "work").record(start.elapsed());
        counter!("calls_total", "function" => "work", "outcome" => "ok", "error_type" => "")
            .increment(1);
        value
    }
}

#[autometrics(track_concurrency)]
fn by_autometrics(x: u64) -> u64 {
    work(x)
}

fn by_sdk() -> impl Fn(u64) -> u64 + Sync {
    let provider = opentelemetry_sdk::metrics::SdkMeterProvider::builder()
        .with_reader(opentelemetry_sdk::metrics::ManualReader::builder().build())
        .build();
    let meter = provider.meter("benches");
    let calls = meter.u64_counter("calls").build();
    let seconds = meter.f64_histogram("seconds").with_boundaries(BUCKETS.to_vec()).build();
    let in_flight = meter.i64_up_down_counter("in_flight").build();
    move |x| {
        let _ = &provider;
        let function = [KeyValue::new("function", "work")];
        let start = Instant::now();
        in_flight.add(1, &function);
        let value = work(x);
        in_flight.add(-1, &function);
        seconds.record(start.elapsed().as_secs_f64(), &function);
        calls.add(
            1,
            &[
                KeyValue::new("function", "work"),
                KeyValue::new("outcome", "ok"),
                KeyValue::new("error_type", ""),
            ],
        );
        value
    }
}

#[tracing::instrument]
fn by_span(x: u64) -> u64 {
    work(x)
}

fn by_registry() -> impl Fn(u64) + Sync {
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry());
    let run = repeat(by_span);
    move |times| tracing::dispatcher::with_default(&dispatch, || run(times))
}
