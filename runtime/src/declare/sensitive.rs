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
    let parted = |byte: u8| !byte.is_ascii_alphanumeric();
    SECRET_WORDS.iter().any(|word| {
        let ends = (0..name.len()).filter_map(|start| {
            let part = name.as_bytes().get(start..start + word.len())?;
            let begins = start == 0 || parted(name.as_bytes()[start - 1]);
            (begins && part.eq_ignore_ascii_case(word.as_bytes())).then_some(start + word.len())
        });
        ends.into_iter().any(|end| name.as_bytes().get(end).is_none_or(|byte| parted(*byte)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_look_secret_by_whole_parts() {
        for name in ["password", "user.token", "API_KEY", "x-authorization", "pin", "token_of_it"] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["", "tokens", "pinned", "key", "author", "monkey_api"] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
