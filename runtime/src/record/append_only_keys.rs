//! A small set of keys that are known at run time only: the statuses of an endpoint, the error types of a function.

use std::sync::OnceLock;

/// At most `N` keys, each with an index that never changes. Reading takes no lock.
#[derive(Debug)]
pub(crate) struct AppendOnlyKeys<K, const N: usize>([OnceLock<K>; N]);

impl<K: Copy + Eq, const N: usize> AppendOnlyKeys<K, N> {
    pub(crate) const fn new() -> Self {
        Self([const { OnceLock::new() }; N])
    }

    /// The index of `key`, which is inserted if it is new; `None` if all slots have other keys.
    ///
    /// The search is linear, since the most frequent key is nearly always the first.
    #[inline]
    pub(crate) fn index_of_or_insert(&self, key: K) -> Option<usize> {
        self.0.iter().position(|slot| match slot.get() {
            Some(taken) => *taken == key,
            None => *slot.get_or_init(|| key) == key,
        })
    }

    /// Whether `key` is the one with this index.
    #[inline]
    pub(crate) fn has_at(&self, index: usize, key: K) -> bool {
        self.0.get(index).and_then(OnceLock::get).is_some_and(|taken| *taken == key)
    }

    /// The keys so far and their indices, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (usize, K)> + '_ {
        self.0.iter().enumerate().map_while(|(index, slot)| Some((index, *slot.get()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_stable_and_bounded() {
        let keys = AppendOnlyKeys::<u16, 2>::new();
        assert_eq!(keys.index_of_or_insert(200), Some(0));
        assert_eq!(keys.index_of_or_insert(404), Some(1));
        assert_eq!(keys.index_of_or_insert(500), None);
        assert_eq!(keys.index_of_or_insert(200), Some(0));
        assert!(keys.has_at(1, 404) && !keys.has_at(0, 404) && !keys.has_at(2, 500));
        assert_eq!(keys.keys().collect::<Vec<_>>(), [(0, 200), (1, 404)]);
    }
}
