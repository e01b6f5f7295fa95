//! What must not be written anywhere.

/// Marks a type whose values must not appear in labels, logs or traces.
///
/// A value of such a type does not compile as a field; `redacted(..)` and `hash(..)` do. The secret
/// types of the `secrecy` crate are marked by the feature `secrecy`.
///
/// ```
/// struct CardNumber(String);
/// impl goldsignal::Sensitive for CardNumber {}
/// ```
pub trait Sensitive {}

impl<T: Sensitive + ?Sized> Sensitive for &T {}
impl<T: Sensitive + ?Sized> Sensitive for Box<T> {}
impl<T: Sensitive + ?Sized> Sensitive for std::sync::Arc<T> {}
impl<T: Sensitive> Sensitive for Option<T> {}

#[cfg(feature = "secrecy")]
impl<T: secrecy::zeroize::Zeroize + ?Sized> Sensitive for secrecy::SecretBox<T> {}

/// Words that make a field's name look secret. A name that contains one of them, as a whole part between
/// underscores or dots or as a known compound, needs `redacted(..)` or `hash(..)`.
pub const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "authorization",
    "cookie",
    "api_key",
    "apikey",
    "credential",
    "credentials",
    "private_key",
    "ssn",
    "cvv",
    "pin",
];

/// Whether a field's name looks secret: it contains one of [`SECRET_WORDS`] as a part of its own.
pub fn looks_secret(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut starts = (0..bytes.len()).filter(|start| *start == 0 || parts(bytes[start - 1]));
    starts.any(|start| SECRET_WORDS.iter().any(|word| begins(&bytes[start..], word.as_bytes())))
}

/// Whether `text` begins with `word` and a part ends there. Any byte that parts will do for the word's `_`.
fn begins(text: &[u8], word: &[u8]) -> bool {
    let same = |(byte, word): (&u8, &u8)| match word {
        b'_' => parts(*byte),
        word => byte.eq_ignore_ascii_case(word),
    };
    text.len() >= word.len()
        && text.iter().zip(word).all(same)
        && text.get(word.len()).is_none_or(|byte| parts(*byte))
}

const fn parts(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_look_secret_by_whole_parts() {
        for name in [
            "password",
            "user.token",
            "API_KEY",
            "x-api-key",
            "x-authorization",
            "pin",
            "token_of_it",
        ] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["", "tokens", "pinned", "key", "author", "monkey_api"] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
