//! `install` where the service has installed a subscriber of its own: it warns, unless the log is a layer of that subscriber.

use std::sync::{Arc, Mutex};

use goldsignal::emit::LogWriter;
use goldsignal::{Telemetry, observed};
use goldsignal_tests::{TestLog, in_own_process};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{Layer, reload};

#[observed]
fn call() {}

/// The messages of the service's own subscriber.
#[derive(Clone, Default)]
struct Theirs(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Theirs {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Message(&self.0));
    }
}

struct Message<'a>(&'a Mutex<Vec<String>>);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0.lock().unwrap().push(format!("{value:?}"));
        }
    }
}

impl Theirs {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[test]
fn closing_events_go_to_the_subscriber_that_is_there_until_they_are_filtered() {
    in_own_process(|| {
        let theirs = Theirs::default();
        let all = Targets::new().with_default(tracing::Level::INFO);
        let (filter, handle) = reload::Layer::new(all.clone());
        tracing_subscriber::registry().with(theirs.clone().with_filter(filter)).init();

        let alone = TestLog::new("info");
        alone.telemetry.install().unwrap();
        let said = theirs.take();
        let [warning] = &said[..] else { panic!("{said:?}") };
        for part in
            ["installed already", "closing events go there", "log_layer()", "goldsignal::request"]
        {
            assert!(warning.contains(part), "{warning}");
        }
        call();
        assert_eq!(theirs.take(), ["call ok"]);
        let off = all.with_target(module_path!(), tracing::level_filters::LevelFilter::OFF);
        handle.modify(|filter| *filter = off).unwrap();
        call();
        assert_eq!(theirs.take(), [""; 0]);
        assert_eq!(alone.text(), "", "no line of ours");

        // With the layer in a subscriber there is nothing to say.
        let beside = TestLog::new("info");
        let _layer = beside.telemetry.log_layer::<tracing_subscriber::Registry>();
        beside.telemetry.install().unwrap();
        assert_eq!(theirs.take(), [""; 0]);
    });
}

#[test]
fn a_second_install_changes_nothing() {
    in_own_process(|| {
        let theirs = Theirs::default();
        tracing_subscriber::registry().with(theirs.clone()).init();
        let scope = goldsignal::testing::scope();
        let writer = LogWriter::new(std::io::sink());
        let telemetry = |writer: &LogWriter| {
            let builder = Telemetry::builder("test").admin(None).log_ok_ratio(0.0);
            builder.log_writer(writer.clone()).build().unwrap()
        };
        let twice = telemetry(&writer);
        twice.install().unwrap();
        assert_eq!(theirs.take().len(), 1, "the warning that a subscriber is installed already");
        twice.install().unwrap();
        assert_eq!(theirs.take(), [""; 0], "the warning comes once");
        let subscriber = tracing_subscriber::registry().with(twice.log_layer());
        tracing::subscriber::with_default(subscriber, call);
        scope.assert("goldsignal_log_lines_sampled_out_total", &[], 1.0);
        scope.assert("goldsignal_hidden_families", &[], 0.0);

        // A writer loses lines: two values that share it count its lines once.
        telemetry(&writer).install().unwrap();
        scope.assert("goldsignal_log_lines_sampled_out_total", &[], 1.0);
    });
}
