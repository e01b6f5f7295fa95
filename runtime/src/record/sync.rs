//! The atomics and locks of the recording core: the standard library's, or loom's for its tests
//! (`RUSTFLAGS="--cfg goldsignal_loom"`).

#[cfg(goldsignal_loom)]
pub(crate) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence},
};
#[cfg(not(goldsignal_loom))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence},
};

/// Locks `mutex`, also if a thread has panicked while it held the lock: the data in these locks is consistent after every
/// statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
