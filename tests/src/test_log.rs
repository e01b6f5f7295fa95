//! Telemetry whose log a test reads.

use goldsignal::Telemetry;
use goldsignal::emit::LogWriter;
use goldsignal::telemetry::Builder;
use serde_json::Value;
use tracing::{Dispatch, Subscriber, dispatcher};
use tracing_subscriber::Layer;
use tracing_subscriber::prelude::*;

use crate::{LogBuffer, PATIENCE, log_lines};

/// Telemetry that logs into memory, without an admin listener.
#[derive(Debug)]
pub struct TestLog {
    /// The telemetry.
    pub telemetry: Telemetry,
    buffer: LogBuffer,
}

impl TestLog {
    /// A log of the lines that `filter` lets pass.
    ///
    /// # Panics
    /// When the filter is wrong.
    pub fn new(filter: &str) -> Self {
        Self::build(Telemetry::builder("test").log_filter(filter))
    }

    /// A log of telemetry with other settings, too.
    ///
    /// # Panics
    /// When the settings are wrong.
    pub fn build(builder: Builder) -> Self {
        let buffer = LogBuffer::default();
        let writer = LogWriter::new(buffer.clone());
        let telemetry = builder.admin(None).log_writer(writer).build().expect("telemetry");
        Self { telemetry, buffer }
    }

    /// A subscriber whose only layer is the log.
    pub fn subscriber(&self) -> Dispatch {
        Dispatch::new(tracing_subscriber::registry().with(self.telemetry.log_layer()))
    }

    /// A subscriber with the log beside a layer that takes all events. The log writes closing events by itself where it is
    /// the only layer that takes them; here they are dispatched through `tracing`.
    pub fn subscriber_with_another_layer(&self) -> Dispatch {
        let log = self.telemetry.log_layer();
        Dispatch::new(tracing_subscriber::registry().with(log).with(TakesAll))
    }

    /// The lines that `f` logs with each of the two subscribers.
    ///
    /// # Panics
    /// When one is not a line of the log.
    pub fn with_each_subscriber(filter: &str, f: impl Fn()) -> [Vec<Value>; 2] {
        [Self::subscriber, Self::subscriber_with_another_layer].map(|subscriber| {
            let log = Self::new(filter);
            dispatcher::with_default(&subscriber(&log), &f);
            log.lines()
        })
    }

    /// The lines that were logged since the last `take`.
    ///
    /// # Panics
    /// When one is not a JSON object or has a key twice, or when lines were lost.
    pub fn lines(&self) -> Vec<Value> {
        log_lines::parse(&self.text())
    }

    /// The same, which are removed from the log.
    ///
    /// # Panics
    /// As [`lines`](Self::lines).
    pub fn take(&self) -> Vec<Value> {
        self.flush();
        log_lines::parse(&self.buffer.take())
    }

    /// The text that was logged since the last `take`.
    ///
    /// # Panics
    /// When lines were lost.
    pub fn text(&self) -> String {
        self.flush();
        self.buffer.text()
    }

    fn flush(&self) {
        assert!(self.telemetry.log().flush(PATIENCE), "the log is written in time");
        assert_eq!(self.telemetry.log().dropped(), 0, "lines that were lost");
    }
}

struct TakesAll;

impl<S: Subscriber> Layer<S> for TakesAll {}
