//! Which names are taken in a registry that ours is registered on.

use std::borrow::Cow;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::{Gathering, from_prometheus, while_gathering};
use crate::expose::claimed_names::{ClaimedNames, Owner};
use crate::record::sync_lock;
use crate::record::visit::Header;

/// How long a look may take before what the last one saw is used.
const PATIENCE: Duration = Duration::from_millis(250);

/// The names that are taken in `theirs` by others.
#[derive(Clone)]
pub(super) struct ForeignNames(Arc<Inner>);

struct Inner {
    theirs: prometheus::Registry,
    /// Our registry's address.
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

    /// Whether another has a name of the family, as far as the last look saw.
    pub(super) fn has(&self, header: &Header<'_>) -> bool {
        sync_lock(&self.0.seen).taken.overlaps(header)
    }

    /// Looks, on this thread: not for one that holds their lock.
    pub(super) fn refresh_here(&self) {
        let taken = self.0.gather();
        sync_lock(&self.0.seen).taken = taken;
    }

    /// Looks again, while this thread may hold their lock.
    ///
    /// Only gathering tells which names are taken: trying to register them would leave traces that make
    /// later registrations fail. It happens on another thread, as this one must not take their lock
    /// twice: a writer that waits between the two would wait for ever, and so would we. While
    /// one waits, the other thread does too; then what was seen last has to do.
    pub(super) fn refresh(&self) {
        if !std::mem::replace(&mut sync_lock(&self.0.seen).refreshing, true) {
            let refresh = Refresh(Arc::clone(&self.0), None);
            let thread = std::thread::Builder::new().name("goldsignal-names".to_owned());
            // Where no thread can be had the look is dropped, which ends it.
            let _ = thread.spawn(move || refresh.run());
        }
        let seen = sync_lock(&self.0.seen);
        // Whatever comes of it, it has ended or is overdue.
        drop(self.0.refreshed.wait_timeout_while(seen, PATIENCE, |seen| seen.refreshing));
    }
}

/// A look, and what it saw. It ends when it is dropped, by a panic of someone's collector too.
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
        // Their registry may put a prefix before every name, ours included; the marker shows it.
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
            // A name that two of them have is taken all the same.
            let _ = taken.claim(&header, Owner::Source("a registered collector"));
        }
        taken
    }
}
