//! The same by peers whose labels are types, as goldsignal's are, and by another crate's spans.
//!
//! `measured` 0.1 needs a newer compiler than this workspace is built with: 0.0.25 is the last that does not.

use std::time::Instant;

use fastrace::trace;
use goldsignal_benches::app::BUCKETS;
use measured::metric::histogram::Thresholds;
use measured::{CounterVec, FixedCardinalityLabel, GaugeVec, HistogramVec, LabelGroup};

use super::repeat;
use crate::case::Case;
use crate::floor::work;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("measured, static labels", repeat(by_measured())),
        Case::new("foundations, low cardinality", repeat(by_low_cardinality)),
        Case::new("foundations, by labels", repeat(by_foundations)),
        Case::new("#[fastrace::trace], no reporter", repeat(by_fastrace)),
    ]
}

#[derive(Clone, Copy, FixedCardinalityLabel)]
enum Function {
    Work,
}

#[derive(Clone, Copy, FixedCardinalityLabel)]
enum Outcome {
    Ok,
    Error,
}

#[derive(LabelGroup)]
#[label(set = EndSet)]
struct End {
    function: Function,
    outcome: Outcome,
}

#[derive(LabelGroup)]
#[label(set = CallSet)]
struct Call {
    function: Function,
}

fn by_measured() -> impl Fn(u64) -> u64 + Sync {
    let calls = CounterVec::<EndSet>::new();
    let thresholds = Thresholds::with_buckets(BUCKETS);
    let seconds = HistogramVec::<CallSet, 13>::with_metadata(thresholds);
    let in_flight = GaugeVec::<CallSet>::new();
    move |x| {
        let function = Function::Work;
        let start = Instant::now();
        in_flight.inc(Call { function });
        let value = work(x);
        in_flight.dec(Call { function });
        seconds.observe(Call { function }, start.elapsed().as_secs_f64());
        calls.inc(End { function, outcome: Outcome::Ok });
        value
    }
}

mod declared {
    use foundations::telemetry::metrics::{
        Counter, Gauge, Histogram, HistogramBuilder, LowCardinalityLabel, metrics,
    };

    #[derive(Clone, Copy, PartialEq, serde::Serialize, LowCardinalityLabel)]
    pub(super) enum Function {
        Work,
    }

    #[derive(Clone, Copy, PartialEq, serde::Serialize, LowCardinalityLabel)]
    pub(super) enum Outcome {
        Ok,
        #[expect(dead_code, reason = "one end of several")]
        Error,
    }

    #[metrics]
    pub(super) mod low {
        /// Calls.
        #[low_cardinality]
        pub(in crate::functions::typed) fn calls(function: Function, outcome: Outcome) -> Counter;
        /// Durations.
        #[ctor = HistogramBuilder { buckets: &goldsignal_benches::app::BUCKETS }]
        #[low_cardinality]
        pub(in crate::functions::typed) fn seconds(function: Function) -> Histogram;
        /// Running calls.
        #[low_cardinality]
        pub(in crate::functions::typed) fn in_flight(function: Function) -> Gauge;
    }

    #[metrics]
    pub(super) mod labelled {
        /// Calls.
        pub(in crate::functions::typed) fn calls(
            function: &'static str,
            outcome: &'static str,
            error_type: &'static str,
        ) -> Counter;
        /// Durations.
        #[ctor = HistogramBuilder { buckets: &goldsignal_benches::app::BUCKETS }]
        pub(in crate::functions::typed) fn seconds(function: &'static str) -> Histogram;
        /// Running calls.
        pub(in crate::functions::typed) fn in_flight(function: &'static str) -> Gauge;
    }
}

fn by_low_cardinality(x: u64) -> u64 {
    use declared::{Function, Outcome, low};
    let start = Instant::now();
    low::in_flight(Function::Work).inc();
    let value = work(x);
    low::in_flight(Function::Work).dec();
    low::seconds(Function::Work).observe(start.elapsed().as_secs_f64());
    low::calls(Function::Work, Outcome::Ok).inc();
    value
}

fn by_foundations(x: u64) -> u64 {
    use declared::labelled;
    let start = Instant::now();
    labelled::in_flight("work").inc();
    let value = work(x);
    labelled::in_flight("work").dec();
    labelled::seconds("work").observe(start.elapsed().as_secs_f64());
    labelled::calls("work", "ok", "").inc();
    value
}

#[trace]
fn by_fastrace(x: u64) -> u64 {
    work(x)
}
