//! A service that exports spans, whose requests are not sampled.

use goldsignal::Telemetry;
use goldsignal_benches::app::{observed_router, plain_router};
use goldsignal_benches::nowhere::Nowhere;
use opentelemetry_sdk::trace::Sampler;
use tower::Layer;
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use crate::case::Case;
use crate::functions::repeat;
use crate::lines::{observed_line, under, writer};
use crate::requests::send;

pub(crate) fn cases() -> Vec<Case> {
    let telemetry = Telemetry::builder("benches")
        .admin(None)
        .log_writer(writer())
        .span_exporter(Nowhere)
        .sampler(Sampler::AlwaysOff)
        .build()
        .expect("nothing contradicts itself");
    let subscriber = tracing_subscriber::registry().with(telemetry.log_layer());
    let dispatch = Dispatch::new(subscriber.with(telemetry.span_layer()));
    let observed = telemetry.layer().layer(observed_router());
    let request = under(dispatch.clone(), send(observed));
    let function = under(dispatch, repeat(observed_line));
    vec![
        Case::new("bare axum", send(plain_router())),
        Case::new("goldsignal, request, not sampled", move |times| {
            // The exporter's thread lives as long as this.
            let _ = &telemetry;
            request(times);
        }),
        Case::new("goldsignal, function, not sampled", function),
    ]
}
