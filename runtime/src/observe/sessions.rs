//! Sessions of servers of the Model Context Protocol: the cells that count them.

use std::sync::LazyLock;

use super::calls::{Calls, Duration};
use super::verdict::Verdict;
use crate::declare::{Operation, SourceLocation, buckets};
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;
use crate::record::store::Store;

/// The cells of sessions. `None` if no cells were left.
static CELLS: LazyLock<Option<Calls>> = LazyLock::new(|| {
    let operation = Operation::new("session", SourceLocation::new(file!(), 0, module_path!()));
    // As those of a tool, the durations of each kind of end are apart under the conventions.
    Calls::of(&operation.tool("session").buckets(buckets::SESSION_SECONDS))
});

/// The cells of sessions, once one has begun in `store`.
pub(super) fn used(store: &Store) -> Option<&'static Calls> {
    CELLS.as_ref().filter(|cells| cells.started(store) > 0)
}

/// A session that has begun. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct RunningSession {
    store: StoreRef,
    started: Reading,
}

impl RunningSession {
    /// Begins a session.
    pub(crate) fn begin() -> Self {
        let store = StoreRef::current();
        if let Some(cells) = CELLS.as_ref() {
            cells.start(store.get());
        }
        Self { store, started: Reading::now() }
    }
}

impl Drop for RunningSession {
    fn drop(&mut self) {
        if let Some(cells) = CELLS.as_ref() {
            let elapsed = Reading::now().since(self.started);
            let duration = Duration { elapsed, last_poll: 0 };
            cells.end(self.store.get(), duration, &Verdict::OK, || None);
        }
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_in_flight_until_it_is_dropped() {
        let scope = StoreRef::scoped();
        let counted = || {
            let cells = used(scope.get())?;
            let ended: u64 = cells.ends(scope.get()).map(|(.., count)| count).sum();
            Some((cells.started(scope.get()), ended))
        };
        assert_eq!(counted(), None);
        let session = scope.enter(RunningSession::begin);
        assert_eq!(counted(), Some((1, 0)));
        drop(session);
        assert_eq!(counted(), Some((1, 1)));
    }
}
