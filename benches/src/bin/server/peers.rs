//! Servers with what people use today.

use std::sync::Arc;

use axum::middleware::from_fn;
use axum_prometheus::PrometheusMetricLayer;
use goldsignal_benches::app::{by_hand, counted_by_hand, plain_router};
use goldsignal_benches::servers::{BY_HAND, USUAL};
use opentelemetry_instrumentation_tower::http::server::LayerBuilder;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};
use tokio::net::TcpListener;
use tower_http::trace::{DefaultMakeSpan, DefaultOnResponse, HttpMakeClassifier, TraceLayer};
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

use crate::cases::{Case, Serving, serve};
use crate::ours::null;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(BY_HAND, |listener| serve(listener, plain_router().layer(from_fn(by_hand))))
            .counted(counted_by_hand),
        Case::new("axum-prometheus", with_facade),
        Case::new("OpenTelemetry's tower layer", with_opentelemetry),
        Case::new(USUAL, |listener| {
            log(LevelFilter::DEBUG);
            usual(listener, TraceLayer::new_for_http())
        }),
        Case::new("… the same at INFO, one line a request", |listener| {
            log(LevelFilter::INFO);
            let span = DefaultMakeSpan::new().level(Level::INFO);
            let response = DefaultOnResponse::new().level(Level::INFO);
            usual(listener, TraceLayer::new_for_http().make_span_with(span).on_response(response))
        }),
    ]
}

fn with_facade(listener: TcpListener) -> Serving {
    let (layer, _) = PrometheusMetricLayer::pair();
    serve(listener, plain_router().layer(layer))
}

fn with_opentelemetry(listener: TcpListener) -> Serving {
    let reader = ManualReader::builder().build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    opentelemetry::global::set_meter_provider(provider);
    let layer = LayerBuilder::builder().with_tracing(false).build().expect("valid");
    serve(listener, plain_router().layer(layer))
}

/// JSON lines, as `tracing-subscriber` writes them.
fn log(level: LevelFilter) {
    let layer = tracing_subscriber::fmt::layer().json().with_writer(Arc::new(null()));
    let subscriber = tracing_subscriber::registry().with(level).with(layer);
    tracing::subscriber::set_global_default(subscriber).expect("the process has no other");
}

/// What most services put together: spans and lines by one crate, metrics by another.
fn usual(listener: TcpListener, trace: TraceLayer<HttpMakeClassifier>) -> Serving {
    let (metrics, _) = PrometheusMetricLayer::pair();
    serve(listener, plain_router().layer(metrics).layer(trace))
}
