//! A stack that points at a value on the stack for the length of a call.
//!
//! Observations live in futures and stack frames; code below them finds them through a thread-local stack
//! without counting references or allocating. Frames form a chain, innermost first.
#![expect(unsafe_code, reason = "a thread-local cannot hold a reference with a lifetime")]

use std::cell::Cell;
use std::ptr;
use std::thread::LocalKey;

/// Points at the innermost frame, if any. Meant for a `const` thread-local; it has no destructor, so it
/// can be used as long as the thread runs.
#[derive(Debug)]
pub(crate) struct ScopedStack<T: 'static>(Cell<*const Frame<T>>);

/// A value that is current, and the frame outside of it.
#[derive(Debug)]
pub(crate) struct Frame<T: 'static> {
    value: *const T,
    outer: *const Frame<T>,
}

/// The chain of frames, innermost first.
pub(crate) struct Frames<'a, T: 'static>(Option<&'a Frame<T>>);

impl<T> ScopedStack<T> {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(ptr::null()))
    }

    /// Runs `f` with `value` as the innermost frame of the stack `key`.
    ///
    /// The stack is only looked at before and after: `f` within `LocalKey::with` would be too large to be inlined there,
    /// and the thread-local were found through a pointer to a function.
    #[inline]
    pub(crate) fn enter<R>(key: &'static LocalKey<Self>, value: &T, f: impl FnOnce() -> R) -> R {
        let outer = key.with(|stack| stack.0.get());
        let frame = Frame { value, outer };
        let _restore = Restore { key, outer };
        key.with(|stack| stack.0.set(&raw const frame));
        f()
    }

    /// Gives `f` the chain of frames.
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(Frames<'_, T>) -> R) -> R {
        // SAFETY: the stack is null or points at a `Frame` on the stack of an `enter` that has not
        // returned: `Restore` takes it out on return and on unwinding alike, and a stack is not `Sync`,
        // so `enter` runs on this thread, below us. The reference cannot outlive `f`, whose argument's
        // lifetime is of its own; `f` returns before that `enter` does.
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
        // SAFETY: `outer` is null, or was the innermost frame when `frame` was entered, so its `enter`
        // is still running, further down the stack: see `with`.
        self.0 = unsafe { frame.outer.as_ref() };
        // SAFETY: `value` was made from a reference that `enter` borrows until it returns.
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
