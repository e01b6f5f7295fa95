//! 10,000 histograms of 12 buckets.

use goldsignal::{Histogram, Labels, Metrics};
use prometheus_client::encoding::EncodeLabelSet;

use super::{by_client, by_prometheus, filled, ours, scrape};
use crate::case::Case;

const THINGS: usize = 100;
const PLACES: usize = 100;

/// Metrics of a large service.
#[derive(Metrics)]
struct Large {
    /// How long it took.
    #[metric(
        unit = "seconds",
        budget = 200_000,
        buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0]
    )]
    took_seconds: Histogram<Took<'static>>,
}

/// The same, for the peers.
const BUCKETS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0];

#[derive(Labels)]
struct Took<'a> {
    #[label(budget = 100)]
    what: &'a str,
    #[label(budget = 100)]
    place: &'a str,
}

/// The labels and the values of each: some in most of the buckets, with a sum that has a fraction.
fn all() -> impl Iterator<Item = ([String; 2], [f64; 6])> {
    let values = (0_u32..).map(|number| {
        let some = 0.001 + f64::from(number % 97) / 1000.0;
        [0.0031, some, 0.04, 10.0 * some, 0.3, 4.2]
    });
    let names = (0..THINGS).flat_map(|thing| {
        (0..PLACES).map(move |place| [format!("thing-{thing}"), format!("place-{place}")])
    });
    names.zip(values)
}

/// Counts in the first of all series.
pub(super) fn count(series: usize) {
    for ([what, place], values) in all().take(series) {
        for value in values {
            let labels = Took { what: &what, place: &place };
            Large::get().took_seconds.observe(labels, value);
        }
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let registry = filled(|| count(usize::MAX));
    let [text, open] = ours(&registry, "took_seconds");
    let mut cases = Vec::from(text);
    cases.push(scrape("prometheus, text", by_prometheus(prometheus_registry())));
    cases.extend(open);
    cases.push(scrape("prometheus-client, OpenMetrics", by_client(client_registry())));
    cases
}

fn prometheus_registry() -> prometheus::Registry {
    let registry = prometheus::Registry::new();
    let opts = prometheus::HistogramOpts::new("took_seconds", "How long it took.");
    let opts = opts.buckets(BUCKETS.to_vec());
    let family = prometheus::HistogramVec::new(opts, &["what", "place"]).expect("valid");
    registry.register(Box::new(family.clone())).expect("it is the only one");
    for (name, values) in all() {
        for value in values {
            family.with_label_values(&name).observe(value);
        }
    }
    registry
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Set {
    what: String,
    place: String,
}

fn client_registry() -> prometheus_client::registry::Registry {
    use prometheus_client::metrics::{family::Family, histogram::Histogram};
    let family = Family::<Set, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("took_seconds", "How long it took", family.clone());
    for ([what, place], values) in all() {
        for value in values {
            let set = Set { what: what.clone(), place: place.clone() };
            family.get_or_create(&set).observe(value);
        }
    }
    registry
}
