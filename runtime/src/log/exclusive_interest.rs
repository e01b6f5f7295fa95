//! Whether the log is the only layer that takes an event. If so, no `tracing` event has to be
//! created.
//!
//! Dispatching an event through `tracing` costs as much as writing its line: every value is wrapped
//! for visitors, and every layer is called. A subscriber reports only whether *any* of its layers
//! takes an event. So this module queries it while the log's own filter refuses: if the answer is
//! then "never", only the log takes the event. A layer or a global filter that may take the event
//! changes the answer, because a subscriber answers "never" only for events that it can never take
//! (<https://docs.rs/tracing-core/0.1/tracing_core/struct.Interest.html>).

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use tracing_core::{Dispatch, Metadata};

/// Distinguishes log layers. Zero is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogId(u32);

impl LogId {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The number, which no other log of the process has.
    #[cfg(feature = "telemetry")]
    pub(crate) const fn number(self) -> u32 {
        self.0
    }
}

thread_local! {
    /// The log whose filter refuses while this thread queries a subscriber.
    static ASKED: Cell<Option<Query>> = const { Cell::new(None) };
}

#[derive(Clone, Copy)]
struct Query {
    log: LogId,
    /// Whether the log's filter was called and would have taken the event. A filter around the
    /// layer may refuse the event first.
    came: bool,
}

/// Whether the filter of this log has to refuse an event that it would take.
pub(crate) fn refuses(log: LogId) -> bool {
    let asked = ASKED.get().filter(|question| question.log == log);
    if let Some(question) = asked {
        ASKED.set(Some(Query { came: true, ..question }));
    }
    asked.is_some()
}

/// Whether this thread is querying a subscriber. A layer that passes all events without taking any
/// answers "never" then.
#[cfg(feature = "traces")]
pub(crate) fn is_asked() -> bool {
    ASKED.get().is_some()
}

/// The last answer for one event: a counter of filter changes, the log, and whether its interest is
/// exclusive.
#[derive(Debug, Default)]
pub(crate) struct ExclusiveInterest(AtomicU64);

const KNOWN: u64 = u32::MAX as u64;
const CHANGE: u64 = 1 << 32;

impl ExclusiveInterest {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Invalidates the answer, because filters have changed.
    pub(crate) fn forget(&self) {
        let forgotten = |state: u64| Some((state & !KNOWN).wrapping_add(CHANGE));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, forgotten);
    }

    /// Whether `log`, a layer of `dispatch`, is the only one that takes the event.
    #[inline]
    pub(crate) fn is(
        &self,
        log: LogId,
        dispatch: &Dispatch,
        metadata: &'static Metadata<'static>,
    ) -> bool {
        let state = self.0.load(Ordering::Relaxed);
        let answer = |alone: bool| u64::from(log.0) << 1 | u64::from(alone);
        match state & KNOWN {
            known if known == answer(true) => true,
            known if known == answer(false) => false,
            _ => {
                let alone = ask(log, dispatch, metadata);
                // Stored only if no filter changed during the query.
                let next = state & !KNOWN | answer(alone) & KNOWN;
                let _ = self.0.compare_exchange(state, next, Ordering::Relaxed, Ordering::Relaxed);
                alone
            }
        }
    }
}

#[cold]
fn ask(log: LogId, dispatch: &Dispatch, metadata: &'static Metadata<'static>) -> bool {
    struct Asking;
    impl Drop for Asking {
        fn drop(&mut self) {
            ASKED.set(None);
        }
    }
    if dispatch.register_callsite(metadata).is_never() {
        return false;
    }
    let _asking = Asking;
    ASKED.set(Some(Query { log, came: false }));
    let others = dispatch.register_callsite(metadata);
    others.is_never() && ASKED.get().is_some_and(|question| question.came)
}
