//! `hash(value)`: a keyed hash, so that equal values are found in the log without being readable.

use super::fields::ProbedField;
use crate::declare::FieldValue;
use crate::record::hash_key;

/// `hash(value)`: sixteen hexadecimal digits that are equal for equal values.
///
/// The hash is SipHash-2-4 (<https://www.aumasson.jp/siphash/siphash.pdf>). Its key is derived from the variable
/// `GOLDSIGNAL_HASH_KEY`, so that replicas and restarts agree. Without the variable, the key is random and differs
/// for each process.
pub(super) fn hash<T: std::hash::Hash + ?Sized>(value: &T) -> ProbedField<T, FieldValue<'static>> {
    use std::hash::Hasher;
    static KEY: std::sync::LazyLock<[u8; 16]> = std::sync::LazyLock::new(hash_key);
    let mut hasher = siphasher::sip::SipHasher24::new_with_key(&KEY);
    value.hash(&mut hasher);
    ProbedField::new(FieldValue::Hash(hasher.finish()))
}

fn hash_key() -> [u8; 16] {
    hash_key::configured().unwrap_or_else(random_key)
}

/// A key from the operating system's generator: a key from a generator that is not cryptographic can be computed from
/// other numbers that it gave, such as request ids.
fn random_key() -> [u8; 16] {
    let mut key = [0; 16];
    if getrandom::fill(&mut key).is_err() {
        // The operating system has no generator. The standard library then finds the best seed there is.
        use std::hash::{BuildHasher, RandomState};
        key[..8].copy_from_slice(&RandomState::new().hash_one(0).to_le_bytes());
        key[8..].copy_from_slice(&RandomState::new().hash_one(1).to_le_bytes());
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_keys_differ() {
        let keys: std::collections::HashSet<_> = (0..100).map(|_| random_key()).collect();
        assert_eq!(keys.len(), 100);
        assert!((0..16).all(|at| keys.iter().any(|key| key[at] != 0)), "all bytes are filled");
    }

    #[test]
    fn equal_values_have_equal_hashes() {
        let digits = |value: &str| format!("{:?}", hash(value).value());
        assert_eq!(digits("a"), digits("a"));
        assert_ne!(digits("a"), digits("b"));
    }
}
