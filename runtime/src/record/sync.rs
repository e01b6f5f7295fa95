//! The atomics of the recording core: the standard library's, or loom's when its schedules are explored
//! (`RUSTFLAGS="--cfg goldsignal_loom"`).

#[cfg(goldsignal_loom)]
pub(crate) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering},
};
#[cfg(not(goldsignal_loom))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering},
};

/// Locks, also after another thread panicked while it held the lock: what the recording core guards is
/// consistent at every step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
