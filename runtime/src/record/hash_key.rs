//! The key of hashes that replicas and restarts must agree on.

use std::hash::Hasher;

use siphasher::sip::SipHasher24;

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
