//! What a scrape costs a thread that records meanwhile, on another core.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::yield_now;
use std::time::{Duration, Instant};

use goldsignal::expose::{Exposition, Format};
use goldsignal::{Counter, Labels, Metrics, Registry, observed};

use crate::case::Case;
use crate::floor::work;
use crate::functions::repeat;

/// Metrics that are scraped while others are recorded.
#[derive(Metrics)]
struct Beside {
    /// Things that happened before.
    #[metric(budget = 20_000)]
    happened_before_total: Counter<Before<'static>>,
}

#[derive(Labels)]
struct Before<'a> {
    #[label(budget = 100)]
    what: &'a str,
    #[label(budget = 100)]
    place: &'a str,
}

#[observed]
fn recorded(x: u64) -> u64 {
    work(x)
}

pub(crate) fn cases() -> Vec<Case> {
    for what in 0..100 {
        for place in 0..100 {
            let (what, place) = (format!("thing-{what}"), format!("place-{place}"));
            let labels = Before { what: &what, place: &place };
            Beside::get().happened_before_total.inc(labels);
        }
    }
    let scraper = Arc::new(Scraper::default());
    let weak = Arc::downgrade(&scraper);
    std::thread::spawn(move || scrape(&weak));
    let case = |name, wanted| {
        let scraper = Arc::clone(&scraper);
        let record = repeat(recorded);
        let case = Case::new(name, move |times| {
            scraper.set(wanted);
            record(times);
        });
        // Two cores: one records, the other scrapes.
        case.alone().timed_by(median)
    };
    vec![case("a function, nobody scrapes", false), case("a function, scrape after scrape", true)]
}

/// The median of many short batches, of some 30 µs each. A longer one would be interrupted by whatever else the
/// machine does, and a thread that has only begun may be on the scraper's core.
#[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
fn median(case: &Case) -> f64 {
    const BATCHES: usize = 200;
    const CALLS: u64 = 1000;
    let batch = || {
        let start = Instant::now();
        case.run(CALLS);
        start.elapsed().as_nanos() as f64 / CALLS as f64
    };
    // The scraper begins, or ends.
    batch();
    let mut samples: Vec<_> = (0..BATCHES).map(|_| batch()).collect();
    samples.sort_by(f64::total_cmp);
    samples[BATCHES / 2]
}

/// A thread that scrapes as long as that is wanted.
#[derive(Default)]
struct Scraper {
    wanted: AtomicBool,
    scrapes: AtomicBool,
}

impl Scraper {
    /// Waits until it does as is wanted.
    fn set(&self, wanted: bool) {
        self.wanted.store(wanted, Ordering::Relaxed);
        while self.scrapes.load(Ordering::Relaxed) != wanted {
            yield_now();
        }
    }
}

/// Scrapes the global registry, where the recorded function counts, until the cases are gone.
fn scrape(scraper: &Weak<Scraper>) {
    while let Some(scraper) = scraper.upgrade() {
        let wanted = scraper.wanted.load(Ordering::Relaxed);
        scraper.scrapes.store(wanted, Ordering::Relaxed);
        if !wanted {
            std::thread::sleep(Duration::from_micros(50));
            continue;
        }
        let mut exposition = Exposition::new(&Registry::global(), Format::Text);
        while let Some(piece) = exposition.chunk() {
            black_box(piece);
        }
    }
}
