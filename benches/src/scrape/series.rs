//! What an idle series costs: one operation makes one of 100,000 counters with three labels.

use std::sync::LazyLock;

use goldsignal::testing::scope;
use goldsignal::{Counter, Labels, Metrics};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{counter, family};

use crate::case::Case;

/// How many series there are.
const SERIES: usize = 50 * 50 * 40;

/// Metrics of many things.
#[derive(Metrics)]
struct Idle {
    /// Things that happened once.
    #[metric(budget = 200_000)]
    happened_once_total: Counter<Once<'static>>,
}

#[derive(Labels)]
struct Once<'a> {
    #[label(budget = 50)]
    what: &'a str,
    #[label(budget = 50)]
    place: &'a str,
    #[label(budget = 40)]
    way: &'a str,
}

static NAMES: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..50).map(|number| format!("value-{number}")).collect());

/// The labels of as many series, over and over.
fn all(times: u64) -> impl Iterator<Item = [&'static str; 3]> {
    let name = |number: usize| NAMES[number].as_str();
    let labels = move |number: usize| {
        let number = number % SERIES;
        [name(number / 2000), name(number / 40 % 50), name(number % 40)]
    };
    (0..usize::try_from(times).unwrap_or(usize::MAX)).map(labels)
}

pub(crate) fn cases() -> Vec<Case> {
    let case = |name, run: fn(u64)| Case::new(name, run).alone().sampled(SERIES as u64);
    vec![
        case("goldsignal", by_us),
        case("prometheus", by_prometheus),
        case("prometheus-client", by_client),
    ]
}

fn by_us(times: u64) {
    // In a registry of its own, whose memory counts too.
    scope().in_scope(|| {
        for [what, place, way] in all(times) {
            Idle::get().happened_once_total.inc(Once { what, place, way });
        }
    });
}

fn by_prometheus(times: u64) {
    let opts = prometheus::Opts::new("happened_once_total", "Things that happened once.");
    let names = &["what", "place", "way"];
    let family = prometheus::IntCounterVec::new(opts, names).expect("valid");
    for labels in all(times) {
        family.with_label_values(&labels).inc();
    }
}

/// Labels without text of their own: what is least.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Set {
    what: &'static str,
    place: &'static str,
    way: &'static str,
}

fn by_client(times: u64) {
    let family = family::Family::<Set, counter::Counter>::default();
    for [what, place, way] in all(times) {
        family.get_or_create(&Set { what, place, way }).inc();
    }
}
