//! The ambient store: the global one, unless a scope says otherwise for this thread.

use std::cell::RefCell;
#[cfg(feature = "testing")]
use std::collections::BTreeMap;
use std::sync::Arc;
#[cfg(feature = "testing")]
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::store::Store;
use crate::declare::SourceLocation;

static GLOBAL: Store = Store::new();

/// How many scopes are alive. While there is none, which is always so in production, a recording site
/// loads this and nothing else.
static SCOPES: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static SCOPED: RefCell<Option<Arc<Store>>> = const { RefCell::new(None) };
}

/// A store that can be kept: the global one, or a scope's.
#[derive(Clone, Debug, Default)]
pub(crate) struct StoreRef(Option<Arc<Store>>);

impl StoreRef {
    /// A store of its own. While it or a clone of it lives, sites look for a scope: a server or a handle
    /// may outlive the test that made it, and must not count in the global store then.
    #[cfg(feature = "testing")]
    pub(crate) fn scoped() -> Self {
        let store = Store::new();
        store.begin();
        let _ = store.alive.set(Alive::new());
        Self(Some(Arc::new(store)))
    }

    /// Says who hears the events of the code that records to this store.
    #[cfg(feature = "testing")]
    pub(crate) fn hear(&self, listener: tracing_core::Dispatch) {
        let _ = self.get().listener.set(listener);
    }

    /// The global store.
    pub(crate) const fn global() -> Self {
        Self(None)
    }

    /// The store that recordings of this thread go to now.
    #[inline]
    pub(crate) fn current() -> Self {
        if SCOPES.load(Ordering::Relaxed) == 0 {
            return Self(None);
        }
        Self::scope()
    }

    /// The same for something at `location`. While a scope is alive and its store is not this one, the location is
    /// noted, for the scope to name.
    #[inline]
    pub(crate) fn recording(name: &'static str, location: &'static SourceLocation) -> Self {
        if SCOPES.load(Ordering::Relaxed) == 0 {
            return Self(None);
        }
        note(name, location);
        Self::scope()
    }

    #[cold]
    fn scope() -> Self {
        Self(SCOPED.try_with(|scoped| scoped.borrow().clone()).unwrap_or_default())
    }

    pub(crate) fn is_global(&self) -> bool {
        self.0.is_none()
    }

    /// Whether both are one store.
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
        let entered = self.entered();
        let value = f();
        // Not by the end of the block: that would be a call even where nothing was entered.
        if let Some(entered) = entered {
            drop(entered);
        }
        value
    }

    /// Boxed, so that there is one word to look at where there is no scope.
    #[inline]
    fn entered(&self) -> Option<Box<Entered>> {
        let scoped = SCOPES.load(Ordering::Relaxed) != 0;
        scoped.then(|| self.entered_scope())
    }

    /// Apart from [`entered`](Self::entered).
    #[cold]
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "what calls this is written for every observed function: the box is made here"
    )]
    fn entered_scope(&self) -> Box<Entered> {
        Box::new(Entered::new(self.clone()))
    }
}

/// Counts a scope's store as alive while it exists.
#[cfg(feature = "testing")]
#[derive(Debug)]
pub(crate) struct Alive(());

#[cfg(feature = "testing")]
impl Alive {
    fn new() -> Self {
        SCOPES.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

#[cfg(feature = "testing")]
impl Drop for Alive {
    fn drop(&mut self) {
        SCOPES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Puts a store before the thread's ambient one until it is dropped.
#[derive(Debug)]
pub(crate) struct Entered {
    previous: StoreRef,
    /// Where the store is new to the thread, its events are heard here from now on.
    #[cfg(feature = "testing")]
    _heard: Option<tracing_core::dispatcher::DefaultGuard>,
}

impl Entered {
    #[cold]
    pub(crate) fn new(store: StoreRef) -> Self {
        #[cfg(feature = "testing")]
        let listener = store.0.as_ref().and_then(|store| store.listener.get()).cloned();
        let previous = StoreRef(swap(store.0));
        Self {
            // A thread that is in the scope already may have got a subscriber of its own since.
            #[cfg(feature = "testing")]
            _heard: listener
                .filter(|_| !previous.same(&StoreRef::current()))
                .map(|listener| tracing_core::dispatcher::set_default(&listener)),
            previous,
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        swap(self.previous.0.take());
    }
}

fn swap(store: Option<Arc<Store>>) -> Option<Arc<Store>> {
    SCOPED.try_with(|scoped| scoped.replace(store)).ok().flatten()
}

/// Runs `f` with the store that this thread records to.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(&Store) -> R) -> R {
    if SCOPES.load(Ordering::Relaxed) == 0 {
        return f(&GLOBAL);
    }
    with_scope(f)
}

#[cold]
fn with_scope<R>(f: impl FnOnce(&Store) -> R) -> R {
    f(StoreRef::current().get())
}

/// Says that something at `location` records to the store that is ambient now, see [`StoreRef::recording`].
#[inline]
pub(crate) fn recording(name: &'static str, location: &'static SourceLocation) {
    if SCOPES.load(Ordering::Relaxed) != 0 {
        note(name, location);
    }
}

#[cold]
#[cfg(not(feature = "testing"))]
fn note(_: &'static str, _: &'static SourceLocation) {}

/// Locations that recorded to the global store while a scope was alive, with the number of the last time.
#[cfg(feature = "testing")]
static ESCAPES: Mutex<Escapes> = Mutex::new(Escapes { count: 0, locations: BTreeMap::new() });

#[cfg(feature = "testing")]
struct Escapes {
    count: u64,
    locations: BTreeMap<(SourceLocation, &'static str), u64>,
}

#[cfg(feature = "testing")]
#[cold]
fn note(name: &'static str, location: &'static SourceLocation) {
    if StoreRef::current().is_global() {
        let mut escapes = super::sync_lock(&ESCAPES);
        escapes.count += 1;
        let number = escapes.count;
        escapes.locations.insert((*location, name), number);
    }
}

/// How many recordings escaped so far.
#[cfg(feature = "testing")]
pub(crate) fn escapes_so_far() -> u64 {
    super::sync_lock(&ESCAPES).count
}

/// The locations that escaped after the first `seen` recordings that did.
#[cfg(feature = "testing")]
pub(crate) fn escapes_since(seen: u64) -> Vec<String> {
    let escapes = super::sync_lock(&ESCAPES);
    let since = escapes.locations.iter().filter(|(_, number)| **number > seen);
    since.map(|((location, name), _)| format!("`{name}` at {location}")).collect()
}
