//! The thread's stack of current values: it points to values that are borrowed for the duration of a call.
//!
//! Observations are stored in futures and on the call stack. Code that they call finds them through this thread-local,
//! without reference counts or allocations. The frames form a linked list on the call stack, innermost first.
#![expect(unsafe_code, reason = "a thread-local cannot hold a reference with a lifetime")]

use std::cell::Cell;
use std::ptr;
use std::thread::LocalKey;

/// The pointer to the innermost frame, or null. It is made for a `const` thread-local. It has no destructor, so it can be
/// used as long as the thread runs.
#[derive(Debug)]
pub(crate) struct ScopedStack<T: 'static>(Cell<*const Frame<T>>);

/// A current value, and the frame around it.
#[derive(Debug)]
pub(crate) struct Frame<T: 'static> {
    value: *const T,
    outer: *const Frame<T>,
}

/// Iterates over the current values, innermost first.
pub(crate) struct Frames<'a, T: 'static>(Option<&'a Frame<T>>);

impl<T> ScopedStack<T> {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(ptr::null()))
    }

    /// Calls `f` while `value` is the innermost one of the stack `key`.
    ///
    /// It calls `f` outside of `LocalKey::with`. Otherwise the closure would be too large to be inlined there, and the
    /// thread-local would be accessed through a function pointer.
    #[inline]
    pub(crate) fn enter<R>(key: &'static LocalKey<Self>, value: &T, f: impl FnOnce() -> R) -> R {
        let outer = key.with(|stack| stack.0.get());
        let frame = Frame { value, outer };
        let _restore = Restore { key, outer };
        key.with(|stack| stack.0.set(&raw const frame));
        f()
    }

    /// Calls `f` with the current values.
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(Frames<'_, T>) -> R) -> R {
        // SAFETY: the pointer is null, or points to the local `Frame` of a call of `enter` that has not returned: its
        // `Restore` removes the frame when it returns and when it unwinds. This type is not `Sync`, so that call is on
        // this thread, and `f` returns before it does. The reference cannot outlive `f`, since `f` accepts any
        // lifetime.
        f(Frames(unsafe { self.0.get().as_ref() }))
    }
}

struct Restore<T: 'static> {
    key: &'static LocalKey<ScopedStack<T>>,
    outer: *const Frame<T>,
}

impl<T> Drop for Restore<T> {
    #[inline]
    fn drop(&mut self) {
        self.key.with(|stack| stack.0.set(self.outer));
    }
}

impl<'a, T> Iterator for Frames<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        let frame = self.0?;
        // SAFETY: `outer` is null, or was the innermost frame when `frame` was entered. Then its call of `enter` has not
        // returned, as it encloses that of `frame`: see `with`.
        self.0 = unsafe { frame.outer.as_ref() };
        // SAFETY: `value` was made from a reference that `enter` borrows until it returns, and it has not returned.
        Some(unsafe { &*frame.value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    thread_local! {
        static STACK: ScopedStack<u8> = const { ScopedStack::new() };
    }

    fn chain() -> Vec<u8> {
        STACK.with(|stack| stack.with(|frames| frames.copied().collect()))
    }

    #[test]
    fn frames_nest_and_are_restored() {
        ScopedStack::enter(&STACK, &1, || {
            ScopedStack::enter(&STACK, &2, || assert_eq!(chain(), [2, 1]));
            let unwound = catch_unwind(|| ScopedStack::enter(&STACK, &3, || panic!("out")));
            assert!(unwound.is_err());
            assert_eq!(chain(), [1]);
        });
        assert!(chain().is_empty());
    }
}
