//! Sensitive values: types whose values are never written, names that look secret, and credentials inside texts.
//!
//! ```
//! use goldsignal::declare::sensitive::{looks_secret, mask};
//! use goldsignal::{Sensitive, observed};
//!
//! /// It does not compile as a label, and as a field only in `redacted(..)` or `hash(..)`.
//! struct CardNumber(String);
//! impl Sensitive for CardNumber {}
//!
//! #[observed(fields(redacted(card)))]
//! fn pay(card: &CardNumber) {}
//!
//! assert!(looks_secret("card_number"));
//! assert_eq!(mask("redis://app:hunter2@cache"), "redis://[redacted]@cache");
//! # pay(&CardNumber(String::new()));
//! ```

mod mask;
mod names;

pub use mask::mask;
pub(crate) use names::{SecretKind, secret_name};

/// Marks a type whose values must not appear in labels, logs or traces.
///
/// A field or label of such a type does not compile; `redacted(..)` and `hash(..)` of it do. The feature `secrecy` marks
/// the secret types of the crate of that name.
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

/// Whether `name` looks like the name of a secret, such as `password`, `user.token`, `apiKey` or `clientsecret`.
///
/// It splits the name into words at characters other than letters and digits, and where the case changes. It also finds
/// plurals and common joined words. `#[observed]` refuses text under such a name. It accepts numbers, unless the secret
/// may be a number (`pin`, `otp`, `card_number`), and truth values.
///
/// ```
/// use goldsignal::declare::sensitive::looks_secret;
///
/// assert!(looks_secret("apiKey"));
/// assert!(!looks_secret("monkey"));
/// ```
///
/// | looks secret | does not |
/// | --- | --- |
/// | `password`, `passwd`, `pwd`, `passphrase`, `passcode`, `db_pass` | `pass`, `compass`, `bypass` |
/// | `secret`, `clientSecret`, `credentials`, `connection_string` | `secretary` |
/// | `token`, `accesstoken`, `jwt`, `bearer`, `auth`, `authorization`, `csrf`, `xsrf` | `tokenizer`, `author`, `oauth` |
/// | `api_key`, `x-api-key`, `access_key`, `privateKey`, `signing_key` | `key`, `public_key`, `idempotency_key` |
/// | `cookie`, `set-cookie`, `session_id`, `sessionid`, `connect.sid` | `session`, `sid` |
/// | `pin`, `otp`, `totp`, `mfa`, `cvv`, `cvc`, `ssn`, `iban`, `card_number`, `credit_card` | `pinned`, `spinning` |
pub fn looks_secret(name: &str) -> bool {
    secret_name(name).is_some()
}
