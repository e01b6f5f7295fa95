//! Closing events where other layers are beside the log. The log writes a closing event without `tracing` where it is the only
//! layer that takes it. Other layers still get every event, and filters still keep lines out of the log.

use std::sync::{Arc, Mutex};

use goldsignal::observed;
use goldsignal_tests::TestLog;
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_subscriber::filter::{dynamic_filter_fn, filter_fn};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::prelude::*;
use tracing_subscriber::reload;

#[observed(fields(x))]
fn double(x: u64) -> u64 {
    2 * x
}

/// The values of `x`, as numbers, of the events that this layer got.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u64>>>);

impl<S: Subscriber> Layer<S> for Seen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut x = X(None);
        event.record(&mut x);
        self.0.lock().unwrap().extend(x.0);
    }
}

struct X(Option<u64>);

impl tracing::field::Visit for X {
    fn record_u64(&mut self, field: &tracing::field::Field, value: u64) {
        if field.name() == "x" {
            self.0 = Some(value);
        }
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}

impl Seen {
    fn count(&self) -> usize {
        let seen = self.0.lock().unwrap();
        assert!(seen.iter().all(|x| *x == 7), "{seen:?}");
        seen.len()
    }
}

/// A log, which knows how many of its lines have `x`.
struct Log(TestLog);

fn log() -> Log {
    Log(TestLog::new("info"))
}

impl Log {
    fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    {
        self.0.telemetry.log_layer()
    }

    fn lines(&self) -> usize {
        self.0.lines().iter().filter(|line| line["x"] == 7).count()
    }
}

/// Calls the function [`CALLS`] times, with `subscriber` as that of the thread.
fn call_with(subscriber: impl Into<Dispatch>) {
    tracing::dispatcher::with_default(&subscriber.into(), || {
        for _ in 0..CALLS {
            double(7);
        }
    });
}

const CALLS: usize = 3;

fn of_this_file(metadata: &Metadata<'_>) -> bool {
    metadata.target() == module_path!()
}

#[test]
fn the_log_alone() {
    let log = log();
    call_with(tracing_subscriber::registry().with(log.layer()));
    assert_eq!(log.lines(), CALLS);
}

#[test]
fn a_layer_that_takes_all() {
    for within in [true, false] {
        let (log, seen) = (log(), Seen::default());
        if within {
            call_with(tracing_subscriber::registry().with(seen.clone()).with(log.layer()));
        } else {
            call_with(tracing_subscriber::registry().with(log.layer()).with(seen.clone()));
        }
        assert_eq!((log.lines(), seen.count()), (CALLS, CALLS), "within: {within}");
    }
}

#[test]
fn layers_with_filters_of_their_own() {
    let (log, [all, none, asked]) = (log(), [(); 3].map(|()| Seen::default()));
    call_with(
        tracing_subscriber::registry()
            .with(all.clone().with_filter(filter_fn(of_this_file)))
            .with(none.clone().with_filter(LevelFilter::WARN))
            .with(log.layer())
            .with(asked.clone().with_filter(dynamic_filter_fn(|_, _| true))),
    );
    let seen = [&all, &none, &asked].map(Seen::count);
    assert_eq!((log.lines(), seen), (CALLS, [CALLS, 0, CALLS]));
}

#[test]
fn a_layer_whose_filter_takes_nothing_here() {
    let (log, none) = (log(), Seen::default());
    let filtered = none.clone().with_filter(LevelFilter::WARN);
    call_with(tracing_subscriber::registry().with(filtered).with(log.layer()));
    assert_eq!((log.lines(), none.count()), (CALLS, 0));
}

#[test]
fn a_filter_around_the_log() {
    let refusing = log();
    let filtered = refusing.layer().with_filter(filter_fn(|metadata| !of_this_file(metadata)));
    call_with(tracing_subscriber::registry().with(filtered));
    assert_eq!(refusing.lines(), 0);
    let asked = log();
    let filtered = asked.layer().with_filter(dynamic_filter_fn(|_, _| false));
    call_with(tracing_subscriber::registry().with(filtered));
    assert_eq!(asked.lines(), 0);
    let passing = log();
    let filtered = passing.layer().with_filter(filter_fn(of_this_file));
    call_with(tracing_subscriber::registry().with(filtered));
    assert_eq!(passing.lines(), CALLS);
}

#[test]
fn a_filter_of_all() {
    for (filter, expected) in [(LevelFilter::WARN, 0), (LevelFilter::INFO, CALLS)] {
        let within = log();
        call_with(tracing_subscriber::registry().with(within.layer()).with(filter));
        let around = log();
        call_with(tracing_subscriber::registry().with(filter).with(around.layer()));
        assert_eq!((within.lines(), around.lines()), (expected, expected), "{filter}");
    }
    let log = log();
    let refuses = filter_fn(|metadata| !of_this_file(metadata));
    call_with(tracing_subscriber::registry().with(log.layer()).with(refuses));
    assert_eq!(log.lines(), 0);
}

#[test]
fn a_layer_that_comes_later_and_goes_again() {
    let (log, seen) = (log(), Seen::default());
    let (later, handle) = reload::Layer::new(None::<Seen>);
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(log.layer()).with(later));
    for (layer, expected) in [(None, 0), (Some(seen.clone()), CALLS), (None, CALLS)] {
        // There: `tracing` asks the only subscriber that there ever was where it is the current one.
        tracing::dispatcher::with_default(&dispatch, || handle.reload(layer)).unwrap();
        call_with(dispatch.clone());
        assert_eq!(seen.count(), expected);
    }
    assert_eq!(log.lines(), 3 * CALLS);
}

#[test]
fn two_logs() {
    let (one, other) = (log(), log());
    call_with(tracing_subscriber::registry().with(one.layer()).with(other.layer()));
    assert_eq!((one.lines(), other.lines()), (CALLS, CALLS));
}

#[test]
fn several_subscribers_in_one_process() {
    let (alone, beside, seen) = (log(), log(), Seen::default());
    let alone_there = Dispatch::new(tracing_subscriber::registry().with(alone.layer()));
    let beside_there = tracing_subscriber::registry().with(beside.layer());
    let beside_there = Dispatch::new(beside_there.with(seen.clone()));
    for _ in 0..2 {
        call_with(alone_there.clone());
        call_with(beside_there.clone());
    }
    let all = 2 * CALLS;
    assert_eq!((alone.lines(), beside.lines(), seen.count()), (all, all, all));
}
