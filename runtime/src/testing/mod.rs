//! Registries of their own for tests that run in parallel, and assertions on the metrics and events that were recorded.
//!
//! ```
//! use goldsignal::{observed, testing};
//!
//! #[observed]
//! fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
//!     text.parse()
//! }
//!
//! let scope = testing::scope();
//! let _ = parse("x");
//! scope.assert("function_calls_total", &[("outcome", "error")], 1.0);
//! scope.assert_event("parse error", &[("outcome", "error")]);
//! ```

mod capture;
mod events;
mod samples;

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

pub use events::Event;
pub use samples::Snapshot;

use self::capture::{CaptureSubscriber, Events};
use crate::emit::slow_poll;
use crate::record::ambient::{self, ScopeGuard, StoreRef};
use crate::record::sync_lock;
use crate::registry::Registry;

/// Begins a scope: until it is dropped, this thread records to a registry of its own.
///
/// The scope includes the tasks of a single-threaded runtime, and servers on any thread whose layer was created inside the
/// scope. Bring tasks on other threads into it by [`Scope::instrument`] or [`Handle::instrument`]. In `#[tokio::test]`, the scope
/// may be held across `.await`.
///
/// The scope captures the events of this code, and forwards them to the `tracing` subscriber that was the default when the scope
/// began. If this thread gets another default subscriber inside the scope, that one receives the events instead. A global
/// subscriber that is installed inside the scope does not receive them.
#[must_use = "the scope ends when it is dropped"]
pub fn scope() -> Scope {
    let store = StoreRef::scoped();
    let events = Arc::new(Events::default());
    store.set_dispatch(CaptureSubscriber::dispatch(Arc::clone(&events)));
    let escapes_before = ambient::escapes_so_far();
    let entered = ScopeGuard::new(store.clone());
    Scope {
        handle: Handle { store },
        escapes_before,
        events,
        _entered: entered,
        _not_send: PhantomData,
    }
}

/// A registry of its own for a test, with assertions on it.
#[derive(Debug)]
pub struct Scope {
    handle: Handle,
    escapes_before: u64,
    events: Arc<Events>,
    _entered: ScopeGuard,
    /// Keeps the scope on the thread that began it, whose registry it restores.
    _not_send: PhantomData<*const ()>,
}

/// Brings other tasks and threads into a scope.
#[derive(Clone, Debug)]
pub struct Handle {
    store: StoreRef,
}

impl Handle {
    /// Runs `f` in the scope.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        self.store.enter(f)
    }

    /// Wraps `future` so that it runs in the scope, on whichever thread it is polled.
    pub fn instrument<F: Future>(&self, future: F) -> Scoped<F> {
        Scoped { inner: Some(future), store: self.store.clone() }
    }
}

impl Scope {
    /// The registry of the scope.
    pub fn registry(&self) -> Registry {
        Registry { store: self.handle.store.clone() }
    }

    /// A handle that brings other tasks and threads into the scope.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Runs `f` in the scope, like [`Handle::in_scope`].
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        self.handle.in_scope(f)
    }

    /// Wraps `future` so that it runs in the scope, like [`Handle::instrument`].
    pub fn instrument<F: Future>(&self, future: F) -> Scoped<F> {
        self.handle.instrument(future)
    }

    /// The values of all series at this moment.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.registry())
    }

    /// The sum of the series of `name` whose labels include `labels`; `None` if there is no such series. For a histogram, use the
    /// names `<name>_count` and `<name>_sum`. The name is the exposed one: it begins with the metric prefix, if the scope's
    /// registry has one.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        self.snapshot().value(name, labels)
    }

    /// Asserts that [`value`](Self::value) is `expected`.
    ///
    /// # Panics
    /// If the value differs, or there is no such series. The message lists the series of that name.
    #[track_caller]
    pub fn assert(&self, name: &str, labels: &[(&str, &str)], expected: f64) {
        self.snapshot().assert(name, labels, expected);
    }

    /// The events that were emitted in the scope, in order. The warnings of slow polls are left out: on a busy machine any
    /// poll may be slow. [`assert_event`](Self::assert_event) finds them.
    pub fn events(&self) -> Vec<Event> {
        let mut events = self.all_events();
        events.retain(|event| event.target != slow_poll::TARGET);
        events
    }

    fn all_events(&self) -> Vec<Event> {
        sync_lock(&self.events).clone()
    }

    /// Asserts that an event was emitted whose message contains `message` and whose fields include `fields`.
    ///
    /// # Panics
    /// If there is no such event. The message lists the captured events.
    #[track_caller]
    pub fn assert_event(&self, message: &str, fields: &[(&str, &str)]) {
        let events = self.all_events();
        let found = events.iter().any(|event| {
            event.message.contains(message)
                && fields.iter().all(|(name, value)| event.field(name) == Some(value))
        });
        assert!(found, "no event with `{message}` and {fields:?} among {events:#?}");
    }

    /// The source locations that recorded to the global registry since the scope began, because their thread was not brought into
    /// the scope. The list includes those of a test that runs without a scope at the same time.
    pub fn escapes(&self) -> Vec<String> {
        ambient::escapes_since(self.escapes_before)
    }
}

impl Drop for Scope {
    /// Prints the source locations that escaped the scope, which explain why a test finds no values.
    fn drop(&mut self) {
        let escapes = self.escapes();
        if !escapes.is_empty() {
            eprintln!(
                "goldsignal: while a test's scope was alive, these recorded to the global registry; \
                 take their threads along with `scope.instrument(..)`: {}",
                escapes.join(", ")
            );
        }
    }
}

pin_project_lite::pin_project! {
    /// A future that runs in a scope.
    #[derive(Debug)]
    pub struct Scoped<F> {
        #[pin]
        inner: Option<F>,
        store: StoreRef,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // Destructors of a cancelled future may record; they still run in the scope.
            this.store.enter(|| this.inner.set(None));
        }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Only `drop` removes the future.
        let Some(inner) = this.inner.as_pin_mut() else { return Poll::Pending };
        this.store.enter(|| inner.poll(cx))
    }
}
