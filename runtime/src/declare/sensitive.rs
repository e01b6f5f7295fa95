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
