//! Generated request ids, which a thread makes many at a time.
//!
//! A request takes one that is ready. So the code that makes ids is in no request's path, and does not
//! displace other code from the processor's caches.

use super::hex::hex_of_128;

/// The text of 128 random bits, as the value of a header: a response carries it without a copy.
#[cfg(feature = "http")]
pub(super) type GeneratedId = http::HeaderValue;
/// The text of 128 random bits.
#[cfg(not(feature = "http"))]
pub(super) type GeneratedId = [u8; 32];

/// A new id.
#[cfg(not(feature = "http"))]
pub(super) fn next() -> GeneratedId {
    hex_of_128(fastrand::u128(..))
}

#[cfg(feature = "http")]
pub(super) use of_block::next;

#[cfg(feature = "http")]
mod of_block {
    use std::cell::RefCell;

    use bytes::Bytes;

    use super::{GeneratedId, hex_of_128};

    /// How many ids share one allocation, which is freed with the last of them.
    const BLOCK: usize = 64;

    thread_local! {
        static READY: RefCell<Vec<GeneratedId>> = const { RefCell::new(Vec::new()) };
    }

    /// A new id.
    #[inline]
    pub(in crate::observe) fn next() -> GeneratedId {
        let ready = READY.try_with(|ready| ready.borrow_mut().pop());
        ready.ok().flatten().unwrap_or_else(more)
    }

    /// Makes a block of ids and returns one of them.
    #[cold]
    fn more() -> GeneratedId {
        let digits: Vec<u8> = (0..BLOCK).flat_map(|_| hex_of_128(fastrand::u128(..))).collect();
        let mut block = Bytes::from(digits);
        let len = block.len() / BLOCK;
        let mut ids = std::iter::from_fn(|| (!block.is_empty()).then(|| block.split_to(len)))
            .filter_map(|id| GeneratedId::from_maybe_shared(id).ok());
        let first = ids.next().unwrap_or_else(|| GeneratedId::from_static("-"));
        // The thread-local is gone if the thread is ending: then the other ids are dropped.
        let _ = READY.try_with(|ready| ready.borrow_mut().extend(ids));
        first
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_id_is_generated_twice() {
        let ids: Vec<_> = (0..1000).map(|_| next()).collect();
        let texts: HashSet<&[u8]> = ids.iter().map(AsRef::as_ref).collect();
        assert_eq!(texts.len(), ids.len());
        assert!(texts.iter().all(|id| id.len() == 32 && id.iter().all(u8::is_ascii_hexdigit)));
    }
}
