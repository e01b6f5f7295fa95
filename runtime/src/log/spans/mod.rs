//! The `tracing` spans that enclose a line: their names as a list, and their fields, of which the nearest counts.
//!
//! A span's fields are written as JSON once, when it is made or told more, and kept with it in the registry: a line copies
//! them. A line without an enclosing span pays one look at the thread's count of entered spans.

#[cfg(feature = "telemetry")]
mod stored;

use std::cell::Cell;

#[cfg(not(feature = "telemetry"))]
pub(crate) use none::{are_found, write_current};
#[cfg(feature = "telemetry")]
pub(crate) use stored::{are_found, begin, record, write, write_current};

thread_local! {
    /// How many spans that the log takes this thread has entered and not left.
    static ENTERED: Cell<usize> = const { Cell::new(0) };
}

/// Whether a span that the log takes encloses the running code.
#[inline]
pub(crate) fn is_inside() -> bool {
    ENTERED.get() > 0
}

#[cfg(feature = "telemetry")]
pub(crate) fn enter() {
    ENTERED.set(ENTERED.get() + 1);
}

#[cfg(feature = "telemetry")]
pub(crate) fn exit() {
    ENTERED.set(ENTERED.get().saturating_sub(1));
}

/// Without a layer there are no spans.
#[cfg(not(feature = "telemetry"))]
mod none {
    use tracing_core::Dispatch;

    use crate::log::log_line::{Beside, LogLine};

    pub(crate) const fn are_found(_: &Dispatch) -> bool {
        true
    }

    pub(crate) const fn write_current(_: &mut LogLine, _: &Dispatch, _: Beside) {}
}
