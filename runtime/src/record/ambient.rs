//! The ambient store: the store that this thread records to. It is the global one, unless the thread is in a test's scope.

use std::cell::RefCell;
#[cfg(feature = "testing")]
use std::collections::BTreeMap;
use std::sync::Arc;
#[cfg(feature = "testing")]
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use super::store::Store;
use crate::declare::{Descriptor, Operation, SourceLocation};

/// The global store.
pub(super) static GLOBAL: Store = Store::new();

/// How many scopes are alive. While there are none, a recording site loads this counter and skips the thread-local.
#[cfg(feature = "testing")]
static ALIVE_SCOPES: AtomicUsize = AtomicUsize::new(0);

/// Whether this thread may be in a test's scope. Without the feature `testing`, this is a constant.
#[inline]
#[cfg(feature = "testing")]
fn is_any_scope_alive() -> bool {
    ALIVE_SCOPES.load(Ordering::Relaxed) != 0
}

#[inline]
#[cfg(not(feature = "testing"))]
const fn is_any_scope_alive() -> bool {
    false
}

thread_local! {
    static SCOPED_STORE: RefCell<Option<Arc<Store>>> = const { RefCell::new(None) };
}

/// A handle to a store: the global one, or the one of a scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct StoreRef(Option<Arc<Store>>);

impl StoreRef {
    /// A new store for a scope. The scope counts as alive until the last clone of this handle is dropped: a server
    /// may outlive the test that started it, and must not count in the global store then.
    #[cfg(feature = "testing")]
    pub(crate) fn scoped() -> Self {
        let store = Store::new();
        store.begin();
        let _ = store.alive.set(AliveScope::new());
        Self(Some(Arc::new(store)))
    }

    /// Sets the subscriber for the events of the code that records to this store. Only the first call has an effect.
    #[cfg(feature = "testing")]
    pub(crate) fn set_dispatch(&self, dispatch: tracing_core::Dispatch) {
        let _ = self.get().dispatch.set(dispatch);
    }

    /// The global store.
    pub(crate) const fn global() -> Self {
        Self(None)
    }

    /// The store that this thread records to now.
    #[inline]
    pub(crate) fn current() -> Self {
        if !is_any_scope_alive() {
            return Self(None);
        }
        Self::scope()
    }

    /// As [`current`](Self::current), for a call of `operation`. If that is the global store while a scope is alive, the
    /// location is stored: a failing test then names what it did not reach.
    #[inline]
    pub(crate) fn current_for(operation: &'static Operation) -> Self {
        if !is_any_scope_alive() {
            return Self(None);
        }
        Self::scope_for(operation)
    }

    #[cold]
    fn scope_for(operation: &'static Operation) -> Self {
        note_escape(operation.name, &operation.location);
        Self::scope()
    }

    #[cold]
    fn scope() -> Self {
        Self(SCOPED_STORE.try_with(|scoped| scoped.borrow().clone()).unwrap_or_default())
    }

    pub(crate) fn is_global(&self) -> bool {
        self.0.is_none()
    }

    /// Whether both handles refer to the same store.
    #[cfg(feature = "testing")]
    pub(crate) fn same(&self, other: &Self) -> bool {
        std::ptr::eq(self.get(), other.get())
    }

    #[inline]
    pub(crate) fn get(&self) -> &Store {
        self.0.as_deref().unwrap_or(&GLOBAL)
    }

    /// Runs `f` with this store as the ambient one of the thread.
    #[inline]
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let entered = self.enter_if_scoped();
        let value = f();
        // Without this, the end of the block would call the destructor even if no scope was entered.
        if let Some(entered) = entered {
            drop(entered);
        }
        value
    }

    /// Boxed, so that the caller checks a single word if there is no scope.
    #[inline]
    fn enter_if_scoped(&self) -> Option<Box<ScopeGuard>> {
        let scoped = is_any_scope_alive();
        scoped.then(|| self.enter_scope())
    }

    /// The part of [`enter_if_scoped`](Self::enter_if_scoped) that only runs in tests.
    #[cold]
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "the caller is instantiated for every observed function, so it allocates here"
    )]
    fn enter_scope(&self) -> Box<ScopeGuard> {
        Box::new(ScopeGuard::new(self.clone()))
    }
}

/// Counts a scope as alive until it is dropped.
#[cfg(feature = "testing")]
#[derive(Debug)]
pub(crate) struct AliveScope(());

