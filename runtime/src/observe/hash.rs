//! `hash(value)`: values that can be told apart and correlated, but not read.

use super::fields::ProbedField;
use crate::declare::FieldValue;

/// `hash(value)`: sixteen hexadecimal digits that are equal for equal values.
///
/// SipHash-2-4 (<https://www.aumasson.jp/siphash/siphash.pdf>) under a key: `GOLDSIGNAL_HASH_KEY` where
/// it is set, so that replicas and restarts agree, else one made at random for this process.
pub fn hash<T: std::hash::Hash + ?Sized>(value: &T) -> ProbedField<T, FieldValue<'static>> {
    use std::hash::Hasher;
    static KEY: std::sync::LazyLock<[u8; 16]> = std::sync::LazyLock::new(hash_key);
    let mut hasher = siphasher::sip::SipHasher24::new_with_key(&KEY);
    value.hash(&mut hasher);
    ProbedField::new(FieldValue::Hash(hasher.finish()))
}

fn hash_key() -> [u8; 16] {
    let Ok(text) = std::env::var("GOLDSIGNAL_HASH_KEY") else {
        return fastrand::u128(..).to_le_bytes();
    };
    // Two halves of the text's own hash: a key of any length is used in full.
    let half = |salt: u8| {
        use std::hash::Hasher;
        let mut hasher = siphasher::sip::SipHasher24::new_with_keys(salt.into(), 0);
        hasher.write(text.as_bytes());
        hasher.finish().to_le_bytes()
    };
    let mut key = [0; 16];
    key[..8].copy_from_slice(&half(0));
    key[8..].copy_from_slice(&half(1));
    key
}
