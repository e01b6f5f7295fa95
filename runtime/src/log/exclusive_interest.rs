//! Whether the log alone takes an event, so that nothing is made for anyone else.
//!
//! To hand an event over to `tracing` costs as much as to write its line: all values are made anew for visitors,
//! and every layer is asked. A subscriber does not say which of its layers take an event, only whether any does. So it
//! is asked with the log's own filter refusing: an event that nobody takes then is for the log alone. Whoever else has a
//! say in it, a filter of all layers too, makes the answer another one: a subscriber says "never" only where nobody
//! could ever take an event (<https://docs.rs/tracing-core/0.1/tracing_core/struct.Interest.html>).

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use tracing_core::{Dispatch, Metadata};

/// Tells one log layer from another. None is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogId(u32);

impl LogId {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

thread_local! {
    /// The log whose filter refuses, while a subscriber is asked who else takes an event.
    static ASKED: Cell<Option<Query>> = const { Cell::new(None) };
}

#[derive(Clone, Copy)]
struct Query {
    log: LogId,
    /// Whether the log's filter was asked, and would have taken the event. Whatever stands around the layer may refuse
    /// before it.
    came: bool,
}

/// Whether the filter of this log has to refuse what it would take.
pub(crate) fn refuses(log: LogId) -> bool {
    let asked = ASKED.get().filter(|question| question.log == log);
    if let Some(question) = asked {
        ASKED.set(Some(Query { came: true, ..question }));
    }
    asked.is_some()
}

/// Whether a subscriber is being asked: who has to let all events pass, but takes none, says so by this.
#[cfg(feature = "traces")]
pub(crate) fn is_asked() -> bool {
    ASKED.get().is_some()
}

/// The last answer for one event: how often filters have changed, the log that it is about, and whether it is alone.
#[derive(Debug, Default)]
pub(crate) struct ExclusiveInterest(AtomicU64);

const KNOWN: u64 = u32::MAX as u64;
const CHANGE: u64 = 1 << 32;

impl ExclusiveInterest {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Filters have changed.
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
                // Kept, unless filters have changed while it was asked.
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
