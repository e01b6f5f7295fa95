//! The `prometheus` crate, both ways.
//!
//! Most tests share the global registry, so each has names of its own.

use std::collections::HashMap;
use std::sync::Arc;

use goldsignal::Registry;
use goldsignal::bridge::prometheus::{RegisterError, attach, register, register_free};
use goldsignal::expose::Format;
use goldsignal::record::visit::{Header, Readable, SeriesKind, SeriesSink, Source};
use goldsignal::testing::scope;
use prometheus::core::{Collector, Desc};
use prometheus::proto::{self, MetricFamily, MetricType};
use prometheus::{
    Encoder as _, Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts,
    TextEncoder,
};

fn text() -> String {
    Registry::global().encode(Format::Text)
}

fn their_text(theirs: &prometheus::Registry) -> String {
    let mut text = Vec::new();
    TextEncoder::new().encode(&theirs.gather(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// A gauge of ours.
struct Ours(&'static str);

impl Readable for Ours {
    fn header(&self) -> Header<'_> {
        Header::new(self.0, "Ours.", SeriesKind::Gauge)
    }

    fn len(&self) -> usize {
        1
    }

    fn series(&self, _: usize, sink: &mut dyn SeriesSink) {
        sink.gauge(&[("of", "ours")], 7.0);
    }
}

struct OursSource(&'static str);

impl Source for OursSource {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        vec![Box::new(Ours(self.0))]
    }
}

fn ours(name: &'static str) {
    Registry::global().attach(Arc::new(OursSource(name)));
}

#[test]
fn what_is_registered_there_is_exposed_here() {
    let theirs = prometheus::Registry::new();
    attach(&Registry::global(), theirs.clone());

    let counter = IntCounter::new("a_counter", "A \"counter\".").unwrap();
    let gauge = Gauge::new("a_gauge", "A gauge.").unwrap();
    let bounds = HistogramOpts::new("a_histogram", "A histogram.").buckets(vec![1.0, 2.5]);
    let histogram = Histogram::with_opts(bounds).unwrap();
    theirs.register(Box::new(counter.clone())).unwrap();
    theirs.register(Box::new(gauge.clone())).unwrap();
    theirs.register(Box::new(histogram.clone())).unwrap();
    counter.inc_by(3);
    gauge.set(f64::NAN);
    for value in [0.5, 2.0, 9.0] {
        histogram.observe(value);
    }

    let text = text();
    assert!(
        text.contains("# HELP a_counter A \"counter\".\n# TYPE a_counter counter\na_counter 3\n")
    );
    assert!(text.contains("a_gauge NaN\n"));
    let buckets = "a_histogram_bucket{le=\"1.0\"} 1\na_histogram_bucket{le=\"2.5\"} 2\n\
                   a_histogram_bucket{le=\"+Inf\"} 3\na_histogram_sum 11.5\na_histogram_count 3\n";
    assert!(text.contains(buckets), "{text}");
}

/// A collector with the given families.
struct Custom(Desc, Vec<MetricFamily>);

impl Custom {
    fn new(name: &str, families: Vec<MetricFamily>) -> Box<Self> {
        let description = Desc::new(name.into(), "Custom.".into(), Vec::new(), HashMap::new());
        Box::new(Self(description.unwrap(), families))
    }
}

impl Collector for Custom {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.0]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.1.clone()
    }
}

fn family(name: &str, kind: MetricType, metrics: Vec<proto::Metric>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_field_type(kind);
    family.set_metric(metrics);
    family
}

fn labelled(labels: &[(&str, &str)]) -> proto::Metric {
    let pair = |(name, value): &(&str, &str)| {
        let mut pair = proto::LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value((*value).to_owned());
        pair
    };
    proto::Metric::from_label(labels.iter().map(pair).collect())
}

fn counter(labels: &[(&str, &str)], value: f64) -> proto::Metric {
    let mut counter = proto::Counter::default();
    counter.set_value(value);
    let mut metric = labelled(labels);
    metric.set_counter(counter);
    metric
}

#[test]
fn what_cannot_be_exposed_is_left_out() {
    let theirs = prometheus::Registry::new();
    let scope = scope();
    attach(&scope.registry(), theirs.clone());
    let mut gauge = proto::Gauge::default();
    gauge.set_value(5.0);
    let counters = vec![
        counter(&[("bad.name", "1"), ("bad_name", "3"), ("le", "2")], 1.0),
        counter(&[("x", "ab"), ("y", "c")], 1.0),
        counter(&[("x", "a"), ("y", "bc")], 2.0),
        counter(&[("y", "bc"), ("x", "a"), ("z", "")], 3.0),
        counter(&[("x", "below")], -1.0),
        counter(&[("x", "nan")], f64::NAN),
        counter(&[("x", "infinite")], f64::INFINITY),
        proto::Metric::from_gauge(gauge),
    ];
    let odd = family("odd_total", MetricType::COUNTER, counters);
    let mut summary = proto::Summary::default();
    let mut median = proto::Quantile::default();
    median.set_quantile(0.5);
    median.set_value(12.0);
    summary.set_quantile(vec![median]);
    summary.set_sample_count(4);
    summary.set_sample_sum(40.0);
    let mut metric = labelled(&[]);
    metric.set_summary(summary);
    let summary = family("a_summary", MetricType::SUMMARY, vec![metric]);
    let mut histogram = proto::Histogram::default();
    histogram.set_bucket(
        [(f64::INFINITY, 9), (2.0, 4), (1.0, 5)]
            .map(|(bound, count)| {
                let mut bucket = proto::Bucket::default();
                bucket.set_upper_bound(bound);
                bucket.set_cumulative_count(count);
                bucket
            })
            .to_vec(),
    );
    histogram.set_sample_count(9);
    let mut metric = labelled(&[]);
    metric.set_histogram(histogram);
    let histogram = family("unsorted", MetricType::HISTOGRAM, vec![metric]);
    theirs.register(Custom::new("odd", vec![odd, summary, histogram])).unwrap();

    let text = scope.registry().encode(Format::Text);
    assert!(text.contains("goldsignal_not_a_number_total 3\n"));
    let hidden = scope.registry().hidden_families();
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert_eq!(hidden[0].name, "odd_total");
    assert_eq!(hidden[0].reason, "2 of its series have the labels of another, or another kind");
    let mut series: Vec<_> = text.lines().filter(|line| line.starts_with("odd_total")).collect();
    series.sort_unstable();
    // `prometheus` sorts by label values, so which of two with the same labels comes first is its affair.
    assert_eq!(series.len(), 3, "{series:?}");
    assert_eq!(series[0], "odd_total{bad_name=\"1;3\",le_=\"2\"} 1");
    assert!(series[1].starts_with("odd_total{x=\"a\",y=\"bc\"} "));
    assert_eq!(series[2], "odd_total{x=\"ab\",y=\"c\"} 1");
    assert!(text.contains("a_summary{quantile=\"0.5\"} 12\na_summary_sum 40\na_summary_count 4\n"));
    let buckets = "unsorted_bucket{le=\"1.0\"} 5\nunsorted_bucket{le=\"2.0\"} 5\n\
                   unsorted_bucket{le=\"+Inf\"} 9\n";
    assert!(text.contains(buckets), "{text}");
}

#[test]
fn ours_wins_and_the_loser_is_counted() {
    let theirs = prometheus::Registry::new();
    attach(&Registry::global(), theirs.clone());
    ours("wanted_by_both");
    theirs.register(Box::new(IntGauge::new("wanted_by_ours", "Theirs.").unwrap())).unwrap();
    ours("wanted_by_ours");
    let text = text();
    // Of two sources the one that was attached first wins.
    assert_eq!(text.matches("\nwanted_by_ours").count(), 1);
    let hidden = Registry::global().hidden_families();
    let hidden: Vec<_> = hidden.iter().filter(|one| one.name.starts_with("wanted_by_")).collect();
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert!(hidden[0].source.ends_with("OursSource"), "{hidden:?}");
    assert_eq!(hidden[0].reason, "the name is taken by an attached `prometheus::Registry`");
}

/// Everything about our collector is one test, because it is about the global registry.
#[test]
fn ours_is_a_collector_there() {
    let theirs = prometheus::Registry::new();
    ours("told_to_theirs");
    ours("taken_later_total");
    register(&Registry::global(), &theirs).unwrap();
    assert!(their_text(&theirs).contains("told_to_theirs{of=\"ours\"} 7\n"));
    assert_eq!(register(&Registry::global(), &theirs), Err(RegisterError::AlreadyRegistered));

    // Someone registers a name of ours, with other labels: no error, and ours steps back.
    let opts = Opts::new("taken_later_total", "Someone's.");
    let later = IntCounterVec::new(opts, &["code"]).unwrap();
    theirs.register(Box::new(later.clone())).unwrap();
    assert!(
        their_text(&theirs).contains("taken_later_total{of=\"ours\"} 7\n"),
        "no series there yet"
    );
    later.with_label_values(&["200"]).inc();
    let text = their_text(&theirs);
    assert!(text.contains("# HELP taken_later_total Someone's.\n"), "{text}");
    assert!(text.contains("taken_later_total{code=\"200\"} 1\n"));
    assert!(!text.contains("taken_later_total{of=\"ours\"}"), "{text}");
    theirs.unregister(Box::new(later)).unwrap();
    assert!(their_text(&theirs).contains("taken_later_total{of=\"ours\"} 7\n"));
}

#[test]
fn taken_names_are_reported_or_left_out() {
    ours("taken_before");
    let theirs = prometheus::Registry::new();
    theirs.register(Box::new(IntGauge::new("taken_before", "Someone's.").unwrap())).unwrap();
    let error = register(&Registry::global(), &theirs).unwrap_err();
    assert_eq!(error, RegisterError::Taken(vec!["taken_before".to_owned()]));
    assert!(error.to_string().contains("taken_before"));
    assert!(!their_text(&theirs).contains("goldsignal_"), "nothing was registered");

    let left_out = register_free(&Registry::global(), &theirs).unwrap();
    assert_eq!(left_out, ["taken_before"]);
    let text = their_text(&theirs);
    assert!(text.contains("taken_before 0\n") && !text.contains("taken_before{of"), "{text}");
}

#[test]
fn a_prefix_there_is_seen_through() {
    ours("prefixed_name");
    let theirs = prometheus::Registry::new_custom(Some("app".into()), None).unwrap();
    theirs.register(Box::new(IntGauge::new("prefixed_name", "Someone's.").unwrap())).unwrap();
    let error = register(&Registry::global(), &theirs).unwrap_err();
    assert_eq!(error, RegisterError::Taken(vec!["prefixed_name".to_owned()]));
}

#[test]
fn both_ways_do_not_run_in_circles() {
    let theirs = prometheus::Registry::new();
    ours("in_circles");
    attach(&Registry::global(), theirs.clone());
    register(&Registry::global(), &theirs).unwrap();
    theirs.register(Box::new(IntGauge::new("not_in_circles", "Theirs.").unwrap())).unwrap();

    for text in [text(), their_text(&theirs)] {
        assert_eq!(text.matches("\nin_circles{").count(), 1, "{text}");
        assert_eq!(text.matches("\nnot_in_circles 0\n").count(), 1, "{text}");
    }
}

/// A scrape of theirs holds their lock while we look which names are taken; a registration waits for it.
#[test]
fn a_registration_beside_a_scrape_does_not_lock_up() {
    let theirs = prometheus::Registry::new();
    register(&Registry::global(), &theirs).unwrap();
    std::thread::scope(|scope| {
        let registering = scope.spawn(|| {
            for number in 0..50 {
                let gauge = IntGauge::new(format!("beside_{number}"), "Theirs.").unwrap();
                theirs.register(Box::new(gauge)).unwrap();
            }
        });
        for _ in 0..20 {
            theirs.gather();
        }
        registering.join().unwrap();
    });
    assert!(their_text(&theirs).contains("beside_49 0\n"));
}
