//! An observed function with its closing event as a JSON line of six fields.

use std::io::{self, Write};

use goldsignal::emit::LogWriter;
use goldsignal::{Telemetry, observed};
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use crate::case::Case;
use crate::floor::{self, work};
use crate::functions::repeat;

#[observed(fields(
    x,
    user = "u-17",
    plan = "pro",
    items = 3_u64,
    total = 12.5_f64,
    cached = false
))]
pub(crate) fn observed_line(x: u64) -> u64 {
    work(x)
}

/// An ordinary event of these fields.
pub(crate) fn event(x: u64) -> u64 {
    let value = work(x);
    tracing::info!(
        x,
        user = "u-17",
        plan = "pro",
        items = 3_u64,
        total = 12.5_f64,
        cached = false,
        "ok"
    );
    value
}

#[tracing::instrument(skip_all)]
fn instrumented_line(x: u64) -> u64 {
    event(x)
}

/// The same line, written by hand into a buffer.
fn by_hand(x: u64) -> u64 {
    thread_local! {
        static BUFFER: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    let value = floor::observed(x);
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        buffer.extend_from_slice(br#"{"timestamp":"2026-01-01T00:00:00.000000Z","level":"INFO","message":"by_hand ok","x":"#);
        // Writing into a vector does not fail.
        let _ = write!(buffer, "{x}");
        buffer.extend_from_slice(br#","user":"u-17","plan":"pro","items":3,"total":12.5,"cached":false}"#);
        buffer.push(b'\n');
        std::hint::black_box(&*buffer);
    });
    value
}

/// `run` with `dispatch` as the thread's subscriber.
pub(crate) fn under(
    dispatch: Dispatch,
    run: impl Fn(u64) + Sync + 'static,
) -> impl Fn(u64) + Sync + 'static {
    move |times| tracing::dispatcher::with_default(&dispatch, || run(times))
}

/// A subscriber with goldsignal's log alone, into nothing.
pub(crate) fn ours() -> Dispatch {
    let telemetry = telemetry();
    Dispatch::new(tracing_subscriber::registry().with(telemetry.log_layer()))
}

pub(crate) fn telemetry() -> Telemetry {
    Telemetry::builder("benches")
        .admin(None)
        .log_writer(writer())
        .build()
        .expect("nothing contradicts itself")
}

/// Writes into nothing.
pub(crate) fn writer() -> LogWriter {
    LogWriter::new(io::sink())
}

/// A subscriber with the JSON lines of `tracing-subscriber`, into nothing.
pub(crate) fn json() -> Dispatch {
    let layer = tracing_subscriber::fmt::layer().json().with_writer(io::sink);
    Dispatch::new(tracing_subscriber::registry().with(layer))
}

/// Goldsignal's log beside a layer that takes every span.
pub(crate) fn beside_spans() -> Dispatch {
    let subscriber = tracing_subscriber::registry();
    Dispatch::new(subscriber.with(telemetry().log_layer()).with(TakesSpans))
}

struct TakesSpans;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for TakesSpans {
    fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {}
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("floor: a line by hand", repeat(by_hand)),
        Case::new("goldsignal, alone", under(ours(), repeat(observed_line))),
        Case::new("goldsignal, beside a span layer", under(beside_spans(), repeat(observed_line))),
        Case::new("goldsignal, no subscriber", repeat(observed_line)),
        Case::new("#[instrument] + info!, JSON", under(json(), repeat(instrumented_line))),
    ]
}
