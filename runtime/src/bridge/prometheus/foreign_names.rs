//! The names that other collectors have in a registry on which ours is registered.

use std::borrow::Cow;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::{Gathering, from_prometheus, while_gathering};
use crate::expose::claimed_names::{ClaimedNames, Owner};
use crate::record::sync_lock;
use crate::record::visit::Header;

/// How long a refresh may take before the names of the last one are used.
const PATIENCE: Duration = Duration::from_millis(250);

/// The names that other collectors have in `theirs`.
#[derive(Clone)]
pub(super) struct ForeignNames(Arc<Inner>);

struct Inner {
    theirs: prometheus::Registry,
    /// The address of our registry.
    ours: usize,
    seen: Mutex<Seen>,
    refreshed: Condvar,
}

#[derive(Default)]
struct Seen {
    taken: ClaimedNames,
    refreshing: bool,
}

impl ForeignNames {
    pub(super) fn new(theirs: &prometheus::Registry, ours: usize) -> Self {
        let (seen, refreshed) = (Mutex::default(), Condvar::new());
        Self(Arc::new(Inner { theirs: theirs.clone(), ours, seen, refreshed }))
    }

    /// Whether another collector has a name of the family, as of the last refresh.
    pub(super) fn has(&self, header: &Header<'_>) -> bool {
        sync_lock(&self.0.seen).taken.overlaps(header)
    }

    /// Refreshes the names on this thread, which must not hold the lock of `theirs`.
    pub(super) fn refresh_here(&self) {
        let taken = self.0.gather();
        sync_lock(&self.0.seen).taken = taken;
    }

    /// Refreshes the names, while this thread may hold the read lock of `theirs`.
    ///
    /// The names can be found by gathering only: trying to register them would leave descriptions behind that make later
    /// registrations fail. Gathering happens on another thread, because this thread must not take the read lock twice: if
    /// a writer waits in between, that deadlocks. While a writer waits, the other thread waits too, and after a timeout
    /// the names of the last refresh are used.
    pub(super) fn refresh(&self) {
        if !std::mem::replace(&mut sync_lock(&self.0.seen).refreshing, true) {
            let refresh = Refresh(Arc::clone(&self.0), None);
            let thread = std::thread::Builder::new().name("goldsignal-names".to_owned());
            // If no thread can be started, the refresh is dropped, which ends it.
            let _ = thread.spawn(move || refresh.run());
        }
        let seen = sync_lock(&self.0.seen);
        // It has ended, or has taken too long.
        drop(self.0.refreshed.wait_timeout_while(seen, PATIENCE, |seen| seen.refreshing));
    }
}

/// A refresh and its result. It ends when it is dropped, also after a panic of a collector.
struct Refresh(Arc<Inner>, Option<ClaimedNames>);

impl Refresh {
    fn run(mut self) {
        self.1 = Some(self.0.gather());
    }
}

impl Drop for Refresh {
    fn drop(&mut self) {
        let mut seen = sync_lock(&self.0.seen);
        if let Some(taken) = self.1.take() {
            seen.taken = taken;
        }
        seen.refreshing = false;
        self.0.refreshed.notify_all();
    }
}

impl Inner {
    fn gather(&self) -> ClaimedNames {
        let families = while_gathering(Gathering::Names(self.ours), || self.theirs.gather());
        // Their registry may add a prefix to all names, ours included. The marker's name shows it.
        let prefix = families.iter().find_map(|family| {
            let prefix = family.name().strip_suffix(super::register::RESERVED)?;
            (prefix.is_empty() || prefix.ends_with('_')).then(|| prefix.to_owned())
        });
        let prefix = prefix.unwrap_or_default();
        let mut taken = ClaimedNames::default();
        for family in &families {
            let name = family.name().strip_prefix(&*prefix).unwrap_or(family.name());
            let (kind, none) = (from_prometheus::kind(family), Cow::Borrowed(""));
            let header = Header { name: name.into(), help: none.clone(), kind, unit: none };
            // An error means that two of their families have this name, so it is taken already.
            let _ = taken.claim(&header, Owner::Source("a registered collector"));
        }
        taken
    }
}
