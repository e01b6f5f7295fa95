//! What must not be written anywhere.

mod mask;
mod names;

pub use mask::mask;
pub(crate) use names::{SecretKind, secret_name};

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

/// Whether a name looks like that of a secret, such as `password`, `user.token`, `apiKey` or `clientsecret`.
///
/// A name is split into words where it has no letter or digit and where its case changes; plurals and common joined
/// words are found, too. Text is hidden under such a name. Numbers pass, except where the secret may be a number
/// (`pin`, `otp`, `card_number`); truth values always do.
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
