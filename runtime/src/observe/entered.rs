//! The `tracing` spans that this thread has entered, with their trace contexts.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing_core::span::Id;

use super::context::TraceContext;
use super::pending_trace::PendingTrace;

thread_local! {
    /// The innermost is last.
    static ENTERED: RefCell<Vec<(Id, EnteredSpan)>> = const { RefCell::new(Vec::new()) };
}

/// Whether any thread has entered a span. Without an exporter none does, and calls skip the
/// thread-local.
static USED: AtomicBool = AtomicBool::new(false);

#[inline]
pub(super) fn was_used() -> bool {
    USED.load(Ordering::Relaxed)
}

/// The trace context of a `tracing` span.
#[derive(Clone, Debug)]
pub(crate) struct EnteredSpan {
    pub(crate) trace: TraceContext,
    /// The span of the observation in which it began.
    pub(crate) within: u64,
    /// The trace, if its spans wait for its end.
    pub(crate) pending: Option<Arc<PendingTrace>>,
}

/// The context of the innermost span that began within the observation at `outer`; without an
/// observation, that of the innermost span.
pub(crate) fn innermost(outer: Option<TraceContext>) -> Option<EnteredSpan> {
    let innermost = ENTERED.try_with(|entered| {
        let entered = entered.try_borrow().ok()?;
        let (_, span) = entered.last()?;
        // A span that began outside of the observation encloses it.
        outer.is_none_or(|outer| outer.span_id == span.within).then(|| span.clone())
    });
    innermost.ok().flatten()
}

pub(crate) fn enter(id: &Id, span: EnteredSpan) {
    // A thread reads its own store, so what it has entered is never missed.
    USED.store(true, Ordering::Relaxed);
    let _ = ENTERED.try_with(|entered| entered.borrow_mut().push((id.clone(), span)));
}

pub(crate) fn exit(id: &Id) {
    let _ = ENTERED.try_with(|entered| {
        let mut entered = entered.borrow_mut();
        if let Some(position) = entered.iter().rposition(|(inside, _)| inside == id) {
            entered.remove(position);
        }
    });
}
