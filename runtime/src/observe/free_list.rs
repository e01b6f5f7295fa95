//! A thread's free list of boxes, so that common objects are reused instead of allocated.

use std::cell::RefCell;
use std::thread::LocalKey;

/// Boxes that are free for reuse.
pub(super) struct FreeList<T>(RefCell<Vec<Box<T>>>);

/// How many boxes of a type a thread retains: enough for nested calls, and for some that are held by pending futures.
const MAX: usize = 32;

impl<T> FreeList<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }
}

/// Takes a free box. It still contains its last value, which the caller resets.
pub(super) fn pop<T>(list: &'static LocalKey<FreeList<T>>) -> Option<Box<T>> {
    list.try_with(|list| list.0.borrow_mut().pop()).ok().flatten()
}

/// Returns a box to the list. Drops it if the list is full or the thread is ending.
pub(super) fn push<T>(list: &'static LocalKey<FreeList<T>>, free: Box<T>) {
    let _ = list.try_with(|list| {
        let mut list = list.0.borrow_mut();
        if list.len() < MAX {
            list.push(free);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static LIST: FreeList<usize> = const { FreeList::new() };
    }

    #[test]
    fn the_last_boxes_are_returned_first_and_a_full_list_takes_no_more() {
        assert!(pop(&LIST).is_none());
        for number in 0..=MAX {
            push(&LIST, Box::new(number));
        }
        let free: Vec<_> = std::iter::from_fn(|| pop(&LIST)).map(|free| *free).collect();
        assert_eq!(free, (0..MAX).rev().collect::<Vec<_>>());
    }
}
