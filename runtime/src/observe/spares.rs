//! Boxes that a thread keeps for what comes later, so that it allocates none.

use std::cell::RefCell;
use std::thread::LocalKey;

/// Boxes that nothing uses now.
pub(super) struct Spares<T>(RefCell<Vec<Box<T>>>);

/// How many of a kind a thread keeps: for what nests, and for some of what waits in futures.
const MOST: usize = 32;

impl<T> Spares<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }
}

/// A box that is kept; it has what was in it.
pub(super) fn take<T>(spares: &'static LocalKey<Spares<T>>) -> Option<Box<T>> {
    spares.try_with(|spares| spares.0.borrow_mut().pop()).ok().flatten()
}

/// Keeps a box, if there is room, and the thread is not ending.
pub(super) fn keep<T>(spares: &'static LocalKey<Spares<T>>, spare: Box<T>) {
    let _ = spares.try_with(|spares| {
        let mut spares = spares.0.borrow_mut();
        if spares.len() < MOST {
            spares.push(spare);
        }
    });
}
