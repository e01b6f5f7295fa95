//! A reference that is set once: what cannot change after that, and whoever was first set it.
#![expect(unsafe_code, reason = "a static's address, kept in an atomic pointer")]

use std::ptr;

use super::sync::{AtomicPtr, Ordering};

/// No reference, or one for ever.
///
/// Unlike a `OnceLock` it makes nothing, so nobody ever waits for it: setting it is one exchange, and reading it one
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
        // SAFETY: null, or made from a `&'static T` by `set`: valid for ever, and never written through. `T` is `Sync`, so
        // the reference may have come from another thread; what that one wrote before it set it is acquired here.
        unsafe { self.0.load(Ordering::Acquire).as_ref() }
    }

    /// Sets it, unless it is set. Whether it was not.
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

    /// Of two that set it one wins, and both see that one.
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

    /// Whoever sees it set sees what was counted before: a request is not ended before it was started.
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