#[cfg(feature = "testing")]
impl AliveScope {
    fn new() -> Self {
        ALIVE_SCOPES.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

#[cfg(feature = "testing")]
impl Drop for AliveScope {
    fn drop(&mut self) {
        ALIVE_SCOPES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Makes a store the ambient one of the thread until the guard is dropped.
#[derive(Debug)]
pub(crate) struct ScopeGuard {
    previous: StoreRef,
    /// The store's subscriber, if the thread was not in this scope before.
    #[cfg(feature = "testing")]
    _dispatch_guard: Option<tracing_core::dispatcher::DefaultGuard>,
}

impl ScopeGuard {
    #[cold]
    pub(crate) fn new(store: StoreRef) -> Self {
        #[cfg(feature = "testing")]
        let dispatch = store.0.as_ref().and_then(|store| store.dispatch.get()).cloned();
        let previous = StoreRef(swap(store.0));
        Self {
            // A thread that is in the scope already may have set another subscriber since.
            #[cfg(feature = "testing")]
            _dispatch_guard: dispatch
                .filter(|_| !previous.same(&StoreRef::current()))
                .map(|dispatch| tracing_core::dispatcher::set_default(&dispatch)),
            previous,
        }
    }
}

impl Drop for ScopeGuard {
    fn drop(&mut self) {
        swap(self.previous.0.take());
    }
}

fn swap(store: Option<Arc<Store>>) -> Option<Arc<Store>> {
    SCOPED_STORE.try_with(|scoped| scoped.replace(store)).ok().flatten()
}

/// Calls `f` with the store that this thread records to.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(&Store) -> R) -> R {
    if !is_any_scope_alive() {
        return f(&GLOBAL);
    }
    with_scope(f)
}

#[cold]
fn with_scope<R>(f: impl FnOnce(&Store) -> R) -> R {
    f(StoreRef::current().get())
}

/// Adds to a cell of the metric that `descriptor` declares, in the store that this thread records to. Without a descriptor,
/// the recording was noted before: see [`note_recording`].
#[inline]
pub(crate) fn add(
    descriptor: impl FnOnce() -> Option<&'static Descriptor>,
    cell: usize,
    amount: u64,
) {
    if !is_any_scope_alive() {
        if let Some(row) = GLOBAL.own_row(cell) {
            return row.add(0, amount);
        }
    }
    add_slowly(descriptor(), cell, amount);
}

#[cold]
#[inline(never)]
fn add_slowly(descriptor: Option<&'static Descriptor>, cell: usize, amount: u64) {
    if let Some(descriptor) = descriptor {
        note_recording(descriptor);
    }
    with(|store| store.add(cell, amount));
}

/// Stores that the metric that `descriptor` declares records to the global store while a scope is alive, see
/// [`StoreRef::current_for`].
#[inline]
pub(crate) fn note_recording(descriptor: &'static Descriptor) {
    if is_any_scope_alive() {
        note_recording_of(descriptor);
    }
}

#[cold]
fn note_recording_of(descriptor: &'static Descriptor) {
    note_escape(descriptor.name, &descriptor.location);
}

#[cold]
#[cfg(not(feature = "testing"))]
fn note_escape(_: &'static str, _: &'static SourceLocation) {}

/// The locations of recordings that went to the global store while a scope was alive.
#[cfg(feature = "testing")]
static ESCAPES: Mutex<Escapes> = Mutex::new(Escapes { count: 0, locations: BTreeMap::new() });

#[cfg(feature = "testing")]
struct Escapes {
    count: u64,
    /// The value of `count` at the last escape of each location.
    locations: BTreeMap<(SourceLocation, &'static str), u64>,
}

#[cfg(feature = "testing")]
#[cold]
fn note_escape(name: &'static str, location: &'static SourceLocation) {
    if StoreRef::current().is_global() {
        let mut escapes = super::sync_lock(&ESCAPES);
        escapes.count += 1;
        let number = escapes.count;
        escapes.locations.insert((*location, name), number);
    }
}

/// How many recordings have escaped their scope so far.
#[cfg(feature = "testing")]
pub(crate) fn escapes_so_far() -> u64 {
    super::sync_lock(&ESCAPES).count
}

/// The locations of the recordings that escaped after the first `seen` ones.
#[cfg(feature = "testing")]
pub(crate) fn escapes_since(seen: u64) -> Vec<String> {
    let escapes = super::sync_lock(&ESCAPES);
    let since = escapes.locations.iter().filter(|(_, number)| **number > seen);
    since.map(|((location, name), _)| format!("`{name}` at {location}")).collect()
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_entered_and_left() {
        let scoped = StoreRef::scoped();
        assert!(!scoped.same(&StoreRef::current()));
        scoped.enter(|| assert!(scoped.same(&StoreRef::current())));
        assert!(StoreRef::current().is_global());
    }

    #[test]
    fn a_recording_outside_of_the_scope_escapes() {
        static LOCATION: SourceLocation = SourceLocation::new("escape.rs", 1, "escape");
        let scoped = StoreRef::scoped();
        let seen = escapes_so_far();
        scoped.enter(|| note_escape("inside", &LOCATION));
        note_escape("outside", &LOCATION);
        // Other tests may record at the same time.
        let escapes = escapes_since(seen);
        assert!(escapes.contains(&"`outside` at escape.rs:1".to_owned()), "{escapes:?}");
        assert!(!escapes.contains(&"`inside` at escape.rs:1".to_owned()), "{escapes:?}");
        let later = escapes_since(escapes_so_far());
        assert!(!later.contains(&"`outside` at escape.rs:1".to_owned()), "{later:?}");
    }
}
