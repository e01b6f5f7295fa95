//! The recursion guard: what is emitted while spans are exported makes no spans.

use std::cell::Cell;

thread_local! {
    static SUPPRESSED: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread does nothing but export, from now on.
pub(super) fn suppress_thread() {
    SUPPRESSED.set(true);
}

/// Whether this thread exports.
pub(super) fn suppressed() -> bool {
    SUPPRESSED.get()
}
