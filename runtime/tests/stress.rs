//! Many threads record while others scrape, in registries that come and go. Every count is exact; under `AddressSanitizer`
//! (`tests/run sanitize`) nothing is used after its registry has gone.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use goldsignal::expose::Format;
use goldsignal::{Counter, Gauge, Histogram, Labels, Metrics, observed};

const ROUNDS: usize = 10;
const THREADS: u32 = 4;
const TIMES: u32 = 200;
const BUDGET: u32 = 8;

/// What the threads record.
#[derive(Metrics)]
#[metrics(prefix = "stress_")]
struct Stress {
    /// Things done.
    done_total: Counter<By>,
    /// Things open.
    open: Gauge,
    /// How large they were.
    size_bytes: Histogram,
}

#[derive(Labels)]
struct By {
    /// Twice as many as the budget allows.
    #[label(budget = 8)]
    name: String,
}

#[observed(name = "stress_outer", fields(name))]
fn outer(name: &str, n: u32) -> Result<u32, std::num::ParseIntError> {
    goldsignal::current().record("length", name.len());
    inner(n);
    name.trim_start_matches("name").parse()
}

#[observed(name = "stress_inner")]
fn inner(n: u32) {
    if n % 50 == 0 {
        // Unwinds as a panic does, without a message for each.
        resume_unwind(Box::new(n));
    }
}

fn record(thread: u32) {
    let stress = Stress::get();
    for n in 1..=TIMES {
        let name = format!("name{}", (n + thread) % (2 * BUDGET));
        stress.open.add(1);
        stress.size_bytes.observe(n);
        let ended = catch_unwind(AssertUnwindSafe(|| outer(&name, n)));
        assert_eq!(ended.is_err(), n % 50 == 0);
        stress.done_total.inc(By { name });
        stress.open.add(-1);
    }
}

#[test]
fn counts_stay_exact_and_registries_can_go() {
    for _ in 0..ROUNDS {
        let scope = goldsignal::testing::scope();
        let (registry, recorded) = (scope.registry(), AtomicBool::new(false));
        thread::scope(|threads| {
            let reader = threads.spawn(|| {
                let mut scrapes = 0;
                while !recorded.load(Ordering::Acquire) || scrapes == 0 {
                    let text = registry.encode(Format::OpenMetrics);
                    assert!(text.ends_with("# EOF\n"));
                    scrapes += 1;
                }
            });
            let writers = (0..THREADS).map(|thread| {
                let handle = scope.handle();
                threads.spawn(move || handle.in_scope(|| record(thread)))
            });
            let writers: Vec<_> = writers.collect();
            for writer in writers {
                writer.join().unwrap();
            }
            recorded.store(true, Ordering::Release);
            reader.join().unwrap();
        });
        let all = f64::from(THREADS * TIMES);
        let panics = f64::from(THREADS * (TIMES / 50));
        scope.assert("stress_done_total", &[], all);
        scope.assert("stress_open", &[], 0.0);
        scope.assert("stress_size_bytes_count", &[], all);
        for function in ["stress_outer", "stress_inner"] {
            scope.assert("function_calls_total", &[("function", function)], all);
            let panicked = [("function", function), ("outcome", "panic")];
            scope.assert("function_calls_total", &panicked, panics);
            scope.assert("function_calls_in_flight", &[("function", function)], 0.0);
        }
    }
}
