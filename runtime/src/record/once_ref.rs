//! A reference that can be set once.
#![expect(unsafe_code, reason = "stores the address of a static in an atomic pointer")]

use std::ptr;

use super::sync::{AtomicPtr, Ordering};

/// A `'static` reference, or none yet.
///
/// Unlike a `OnceLock`, it initialises nothing, so no thread ever waits: setting it is one exchange, and reading it one
/// load.
pub(crate) struct OnceRef<T: 'static>(AtomicPtr<T>);

impl<T: Sync> OnceRef<T> {
    #[cfg(not(goldsignal_loom))]
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    #[cfg(goldsignal_loom)]
    pub(crate) fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    #[inline]
    pub(crate) fn get(&self) -> Option<&'static T> {
        // SAFETY: the pointer is null, or `set` made it from a `&'static T`, so it is valid for ever and never written
        // through. `T` is `Sync`, so a reference from another thread may be used here. This load acquires what that
        // thread wrote before it set the reference.
        unsafe { self.0.load(Ordering::Acquire).as_ref() }
    }

    /// Sets the reference, unless it is set already. Returns whether this call set it.
    #[inline]
    pub(crate) fn set(&self, value: &'static T) -> bool {
        let value = ptr::from_ref(value).cast_mut();
        let set =
            self.0.compare_exchange(ptr::null_mut(), value, Ordering::AcqRel, Ordering::Relaxed);
        set.is_ok()
    }
}

impl<T> std::fmt::Debug for OnceRef<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnceRef").finish_non_exhaustive()
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_first_stays() {
        let once = OnceRef::new();
        assert_eq!(once.get(), None);
        assert!(once.set(&1));
        assert!(!once.set(&2));
        assert_eq!(once.get(), Some(&1));
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use crate::record::sync::AtomicU64;
    use loom::sync::Arc;
    use loom::thread;

    static FIRST: u64 = 1;
    static SECOND: u64 = 2;

    /// If two threads set it, one wins, and both read its reference.
    #[test]
    fn one_of_two_wins() {
        loom::model(|| {
            let once = Arc::new(OnceRef::new());
            let other = Arc::clone(&once);
            let thread = thread::spawn(move || (other.set(&SECOND), other.get().copied()));
            let here = (once.set(&FIRST), once.get().copied());
            let there = thread.join().unwrap();
            assert!(here.0 != there.0);
            assert_eq!(here.1, there.1);
            assert_eq!(here.1, Some(if here.0 { FIRST } else { SECOND }));
        });
    }

    /// A thread that reads the reference sees what was counted before it was set: no request ends before it starts.
    #[test]
    fn what_came_before_is_seen() {
        loom::model(|| {
            let shared = Arc::new((OnceRef::new(), AtomicU64::new(0)));
            let other = Arc::clone(&shared);
            let thread = thread::spawn(move || {
                other.1.fetch_add(1, Ordering::Relaxed);
                other.0.set(&FIRST);
            });
            if shared.0.get().is_some() {
                assert_eq!(shared.1.load(Ordering::Relaxed), 1);
            }
            thread.join().unwrap();
        });
    }
}
