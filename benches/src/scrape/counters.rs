//! 100,000 counters.

use goldsignal::{Counter, Labels, Metrics};
use prometheus_client::encoding::EncodeLabelSet;

use super::{by_client, by_prometheus, filled, ours, scrape};
use crate::case::Case;

const THINGS: usize = 400;
const PLACES: usize = 250;

/// Metrics of a large service.
#[derive(Metrics)]
struct Large {
    /// Things that happened.
    #[metric(budget = 200_000)]
    happened_total: Counter<Happened<'static>>,
}

#[derive(Labels)]
struct Happened<'a> {
    #[label(budget = 400)]
    what: &'a str,
    #[label(budget = 250)]
    place: &'a str,
}

/// The labels and the count of each.
fn all() -> impl Iterator<Item = ([String; 2], u64)> {
    let counts = (0..).map(|number: u64| 1 + number * 7 % 10_007);
    let names = (0..THINGS).flat_map(|thing| {
        (0..PLACES).map(move |place| [format!("thing-{thing}"), format!("place-{place}")])
    });
    names.zip(counts)
}

/// Counts in the first of all series.
pub(super) fn count(series: usize) {
    for ([what, place], count) in all().take(series) {
        let labels = Happened { what: &what, place: &place };
        Large::get().happened_total.inc_by(labels, count);
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let registry = filled(|| count(usize::MAX));
    let [text, open] = ours(&registry, "happened");
    let mut cases = Vec::from(text);
    cases.push(scrape("prometheus, text", by_prometheus(prometheus_registry())));
    cases.extend(open);
    cases.push(scrape("prometheus-client, OpenMetrics", by_client(client_registry())));
    cases
}

fn prometheus_registry() -> prometheus::Registry {
    let registry = prometheus::Registry::new();
    let opts = prometheus::Opts::new("happened_total", "Things that happened.");
    let family = prometheus::IntCounterVec::new(opts, &["what", "place"]).expect("valid");
    registry.register(Box::new(family.clone())).expect("it is the only one");
    for (name, count) in all() {
        family.with_label_values(&name).inc_by(2 * count);
    }
    registry
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Set {
    what: String,
    place: String,
}

fn client_registry() -> prometheus_client::registry::Registry {
    use prometheus_client::metrics::{counter::Counter, family::Family};
    let family = Family::<Set, Counter>::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("happened", "Things that happened", family.clone());
    for ([what, place], count) in all() {
        family.get_or_create(&Set { what, place }).inc_by(2 * count);
    }
    registry
}
