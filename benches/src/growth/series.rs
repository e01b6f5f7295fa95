//! A counter by two labels with more and more series: what an increment costs, and a scrape of all.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use goldsignal::expose::{Exposition, Format};
use goldsignal::{Counter, Labels, Metrics, Registry};
use prometheus::Encoder;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{counter::Counter as ClientCounter, family::Family};

use super::{Chart, Line, Point};

const SERIES: [u64; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/// Values of each of the two labels.
const VALUES: u64 = 1_000;

/// Increments that are timed at once.
const BATCH: u32 = 20_000;

/// Metrics with many series.
#[derive(Metrics)]
struct Many {
    /// Visits.
    #[metric(budget = 1_100_000)]
    visits_total: Counter<Visit<'static>>,
}

#[derive(Labels)]
struct Visit<'a> {
    #[label(budget = 1_000)]
    tenant: &'a str,
    #[label(budget = 1_000)]
    page: &'a str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ClientVisit {
    tenant: &'static str,
    page: &'static str,
}

/// The text of label values.
static TENANTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| texts("tenant"));
static PAGES: LazyLock<Vec<&'static str>> = LazyLock::new(|| texts("page"));

fn texts(label: &str) -> Vec<&'static str> {
    (0..VALUES).map(|value| &*format!("{label}-{value}").leak()).collect()
}

/// The labels of a series.
fn labels(series: u64) -> (&'static str, &'static str) {
    let (tenant, page) = (series / VALUES, series % VALUES);
    #[expect(clippy::cast_possible_truncation, reason = "below a thousand")]
    (TENANTS[tenant as usize], PAGES[page as usize])
}

/// The series of the increment number `x`, of so many: all of them in turn, but no neighbours.
fn scattered(x: u64, series: u64) -> u64 {
    const STRIDE: u64 = 618_033_989;
    x.wrapping_mul(STRIDE) % series
}

/// One way of counting, with its own metrics: increments a series, and tells them all.
struct Way {
    case: &'static str,
    increment: Box<dyn Fn(u64)>,
    /// Tells so many; gives the length of that.
    scrape: Box<dyn Fn(u64) -> usize>,
}

fn ways() -> [Way; 4] {
    [floor(), ours(), by_prometheus(), by_client()]
}

/// The floor: a cell a series, found by a number that is known; in a scrape, text that is there already.
fn floor() -> Way {
    let cells: &'static [AtomicU64] =
        (0..VALUES * VALUES).map(|_| AtomicU64::new(0)).collect::<Vec<_>>().leak();
    Way {
        case: "floor: cells by number",
        increment: Box::new(|series| {
            #[expect(clippy::cast_possible_truncation, reason = "no more than there are cells")]
            cells[series as usize].fetch_add(1, Ordering::Relaxed);
        }),
        scrape: Box::new(|series| {
            let (mut out, mut length) = (Vec::new(), 0);
            #[expect(clippy::cast_possible_truncation, reason = "no more than there are cells")]
            for cell in &cells[..series as usize] {
                out.clear();
                out.extend_from_slice(b"visits_total{tenant=\"tenant-123\",page=\"page-456\"} ");
                let value = cell.load(Ordering::Relaxed);
                out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
                out.push(b'\n');
                length += std::hint::black_box(&out).len();
            }
            length
        }),
    }
}

fn ours() -> Way {
    Way {
        case: "goldsignal, two labels with budgets",
        increment: Box::new(|series| {
            let (tenant, page) = labels(series);
            Many::get().visits_total.inc(Visit { tenant, page });
        }),
        scrape: Box::new(|_| {
            let (mut exposition, mut length) =
                (Exposition::new(&Registry::global(), Format::Text), 0);
            while let Some(piece) = exposition.chunk() {
                length += std::hint::black_box(piece).len();
            }
            length
        }),
    }
}

fn by_prometheus() -> Way {
    let opts = prometheus::Opts::new("visits_total", "Visits.");
    let visits = prometheus::IntCounterVec::new(opts, &["tenant", "page"]).expect("valid");
    let registry = prometheus::Registry::new();
    registry.register(Box::new(visits.clone())).expect("the only one");
    Way {
        case: "prometheus, with_label_values",
        increment: Box::new(move |series| {
            let (tenant, page) = labels(series);
            visits.with_label_values(&[tenant, page]).inc();
        }),
        scrape: Box::new(move |_| {
            let mut out = Vec::new();
            prometheus::TextEncoder::new().encode(&registry.gather(), &mut out).expect("in memory");
            out.len()
        }),
    }
}

fn by_client() -> Way {
    let family = Family::<ClientVisit, ClientCounter>::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("visits", "Visits", family.clone());
    Way {
        case: "prometheus-client",
        increment: Box::new(move |series| {
            let (tenant, page) = labels(series);
            family.get_or_create(&ClientVisit { tenant, page }).inc();
        }),
        scrape: Box::new(move |_| {
            let mut out = String::new();
            prometheus_client::encoding::text::encode(&mut out, &registry).expect("in memory");
            out.len()
        }),
    }
}

/// Measures increments and scrapes as the series become more.
pub(super) fn measure(rounds: usize) -> [Chart; 2] {
    let ways = ways();
    let mut increments: Vec<_> = ways.iter().map(|way| Line::new(way.case)).collect();
    let mut scrapes: Vec<_> = ways.iter().map(|way| Line::new(way.case)).collect();
    let mut known = 0;
    for series in SERIES {
        let mut samples = vec![(Vec::new(), Vec::new()); ways.len()];
        for way in &ways {
            (known..series).for_each(&way.increment);
        }
        known = series;
        for round in 0..rounds {
            for offset in 0..ways.len() {
                let index = (round + offset) % ways.len();
                samples[index].0.push(increment(&ways[index], series));
                samples[index].1.push(scrape(&ways[index], series));
            }
        }
        for (index, (increment, scrape)) in samples.into_iter().enumerate() {
            increments[index].points.push(Point::of(series, increment));
            scrapes[index].points.push(Point::of(series, scrape));
        }
    }
    let chart = |name, title, y, lines| Chart { name, title, x: "series", x_base: 10.0, y, lines };
    [
        chart("series", "Incrementing one of many series", "ns for an increment", increments),
        chart("scrapes", "A scrape of many series", "µs for a scrape", scrapes),
    ]
}

/// Nanoseconds of an increment of one of so many series.
fn increment(way: &Way, series: u64) -> f64 {
    let start = Instant::now();
    (0..u64::from(BATCH)).for_each(|x| (way.increment)(scattered(x, series)));
    start.elapsed().as_secs_f64() * 1e9 / f64::from(BATCH)
}

/// Microseconds of a scrape of so many series.
fn scrape(way: &Way, series: u64) -> f64 {
    let start = Instant::now();
    let mut times = 0_u32;
    while times == 0 || start.elapsed() < Duration::from_millis(1) {
        std::hint::black_box((way.scrape)(series));
        times += 1;
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(times)
}
