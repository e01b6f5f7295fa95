//! The `tracing` spans around a line: a list of their names, and their fields, of which the
//! innermost wins.
//!
//! A span's fields are written as JSON once, when the span is created or records a value, and
//! stored in the registry's extensions; a line copies them. A line without an enclosing span pays
//! one thread-local read.

#[cfg(feature = "telemetry")]
mod stored;

use std::cell::Cell;

#[cfg(not(feature = "telemetry"))]
pub(crate) use none::{are_found, write_current};
#[cfg(feature = "telemetry")]
pub(crate) use stored::{are_found, begin, record, write, write_current};

thread_local! {
    /// How many spans that the log takes this thread has entered.
    static ENTERED: Cell<usize> = const { Cell::new(0) };
}

/// Whether a span that the log takes is entered on this thread.
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

/// Without the log layer no span is stored.
#[cfg(not(feature = "telemetry"))]
mod none {
    use tracing_core::Dispatch;

    use crate::log::log_line::LogLine;
    use crate::log::names::Beside;

    pub(crate) const fn are_found(_: &Dispatch) -> bool {
        true
    }

    pub(crate) const fn write_current(_: &mut LogLine, _: &Dispatch, _: Beside) {}
}
