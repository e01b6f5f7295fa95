//! How cases are measured: in rounds, interleaved, each alone and on two threads at once.
//!
//! Two threads are placed in two ways. On a core each, they take the cache lines that they share from each other:
//! that is what shared counters cost. On one core they never run at the same moment, and what is left is what
//! taking turns costs.

use std::borrow::Cow;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use core_affinity::CoreId;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::disturbance::{self, Sample, Samples};

/// How long one case runs in one round.
const BATCH: Duration = Duration::from_millis(4);

/// Where the threads of a case run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Placement {
    One,
    TwoOnTwoCores,
    TwoOnOneCore,
}

pub(crate) const PLACEMENTS: [Placement; 3] =
    [Placement::One, Placement::TwoOnTwoCores, Placement::TwoOnOneCore];

impl Placement {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::One => "1T",
            Self::TwoOnTwoCores => "2T",
            Self::TwoOnOneCore => "2T/1C",
        }
    }

    /// How many threads, and the cores that they take turns on; none where the system chooses.
    fn threads(self) -> (usize, Vec<CoreId>) {
        let cores = core_affinity::get_core_ids().unwrap_or_default();
        match self {
            Self::One => (1, Vec::new()),
            Self::TwoOnTwoCores => (2, cores.into_iter().take(2).collect()),
            Self::TwoOnOneCore => (2, cores.into_iter().take(1).collect()),
        }
    }
}

/// What was measured of a case.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Figures {
    pub(crate) group: String,
    pub(crate) case: Cow<'static, str>,
    /// By number and place of the threads.
    pub(crate) times: Vec<Times>,
    /// Allocations of one operation, once everything has been met.
    pub(crate) allocations: f64,
    /// The bytes that were held at most, for each of the operations that were run in a row.
    pub(crate) bytes: f64,
}

/// Nanoseconds of one operation, of the cores that the threads run on.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Times {
    pub(crate) placement: Placement,
    pub(crate) median: f64,
    /// The middle half of the rounds lies between these.
    pub(crate) quartiles: (f64, f64),
    /// How many of the rounds others on the machine disturbed, to the end.
    #[serde(default)]
    pub(crate) disturbed: usize,
}

/// How many times as many rounds there are at the most, where some are disturbed.
const PATIENCE: usize = 3;

/// Measures a group of cases.
pub(crate) fn group(name: &str, cases: &[Case], rounds: usize) -> Vec<Figures> {
    let (samples, least) = measured(cases, rounds);
    let figures = cases.iter().zip(samples).map(|(case, samples)| {
        let (allocations, bytes) = allocations(case);
        let placed = samples.into_iter().zip(PLACEMENTS);
        let times = placed.filter_map(|(samples, placement)| {
            Times::of(placement, samples.least_disturbed(rounds, least[placement as usize]))
        });
        Figures {
            group: name.to_owned(),
            case: Cow::Borrowed(case.name),
            times: times.collect(),
            allocations,
            bytes,
        }
    });
    figures.collect()
}

/// For each placement something.
type ByPlacement<T> = [T; PLACEMENTS.len()];

/// Samples of each case, enough of them undisturbed where patience lasts; and what the probe takes undisturbed. Where two threads
/// are at work that may always be longer.
fn measured(cases: &[Case], rounds: usize) -> (Vec<ByPlacement<Samples>>, ByPlacement<f64>) {
    let batches: Vec<u64> = cases.iter().map(calibrate).collect();
    let mut all = vec![[const { Samples::new() }; PLACEMENTS.len()]; cases.len()];
    let mut least = [f64::MAX; PLACEMENTS.len()];
    for round in 0..PATIENCE * rounds {
        for offset in 0..cases.len() {
            let index = (round + offset) % cases.len();
            for &placement in cases[index].placements {
                let samples = &mut all[index][placement as usize];
                let least = &mut least[placement as usize];
                if round < rounds || !samples.are_enough(rounds, *least) {
                    let sample = sample(&cases[index], placement, batches[index]);
                    *least = least.min(sample.probe);
                    samples.push(sample);
                }
            }
        }
    }
    (all, least)
}

fn sample(case: &Case, placement: Placement, batch: u64) -> Sample {
    if let Some(clock) = case.clock {
        return disturbance::around(|| clock(case));
    }
    let (threads, cores) = placement.threads();
    time(case, batch, threads, &cores)
}

/// How many operations fill a batch.
pub(crate) fn calibrate(case: &Case) -> u64 {
    // What happens once, as a clock's own calibration, is no part of an operation.
    case.run(1);
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

/// Nanoseconds of one operation on so many threads at once, of all cores that they run on: each thread on one of
/// `cores`, or where the system likes when there are none.
#[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
pub(crate) fn time(case: &Case, batch: u64, threads: usize, cores: &[CoreId]) -> Sample {
    let barrier = Barrier::new(threads);
    let one = |core: Option<CoreId>| {
        if let Some(core) = core {
            core_affinity::set_for_current(core);
        }
        // What a thread meets for the first time is not measured.
        case.run(1 + batch / 16);
        let before = disturbance::probe();
        barrier.wait();
        let start = Instant::now();
        case.run(batch);
        (start, Instant::now(), before.max(disturbance::probe()))
    };
    let one = &one;
    let spans: Vec<(Instant, Instant, f64)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|thread| {
                let core = cores.get(thread % cores.len().max(1)).copied();
                scope.spawn(move || one(core))
            })
            .collect();
        running.into_iter().map(|thread| thread.join().expect("no case panics")).collect()
    });
    // Where there are more threads than cores, some begin when others have ended.
    let begun = spans.iter().map(|(start, ..)| *start).min();
    let ended = spans.iter().map(|(_, end, _)| *end).max();
    let elapsed = begun.zip(ended).map(|(begun, ended)| ended - begun).unwrap_or_default();
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let busy = threads.min(if cores.is_empty() { all } else { cores.len() });
    let time = elapsed.as_nanos() as f64 * busy as f64 / (batch as f64 * threads as f64);
    let probe = spans.iter().map(|(.., probe)| *probe).fold(0.0, f64::max);
    Sample { time, probe }
}

impl Times {
    fn of(placement: Placement, (times, disturbed): (Vec<f64>, usize)) -> Option<Self> {
        let at = |part: usize| times.get(times.len() * part / 4).copied();
        Some(Self { placement, median: at(2)?, quartiles: (at(1)?, at(3)?), disturbed })
    }
}

/// How many allocations, and how many bytes at most, for each operation.
#[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
fn allocations(case: &Case) -> (f64, f64) {
    case.run(case.sample);
    let seen = allocation_counter::measure(|| case.run(case.sample));
    let each = |total: u64| total as f64 / case.sample as f64;
    (each(seen.count_total), each(seen.bytes_max))
}
