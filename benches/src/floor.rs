//! The floors: the least that an observation can do, written by hand.
//!
//! The first is for a library: it finds its thread's cells, and the bucket. The second is for a processor: two time stamps, and
//! three cells that nobody else writes and that are where the code is compiled to look.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The boundaries of a latency histogram, in ticks of the counter at about 3 GHz.
static BOUNDS: [u64; 13] = [
    15_000_000,
    30_000_000,
    75_000_000,
    150_000_000,
    225_000_000,
    300_000_000,
    750_000_000,
    1_500_000_000,
    2_250_000_000,
    3_000_000_000,
    7_500_000_000,
    15_000_000_000,
    30_000_000_000,
];

/// Two stripes more than there are threads at any time.
const STRIPES: usize = 8;

/// The cells of one thread: started, sum, and the buckets; on cache lines of its own.
#[repr(align(128))]
struct Stripe([AtomicU64; 16]);

static STRIPES_OF_ALL: [Stripe; STRIPES] =
    [const { Stripe([const { AtomicU64::new(0) }; 16]) }; STRIPES];

static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);

fn stripe() -> &'static Stripe {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static STRIPE: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    let mut index = STRIPE.get();
    if index == usize::MAX {
        index = NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES;
        STRIPE.set(index);
    }
    &STRIPES_OF_ALL[index]
}

/// What is observed everywhere: a function that does next to nothing.
#[inline(never)]
pub(crate) fn work(x: u64) -> u64 {
    black_box(x).wrapping_mul(31)
}

/// Two readings of the clock, a started count, one of the buckets, a sum.
pub(crate) fn observed(x: u64) -> u64 {
    let cells = &stripe().0;
    let start = CLOCK.raw();
    cells[0].fetch_add(1, Ordering::Relaxed);
    let value = work(x);
    let elapsed = CLOCK.raw().wrapping_sub(start);
    let bucket = BOUNDS.partition_point(|bound| *bound < elapsed);
    cells[1].fetch_add(elapsed, Ordering::Relaxed);
    cells[2 + bucket].fetch_add(1, Ordering::Relaxed);
    value
}

/// Two readings of the processor's counter, and a load and a store for each of three cells of this thread.
///
/// The reading itself is `unsafe`; the clock adds a branch to it that always goes the same way.
pub(crate) fn lowest() -> impl Fn(u64) -> u64 + Sync {
    thread_local! {
        static CELLS: [AtomicU64; 3] = const { [const { AtomicU64::new(0) }; 3] };
    }
    let clock = quanta::Clock::new();
    move |x| {
        CELLS.with(|[started, seconds, bucket]| {
            let start = clock.raw();
            add(started, 1);
            let value = work(x);
            let elapsed = clock.raw().wrapping_sub(start);
            add(seconds, elapsed);
            add(bucket, 1);
            value
        })
    }
}

/// Adds to a cell that no other thread writes: a load and a store, without a bus lock.
pub(crate) fn add(cell: &AtomicU64, by: u64) {
    cell.store(cell.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
}

/// How many calls were counted.
pub(crate) fn counted() -> u64 {
    STRIPES_OF_ALL.iter().map(|stripe| stripe.0[0].load(Ordering::Relaxed)).sum()
}
