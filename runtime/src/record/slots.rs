//! A handful of keys that turn up at run time: statuses of an endpoint, error types of a function.

use std::sync::OnceLock;

/// At most `N` keys, each with its place; never forgotten, read without a lock.
#[derive(Debug)]
pub(crate) struct Slots<K, const N: usize>([OnceLock<K>; N]);

impl<K: Copy + Eq, const N: usize> Slots<K, N> {
    pub(crate) const fn new() -> Self {
        Self([const { OnceLock::new() }; N])
    }

    /// The place of `key`, taken if it is new; `None` when all places are taken by others.
    ///
    /// A linear search: the key that turns up most is nearly always the first.
    #[inline]
    pub(crate) fn place(&self, key: K) -> Option<usize> {
        self.0.iter().position(|slot| match slot.get() {
            Some(taken) => *taken == key,
            None => *slot.get_or_init(|| key) == key,
        })
    }

    /// The keys so far, in the order of their places.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (usize, K)> + '_ {
        self.0.iter().enumerate().map_while(|(place, slot)| Some((place, *slot.get()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_stable_and_bounded() {
        let slots = Slots::<u16, 2>::new();
        assert_eq!(slots.place(200), Some(0));
        assert_eq!(slots.place(404), Some(1));
        assert_eq!(slots.place(500), None);
        assert_eq!(slots.place(200), Some(0));
        assert_eq!(slots.keys().collect::<Vec<_>>(), [(0, 200), (1, 404)]);
    }
}
