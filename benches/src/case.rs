//! What can be measured.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::measure::{PLACEMENTS, Placement};

/// Something to be measured.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Runs an operation so many times.
    run: Box<dyn Fn(u64) + Sync>,
    /// How many operations it has counted, where it can tell.
    counted: Option<Box<dyn Fn() -> u64 + Sync>>,
    pub(crate) placements: &'static [Placement],
    /// How many operations are run to see what they allocate.
    pub(crate) sample: u64,
    /// Tells the time of an operation, where a batch on a thread of its own would not.
    pub(crate) clock: Option<fn(&Self) -> f64>,
    ran: AtomicU64,
}

impl Case {
    pub(crate) fn new(name: &'static str, run: impl Fn(u64) + Sync + 'static) -> Self {
        Self {
            name,
            run: Box::new(run),
            counted: None,
            placements: &PLACEMENTS,
            sample: 100,
            clock: None,
            ran: AtomicU64::new(0),
        }
    }

    /// Says how many operations were counted, so that none can be lost unnoticed.
    pub(crate) fn counted(mut self, counted: impl Fn() -> u64 + Sync + 'static) -> Self {
        self.counted = Some(Box::new(counted));
        self
    }

    /// On one thread only.
    pub(crate) fn alone(mut self) -> Self {
        self.placements = &PLACEMENTS[..1];
        self
    }

    /// What is allocated is seen from so many operations, not 100.
    pub(crate) fn sampled(mut self, operations: u64) -> Self {
        self.sample = operations;
        self
    }

    /// Times are told by `clock`.
    pub(crate) fn timed_by(mut self, clock: fn(&Self) -> f64) -> Self {
        self.clock = Some(clock);
        self
    }

    pub(crate) fn run(&self, times: u64) {
        self.ran.fetch_add(times, Ordering::Relaxed);
        (self.run)(times);
    }
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
