//! The `prometheus` crate, in both directions.
//!
//! [`attach`] exposes everything on a [`prometheus::Registry`] together with our metrics; [`register`] makes our
//! registry a [`Collector`](prometheus::core::Collector) there. One of them is enough to have everything in one
//! exposition. Both together are safe, because bridges do not relay: what came over one of them is never passed on by
//! another. So nothing appears twice, and no registry is gathered while it is being gathered, which could deadlock
//! because its lock is not recursive.
//!
//! ```
//! use goldsignal::{Registry, bridge, expose::Format};
//!
//! let theirs = prometheus::Registry::new();
//! let opened = prometheus::IntCounter::new("doors_opened_total", "Doors opened.")?;
//! theirs.register(Box::new(opened.clone()))?;
//! bridge::prometheus::attach(&Registry::global(), theirs);
//! opened.inc();
//! assert!(Registry::global().encode(Format::Text).contains("doors_opened_total 1\n"));
//! # Ok::<(), prometheus::Error>(())
//! ```

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
    /// The registries that this thread is gathering, outermost first.
    static IN_PROGRESS: RefCell<Vec<Gathering>> = const { RefCell::new(Vec::new()) };
}

/// A registry that is being gathered. The number is the address of our registry's store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gathering {
    /// A `prometheus::Registry` that is attached to ours.
    Theirs(usize),
    /// A `prometheus::Registry` on which ours is registered, to find out which names are taken there.
    Names(usize),
    /// Our registry, by a `prometheus::Registry`.
    Ours,
}

/// The registries that this thread is gathering, outermost first.
fn in_progress() -> Vec<Gathering> {
    IN_PROGRESS.with_borrow(Clone::clone)
}

/// Calls `f`, which gathers this registry.
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

/// The address of a registry's store: it identifies a registry without owning it.
fn address(registry: &crate::registry::Registry) -> usize {
    std::ptr::from_ref(registry.store.get()).addr()
}
