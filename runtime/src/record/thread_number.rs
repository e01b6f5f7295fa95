//! A number for each thread, by which threads spread over buffers.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// The number of this thread. Threads that follow each other have numbers that follow each other.
#[inline]
pub(crate) fn thread_number() -> usize {
    // `NUMBER` has no destructor, so it can be used as long as the thread runs.
    match NUMBER.get() {
        usize::MAX => pick(),
        number => number,
    }
}

#[cold]
fn pick() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed) % usize::MAX;
    NUMBER.set(number);
    number
}
