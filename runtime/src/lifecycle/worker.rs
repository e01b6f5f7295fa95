//! Whether a long poll blocked a worker of the runtime.

/// Whether this thread is a worker that could run no other task. It is none inside of and after `block_in_place`, which
/// gives the worker's tasks to another thread.
///
/// Tokio does not say which thread a worker has. But while this thread runs, it is a worker only if not all workers are
/// parked. So `false` is certain, and `true` may be wrong for a `block_in_place` in a busy runtime.
#[cfg(all(any(feature = "axum", feature = "traces"), target_has_atomic = "64"))]
pub(super) fn is_blocked() -> bool {
    use tokio::runtime::{Handle, RuntimeFlavor};

    let Ok(runtime) = Handle::try_current() else { return true };
    if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return true;
    }
    let metrics = runtime.metrics();
    // The count is odd while the worker is parked.
    (0..metrics.num_workers()).any(|worker| metrics.worker_park_unpark_count(worker) % 2 == 0)
}

#[cfg(not(all(any(feature = "axum", feature = "traces"), target_has_atomic = "64")))]
pub(super) const fn is_blocked() -> bool {
    true
}
