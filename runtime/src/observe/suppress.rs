//! The recursion guard: code that exports spans makes none itself.

use std::cell::Cell;

thread_local! {
    static SUPPRESSED: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread does nothing but export, from now on.
pub(crate) fn suppress_thread() {
    SUPPRESSED.set(true);
}

/// Whether this thread exports.
pub(crate) fn suppressed() -> bool {
    SUPPRESSED.get()
}
