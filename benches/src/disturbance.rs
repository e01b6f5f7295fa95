//! How much of a core others had while something was measured on it.
//!
//! On a shared machine somebody else may have the other half of a physical core, for a moment or for minutes. What is
//! bound by instructions then takes half as long again, and what waits for the clock as long as ever: no ratio undoes
//! that. A piece of work that is always the same, timed before and after each batch on the batch's own thread, shows it
//! without knowing what is measured. Batches are measured again for those that were disturbed, and the least disturbed count.

use std::hint::black_box;
use std::time::Instant;

/// How many times as long as undisturbed the work may take. Quiet cores repeat it to a hundredth; shared ones take a third longer
/// and more.
const TOLERATED: f64 = 1.1;

/// The shortest of so many pieces counts: a thread may be interrupted in some of them.
const PIECES: usize = 8;

/// A few microseconds.
const STEPS: u64 = 5_000;

/// Nanoseconds that a piece of the work takes here and now.
#[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
pub(crate) fn probe() -> f64 {
    let piece = |_| {
        let start = Instant::now();
        work(black_box(STEPS));
        start.elapsed().as_nanos() as f64
    };
    (0..PIECES).map(piece).fold(f64::MAX, f64::min)
}

/// Chains that do not wait for each other: they keep more of a core busy than others leave of it.
#[inline(never)]
fn work(steps: u64) {
    let mut chains = [1_u64, 2, 3, 4, 5, 6];
    for step in 0..steps {
        for chain in &mut chains {
            *chain = chain.rotate_left(7) ^ step;
        }
    }
    black_box(chains);
}

/// Nanoseconds of one operation, and of the slowest probe around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) time: f64,
    pub(crate) probe: f64,
}

/// Measures by `measure`, which tells a time itself.
pub(crate) fn around(measure: impl FnOnce() -> f64) -> Sample {
    let before = probe();
    let time = measure();
    Sample { time, probe: before.max(probe()) }
}

/// What was measured in one place, in all batches.
#[derive(Clone, Debug)]
pub(crate) struct Samples(Vec<Sample>);

impl Samples {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn push(&mut self, sample: Sample) {
        self.0.push(sample);
    }

    /// Whether so many were undisturbed, where the work takes `least` nanoseconds.
    pub(crate) fn are_enough(&self, wanted: usize, least: f64) -> bool {
        self.0.iter().filter(|sample| !sample.is_disturbed(least)).count() >= wanted
    }

    /// The times of so many, those that were disturbed least, in order; and how many of them were disturbed.
    pub(crate) fn least_disturbed(mut self, wanted: usize, least: f64) -> (Vec<f64>, usize) {
        self.0.sort_by(|one, other| one.probe.total_cmp(&other.probe));
        self.0.truncate(wanted);
        let disturbed = self.0.iter().filter(|sample| sample.is_disturbed(least)).count();
        let mut times: Vec<f64> = self.0.iter().map(|sample| sample.time).collect();
        times.sort_by(f64::total_cmp);
        (times, disturbed)
    }
}

impl Sample {
    fn is_disturbed(&self, least: f64) -> bool {
        self.probe > TOLERATED * least
    }
}
