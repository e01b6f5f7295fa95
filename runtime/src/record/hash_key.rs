//! Keyed hashes, and the key that replicas and restarts must agree on.

use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use siphasher::sip::SipHasher24;

/// The hash that the log and the heaviest keys show for a value.
///
/// It is SipHash-2-4 (<https://www.aumasson.jp/siphash/siphash.pdf>). Its key is derived from the variable
/// `GOLDSIGNAL_HASH_KEY`, so that replicas and restarts agree. Without the variable, the key is random and differs
/// for each process.
#[inline]
pub(crate) fn keyed<T: Hash + ?Sized>(value: &T) -> u64 {
    static KEY: LazyLock<[u8; 16]> = LazyLock::new(|| configured().unwrap_or_else(random));
    let mut hasher = SipHasher24::new_with_key(&KEY);
    value.hash(&mut hasher);
    hasher.finish()
}

/// A key from the operating system's generator: a key from a generator that is not cryptographic can be computed from
/// other numbers that it gave, such as request ids.
fn random() -> [u8; 16] {
    let mut key = [0; 16];
    if getrandom::fill(&mut key).is_err() {
        // The operating system has no generator. The standard library then finds the best seed there is.
        use std::hash::{BuildHasher, RandomState};
        key[..8].copy_from_slice(&RandomState::new().hash_one(0).to_le_bytes());
        key[8..].copy_from_slice(&RandomState::new().hash_one(1).to_le_bytes());
    }
    key
}

/// The key that `GOLDSIGNAL_HASH_KEY` says, if it is set.
pub(crate) fn configured() -> Option<[u8; 16]> {
    std::env::var("GOLDSIGNAL_HASH_KEY").ok().map(|text| of_text(&text))
}

/// The key consists of two hashes of the text, so that all of a text of any length counts.
pub(crate) fn of_text(text: &str) -> [u8; 16] {
    let half = |salt: u8| {
        let mut hasher = SipHasher24::new_with_keys(salt.into(), 0);
        hasher.write(text.as_bytes());
        hasher.finish().to_le_bytes()
    };
    let mut key = [0; 16];
    key[..8].copy_from_slice(&half(0));
    key[8..].copy_from_slice(&half(1));
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_keys_differ() {
        let keys: std::collections::HashSet<_> = (0..100).map(|_| random()).collect();
        assert_eq!(keys.len(), 100);
        assert!((0..16).all(|at| keys.iter().any(|key| key[at] != 0)), "all bytes are filled");
    }

    /// Replicas agree on these bytes, also while a new version of goldsignal is rolled out.
    #[test]
    fn a_key_depends_on_all_of_its_text_and_on_nothing_else() {
        let key = of_text("a secret that all replicas have");
        let halves = [0_u8, 1].map(|salt| {
            let mut hasher = SipHasher24::new_with_keys(salt.into(), 0);
            hasher.write(b"a secret that all replicas have");
            hasher.finish().to_le_bytes()
        });
        assert_eq!(key, halves.as_flattened());
        assert_ne!(key[..8], key[8..]);
        assert_ne!(key, of_text("a secret that all replicas had"));
    }
}
