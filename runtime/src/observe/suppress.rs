//! The recursion guard: code that exports spans creates none.

use std::cell::Cell;

thread_local! {
    static SUPPRESSED: Cell<bool> = const { Cell::new(false) };
}

/// Marks this thread as one that exports spans.
pub(crate) fn suppress_thread() {
    SUPPRESSED.set(true);
}

/// Whether this thread exports spans.
pub(crate) fn suppressed() -> bool {
    SUPPRESSED.get()
}
