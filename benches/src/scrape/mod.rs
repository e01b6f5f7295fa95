//! Scrapes: 100,000 counters and 10,000 histograms, what they take of memory, and of a thread that records
//! meanwhile.

mod beside;
mod counters;
mod floor;
mod histograms;
mod series;

use std::hint::black_box;

use goldsignal::Registry;
use goldsignal::expose::{Exposition, Format};
use goldsignal::testing::{Scope, scope};
use prometheus::Encoder;

use crate::case::Case;
pub(crate) use beside::cases as beside;
pub(crate) use counters::cases as counters;
pub(crate) use goldsignal_benches::exposed::sum;
pub(crate) use histograms::cases as histograms;
pub(crate) use series::cases as series;

/// The value of a series in the global registry.
pub(crate) fn value(series: &str) -> u64 {
    sum(series)
}

/// A small scrape, whose instructions are counted: 200 counters and 20 histograms.
pub(crate) fn small() -> Vec<Case> {
    let registry = filled(|| {
        counters::count(200);
        histograms::count(20);
    });
    vec![
        scrape("goldsignal, text", by_us(registry.clone(), Format::Text)),
        scrape("goldsignal, OpenMetrics", by_us(registry, Format::OpenMetrics)),
    ]
}

/// A registry that two threads have filled, so that every cell is in two columns. Others' series are not in it.
fn filled(fill: impl Fn() + Sync) -> Registry {
    let scope: Scope = scope();
    let other = scope.handle();
    std::thread::scope(|threads| threads.spawn(|| other.in_scope(&fill)).join())
        .expect("filling does not panic");
    scope.in_scope(fill);
    scope.registry()
}

/// The rows of ours and their floors, in both formats, for a family in `registry`.
fn ours(registry: &Registry, family: &str) -> [[Case; 2]; 2] {
    let rows = |floor, name, format| {
        [
            scrape(floor, floor::of(&registry.encode(format), family)),
            scrape(name, by_us(registry.clone(), format)),
        ]
    };
    [
        rows("floor: text by hand", "goldsignal, text", Format::Text),
        rows("floor: OpenMetrics by hand", "goldsignal, OpenMetrics", Format::OpenMetrics),
    ]
}

/// A case of which one operation is a scrape: it says what that takes of memory.
fn scrape(name: &'static str, run: impl Fn() + Sync + 'static) -> Case {
    Case::new(name, move |times| (0..times).for_each(|_| run())).alone().sampled(1)
}

fn by_us(registry: Registry, format: Format) -> impl Fn() + Sync {
    move || {
        let mut exposition = Exposition::new(&registry, format);
        while let Some(piece) = exposition.chunk() {
            black_box(piece);
        }
    }
}

fn by_prometheus(registry: prometheus::Registry) -> impl Fn() + Sync {
    move || {
        let mut out = Vec::new();
        prometheus::TextEncoder::new().encode(&registry.gather(), &mut out).expect("in memory");
        black_box(out);
    }
}

fn by_client(registry: prometheus_client::registry::Registry) -> impl Fn() + Sync {
    move || {
        let mut out = String::new();
        prometheus_client::encoding::text::encode(&mut out, &registry).expect("in memory");
        black_box(out);
    }
}
