//! A scrape: 100,000 counters.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use goldsignal::expose::{Exposition, Format};
use goldsignal::{Counter, Labels, Metrics, Registry};
use prometheus::Encoder;

use crate::measure::Case;

/// How many series are scraped: 100,000.
const THINGS: u32 = 400;
const PLACES: u32 = 250;

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

/// The value of a series in the global registry.
pub(crate) fn value(series: &str) -> u64 {
    sum(series)
}

/// The sum of all series whose text begins so.
pub(crate) fn sum(prefix: &str) -> u64 {
    let text = Registry::global().encode(Format::Text);
    let values = text.lines().filter(|line| line.starts_with(prefix));
    values.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

pub(crate) fn cases() -> Vec<Case> {
    let names: Vec<[String; 2]> = (0..THINGS).flat_map(of_thing).collect();
    for [what, place] in &names {
        Large::get().happened_total.inc(Happened { what, place });
    }
    vec![
        Case::new("floor: text by hand", floor(&names)).alone(),
        Case::new("goldsignal, text", ours(Format::Text)).alone(),
        Case::new("goldsignal, OpenMetrics", ours(Format::OpenMetrics)).alone(),
        Case::new("prometheus", by_prometheus(&names)).alone(),
        Case::new("prometheus-client", by_client(names)).alone(),
    ]
}

fn of_thing(thing: u32) -> impl Iterator<Item = [String; 2]> {
    (0..PLACES).map(move |place| [format!("thing-{thing}"), format!("place-{place}")])
}

/// Names that are known, numbers that are loaded and written: what must be done, and nothing else.
fn floor(names: &[[String; 2]]) -> impl Fn(u64) + Sync + 'static {
    let lines: Vec<_> = names
        .iter()
        .map(|[what, place]| format!("happened_total{{what=\"{what}\",place=\"{place}\"}} "))
        .map(|line| (line, AtomicU64::new(1)))
        .collect();
    let buffer = Mutex::new(Vec::new());
    move |times| {
        let mut buffer = buffer.lock().expect("nobody panics");
        for _ in 0..times {
            buffer.clear();
            for (line, value) in &lines {
                let mut digits = itoa::Buffer::new();
                buffer.extend_from_slice(line.as_bytes());
                buffer.extend_from_slice(digits.format(value.load(Ordering::Relaxed)).as_bytes());
                buffer.push(b'\n');
            }
            std::hint::black_box(&*buffer);
        }
    }
}

fn ours(format: Format) -> impl Fn(u64) + Sync {
    move |times| {
        for _ in 0..times {
            let mut exposition = Exposition::new(&Registry::global(), format);
            while let Some(piece) = exposition.chunk() {
                std::hint::black_box(piece);
            }
        }
    }
}

fn by_prometheus(names: &[[String; 2]]) -> impl Fn(u64) + Sync + 'static {
    let registry = prometheus::Registry::new();
    let opts = prometheus::Opts::new("happened_total", "Things that happened.");
    let family = prometheus::IntCounterVec::new(opts, &["what", "place"]).expect("valid");
    registry.register(Box::new(family.clone())).expect("it is the only one");
    for name in names {
        family.with_label_values(name).inc();
    }
    move |times| {
        for _ in 0..times {
            let mut out = Vec::new();
            prometheus::TextEncoder::new().encode(&registry.gather(), &mut out).expect("in memory");
            std::hint::black_box(out);
        }
    }
}

fn by_client(names: Vec<[String; 2]>) -> impl Fn(u64) + Sync {
    type Set = Vec<(&'static str, String)>;
    let family = prometheus_client::metrics::family::Family::<
        Set,
        prometheus_client::metrics::counter::Counter,
    >::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("happened", "Things that happened", family.clone());
    for [what, place] in names {
        family.get_or_create(&vec![("what", what), ("place", place)]).inc();
    }
    move |times| {
        for _ in 0..times {
            let mut out = String::new();
            prometheus_client::encoding::text::encode(&mut out, &registry).expect("in memory");
            std::hint::black_box(out);
        }
    }
}
