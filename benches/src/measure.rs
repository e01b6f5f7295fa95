//! How cases are measured: in rounds, interleaved, each alone and on two threads at once.

use std::cell::Cell;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;

/// How long one case runs in one round.
const BATCH: Duration = Duration::from_millis(4);

/// Something to be measured.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Runs an operation so many times.
    run: Box<dyn Fn(u64) + Sync>,
    /// How many operations it has counted, where it can tell.
    counted: Option<Box<dyn Fn() -> u64 + Sync>>,
    threads: &'static [usize],
    ran: AtomicU64,
}

impl Case {
    pub(crate) fn new(name: &'static str, run: impl Fn(u64) + Sync + 'static) -> Self {
        Self { name, run: Box::new(run), counted: None, threads: &[1, 2], ran: AtomicU64::new(0) }
    }

    /// Says how many operations were counted, so that none can be lost unnoticed.
    pub(crate) fn counted(mut self, counted: impl Fn() -> u64 + Sync + 'static) -> Self {
        self.counted = Some(Box::new(counted));
        self
    }

    /// On one thread only.
    pub(crate) fn alone(mut self) -> Self {
        self.threads = &[1];
        self
    }

    pub(crate) fn run(&self, times: u64) {
        self.ran.fetch_add(times, Ordering::Relaxed);
        (self.run)(times);
    }
}

/// What was measured of a case.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) group: &'static str,
    pub(crate) case: &'static str,
    /// By number of threads.
    pub(crate) times: Vec<Times>,
    /// Allocations of one operation, once everything has been met.
    pub(crate) allocations: f64,
}

/// Nanoseconds of one operation.
#[derive(Debug, Serialize)]
pub(crate) struct Times {
    pub(crate) threads: usize,
    pub(crate) median: f64,
    /// The middle half of the rounds lies between these.
    pub(crate) quartiles: (f64, f64),
}

/// Measures a group of cases.
pub(crate) fn group(name: &'static str, cases: &[Case], rounds: usize) -> Vec<Figures> {
    let batches: Vec<u64> = cases.iter().map(calibrate).collect();
    let mut samples = vec![[Vec::new(), Vec::new()]; cases.len()];
    for round in 0..rounds {
        for offset in 0..cases.len() {
            let index = (round + offset) % cases.len();
            for &threads in cases[index].threads {
                samples[index][threads - 1].push(time(&cases[index], batches[index], threads));
            }
        }
    }
    let figures = cases.iter().zip(samples).map(|(case, samples)| Figures {
        group: name,
        case: case.name,
        times: samples.into_iter().zip(1..).filter_map(|(s, threads)| times(s, threads)).collect(),
        allocations: allocations(case),
    });
    figures.collect()
}

/// What each case counted wrongly.
pub(crate) fn verify(cases: &[Case]) -> Vec<String> {
    let faults = cases.iter().filter_map(|case| {
        let (counted, ran) = (case.counted.as_ref()?(), case.ran.load(Ordering::Relaxed));
        (counted != ran)
            .then(|| format!("`{}` ran {ran} operations and counted {counted}", case.name))
    });
    faults.collect()
}

/// How many operations fill a batch.
fn calibrate(case: &Case) -> u64 {
    let mut times = 1;
    loop {
        let start = Instant::now();
        case.run(times);
        let elapsed = start.elapsed();
        if elapsed >= BATCH / 4 || times > 1 << 24 {
            let wanted = BATCH.as_secs_f64() / elapsed.as_secs_f64().max(1e-9);
            #[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positive"
            )]
            return ((times as f64 * wanted) as u64).max(1);
        }
        times *= 4;
    }
}

/// Nanoseconds of one operation, on so many threads at once.
#[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
fn time(case: &Case, batch: u64, threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let one = &|| {
        // What a thread meets for the first time is not measured.
        case.run(1 + batch / 16);
        barrier.wait();
        let start = Instant::now();
        case.run(batch);
        start.elapsed()
    };
    let slowest = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|thread| thread.join().expect("no case panics")).max()
    });
    slowest.unwrap_or_default().as_nanos() as f64 / batch as f64
}

fn times(mut samples: Vec<f64>, threads: usize) -> Option<Times> {
    samples.sort_by(f64::total_cmp);
    let at = |part: usize| samples.get(samples.len() * part / 4).copied();
    Some(Times { threads, median: at(2)?, quartiles: (at(1)?, at(3)?) })
}

#[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
fn allocations(case: &Case) -> f64 {
    const TIMES: u64 = 100;
    case.run(TIMES);
    let counted = Cell::new(0);
    counted.set(allocation_counter::measure(|| case.run(TIMES)).count_total);
    counted.get() as f64 / TIMES as f64
}
