//! Threads that come and go: what they record is complete, and takes no more memory than those that run at one time.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use allocation_counter::measure;
use goldsignal::expose::Format;
use goldsignal::{Counter, Histogram, Label, Labels, Metrics, Registry, observed};
use goldsignal_tests::{in_own_process, wait_for};

/// Metrics of these tests.
#[derive(Metrics)]
struct Work {
    /// Work done.
    thread_work_total: Counter<Done>,
    /// How much it was.
    #[metric(buckets = [1, 10])]
    thread_work_bytes: Histogram,
}

#[derive(Labels)]
struct Done {
    by: Worker,
}

#[derive(Label)]
enum Worker {
    /// A thread while it runs.
    Running,
    /// A thread's last thread-local.
    Ending,
}

#[observed]
fn step(x: u64) -> u64 {
    x
}

/// Records when its thread ends.
struct Last(Arc<AtomicU32>);

impl Drop for Last {
    fn drop(&mut self) {
        Work::get().thread_work_total.inc(Done { by: Worker::Ending });
        self.0.fetch_add(1, Ordering::Release);
    }
}

thread_local! {
    static LAST: std::cell::Cell<Option<Last>> = const { std::cell::Cell::new(None) };
}

const THREADS: u32 = 10_000;

/// How often each thread records.
const TIMES: u32 = 50;

/// The sizes of the waves, in turn. The largest has more threads than can own a column where there are few cores.
const WAVES: [u32; 6] = [1, 400, 3, 90, 12, 300];

fn record() {
    for x in 0..TIMES {
        Work::get().thread_work_total.inc(Done { by: Worker::Running });
        Work::get().thread_work_bytes.observe(1);
        step(u64::from(x));
    }
}

/// The numbers of calls that ended, and of those that are in flight.
fn calls() -> [i64; 2] {
    let text = Registry::global().encode(Format::Text);
    ["function_calls_total{", "function_calls_in_flight{"].map(|family| {
        let lines = text.lines().filter(|line| line.starts_with(family));
        lines.map(|line| line.rsplit(' ').next().unwrap().parse::<i64>().unwrap()).sum()
    })
}

#[test]
fn threads_that_come_and_go_lose_nothing_and_leave_no_memory() {
    in_own_process(|| {
        let ended = Arc::new(AtomicU32::new(0));
        let done = AtomicBool::new(false);
        // The values that belong to the process are allocated here.
        record();
        let taken = thread::scope(|scope| {
            let scraper = scope.spawn(|| {
                let (mut last, mut scrapes) = (0, 0);
                while !done.load(Ordering::Acquire) || scrapes == 0 {
                    let count = Work::get().thread_work_total.get(Done { by: Worker::Running });
                    assert!(count >= last, "{count} after {last}");
                    last = count;
                    assert!(calls()[1] >= 0, "calls in flight");
                    scrapes += 1;
                }
            });
            let taken = all_waves(&ended);
            done.store(true, Ordering::Release);
            scraper.join().unwrap();
            taken
        });
        // A thread's last thread-locals may be destroyed after it was joined.
        wait_for("all threads ended", || (ended.load(Ordering::Acquire) == THREADS).then_some(()));

        let count = |by| Work::get().thread_work_total.get(Done { by });
        let recorded = (THREADS + 1) * TIMES;
        let counts = (count(Worker::Running), count(Worker::Ending));
        assert_eq!(counts, (u64::from(recorded), u64::from(THREADS)));
        assert_eq!(calls(), [i64::from(recorded), 0]);

        // Columns for as many threads as can own one, and one for the others: each has a table and one chunk.
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let columns = i64::try_from((8 * cores).clamp(32, 256) + 1).unwrap();
        assert!((1..=columns * 48 * 1024).contains(&taken), "{taken} bytes");
    });
}

/// Runs all threads, in waves. Returns how much memory their recordings allocated and did not free.
fn all_waves(ended: &Arc<AtomicU32>) -> i64 {
    let (mut taken, mut left) = (0, THREADS);
    for size in WAVES.into_iter().cycle() {
        let size = size.min(left);
        if size == 0 {
            return taken;
        }
        left -= size;
        // All of a wave run at one time.
        let barrier = Arc::new(Barrier::new(size as usize));
        let threads: Vec<_> = (0..size)
            .map(|_| {
                let (last, barrier) = (Last(Arc::clone(ended)), Arc::clone(&barrier));
                thread::spawn(move || {
                    LAST.set(Some(last));
                    let taken = measure(record).bytes_current;
                    barrier.wait();
                    taken
                })
            })
            .collect();
        taken += threads.into_iter().map(|thread| thread.join().unwrap()).sum::<i64>();
    }
    taken
}
