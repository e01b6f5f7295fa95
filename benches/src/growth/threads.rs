//! An observed function on more and more threads, all on the same metrics; more threads than cores, too.

use super::{Chart, Line, Point};
use crate::measure;

const THREADS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

/// How much longer than elsewhere a thread runs, so that threads that share a core take turns.
const LONGER: u64 = 4;

/// Those that say something about threads; spans count nothing, and an `async fn` is as a `fn`. No more are left than
/// there are colours.
const LEFT_OUT: [&str; 8] = [
    "bare call",
    "goldsignal #[observed] async fn",
    "goldsignal, and #[business_counter]",
    "foundations, by labels",
    "prometheus, resolved handles",
    "#[fastrace::trace], no reporter",
    "#[instrument], no subscriber",
    "#[instrument], registry only",
];

pub(super) fn measure(rounds: usize) -> Chart {
    let mut cases = crate::functions::cases();
    cases.retain(|case| !LEFT_OUT.contains(&case.name));
    let batches: Vec<u64> = cases.iter().map(measure::calibrate).collect();
    let mut samples = vec![[const { Vec::new() }; THREADS.len()]; cases.len()];
    for round in 0..rounds {
        for (step, &threads) in THREADS.iter().enumerate() {
            for offset in 0..cases.len() {
                let index = (round + offset) % cases.len();
                let batch = LONGER * batches[index];
                let sample = measure::time(&cases[index], batch, threads, &[]);
                samples[index][step].push(sample.time);
            }
        }
    }
    let lines = cases.iter().zip(samples).map(|(case, samples)| Line {
        case: case.name,
        points: THREADS.iter().zip(samples).map(|(at, s)| Point::of(*at as u64, s)).collect(),
    });
    Chart {
        name: "threads",
        title: "An observed function on many threads",
        x: "threads",
        x_base: 2.0,
        y: "ns of a processor for a call",
        lines: lines.collect(),
    }
}
