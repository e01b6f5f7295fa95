//! The `prometheus` crate, both ways.
//!
//! [`attach`] exposes what anyone registers on a [`prometheus::Registry`] together with ours; [`register`]
//! makes ours a [`Collector`](prometheus::core::Collector) there. Either is enough to have everything in
//! one exposition, and both together do no harm: bridges do not relay. What came over one of them is never
//! passed on by another, so nothing appears twice, nothing runs in circles, and no registry is asked while
//! it is being asked, which could lock up: its lock is not recursive.

mod attach;
mod foreign_names;
mod from_prometheus;
mod model;
mod register;
mod to_prometheus;

use std::cell::RefCell;

pub use attach::attach;
pub use register::{RegisterError, register, register_free};

thread_local! {
    /// What this thread is in the middle of, outermost first.
    static IN_PROGRESS: RefCell<Vec<Gathering>> = const { RefCell::new(Vec::new()) };
}

/// A registry that is being asked for its families. Ours are told apart by the address of their store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gathering {
    /// A `prometheus::Registry`, on behalf of ours.
    Theirs(usize),
    /// A `prometheus::Registry`, only to see which names ours finds taken there.
    Names(usize),
    /// Ours, by a `prometheus::Registry`.
    Ours,
}

/// What this thread is in the middle of, outermost first.
fn in_progress() -> Vec<Gathering> {
    IN_PROGRESS.with_borrow(Clone::clone)
}

/// Runs `f` in the middle of `asked`.
fn while_gathering<R>(gathering: Gathering, f: impl FnOnce() -> R) -> R {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            IN_PROGRESS.with_borrow_mut(Vec::pop);
        }
    }

    IN_PROGRESS.with_borrow_mut(|stack| stack.push(gathering));
    let _leave = Leave;
    f()
}

/// The address of a registry's store: it tells registries apart without holding one.
fn address(registry: &crate::registry::Registry) -> usize {
    std::ptr::from_ref(registry.store.get()).addr()
}
