//! Which values of a field may be written, decided by its name: secrets are redacted, and errors
//! are searched for credentials.

use std::borrow::Cow;
use std::fmt::Write;

use crate::declare::FieldValue;
use crate::declare::sensitive::{SecretKind, mask, secret_name};
use crate::log::truncate::Truncated;
use crate::record::direct_mapped_cache::DirectMappedCache;

/// Which values of a field may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// All values.
    Open,
    /// Numbers and booleans: the name looks like that of a secret text.
    Numbers,
    /// Booleans: the name looks like that of a secret that may be a number.
    Truth,
    /// Text without credentials: the name says that the value is an error, whose text foreign code
    /// wrote.
    Masked,
}

impl Guard {
    pub(crate) fn of(name: &str) -> Self {
        match secret_name(name) {
            Some((SecretKind::Number, _)) => Self::Truth,
            Some((SecretKind::Text, _)) => Self::Numbers,
            None if tells_error(name) => Self::Masked,
            None => Self::Open,
        }
    }

    /// The guard of a name that is looked up often. Each thread caches recent names.
    #[inline]
    pub(crate) fn of_static(name: &'static str) -> Self {
        thread_local! {
            static MET: DirectMappedCache<(&'static str, Guard), 64> = const { DirectMappedCache::new() };
        }
        let is_it = |(known, _): &(&'static str, Self)| std::ptr::eq(*known, name);
        MET.with(|met| {
            met.get_or_insert_with(name.as_ptr().addr(), is_it, || (name, Self::of(name))).1
        })
    }

    /// Calls `write` with what may be written of `value`.
    #[inline]
    pub(crate) fn pass<R>(
        self,
        value: FieldValue<'_>,
        write: impl FnOnce(FieldValue<'_>) -> R,
    ) -> R {
        match self {
            Self::Open => write(value),
            _ => self.pass_some(value, write),
        }
    }

    #[cold]
    fn pass_some<R>(self, value: FieldValue<'_>, write: impl FnOnce(FieldValue<'_>) -> R) -> R {
        use FieldValue::{Bool, Empty, F64, Hash, I64, Text, U64};
        match (self, value) {
            (Self::Numbers | Self::Truth, Bool(_) | Empty | Hash(_))
            | (Self::Numbers, U64(_) | I64(_) | F64(_))
            | (Self::Open, _)
            | (Self::Masked, Bool(_) | Empty | Hash(_) | U64(_) | I64(_) | F64(_)) => write(value),
            (Self::Numbers | Self::Truth, _) => write(FieldValue::HIDDEN),
            (Self::Masked, Text(text)) => write(Text(&mask(text))),
            (Self::Masked, FieldValue::Display(_) | FieldValue::Debug(_)) => {
                let mut text = String::new();
                let mut cut = Truncated::new(&mut text);
                let _ = write!(cut, "{value:?}");
                cut.end();
                write(Text(&mask(&text)))
            }
        }
    }
}

/// Whether the name is conventional for errors: `error`, `err`, `db.error`, `exception.message`.
fn tells_error(name: &str) -> bool {
    const WORDS: &[&str] = &["cause", "err", "error", "exception", "panic"];
    name.split(['.', '_']).any(|part| WORDS.contains(&part))
}

/// The text of an error, with its credentials masked.
pub(crate) fn masked(text: String) -> String {
    match mask(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(masked) => masked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(name: &'static str, value: FieldValue<'_>) -> String {
        assert_eq!(Guard::of_static(name), Guard::of(name));
        Guard::of_static(name).pass(value, |value| format!("{value:?}"))
    }

    #[test]
    fn a_name_and_a_type_decide_what_is_written() {
        use FieldValue::{Bool, Debug, Display, F64, I64, Text, U64};
        for (name, value, written) in [
            ("user", Text("ada"), "\"ada\""),
            ("password", Text("x"), "\"[redacted]\""),
            ("accessToken", Display(&"x"), "\"[redacted]\""),
            ("token", Debug(&"x"), "\"[redacted]\""),
            ("token_count", U64(1234), "1234"),
            ("token_balance", I64(-1), "-1"),
            ("token_share", F64(0.5), "0.5"),
            ("has_password", Bool(true), "true"),
            ("mfa_enabled", Bool(false), "false"),
            ("pin", U64(1234), "\"[redacted]\""),
            ("otp", I64(123_456), "\"[redacted]\""),
            ("cardNumber", F64(4.0), "\"[redacted]\""),
            ("error", Text("token=x"), "\"token=[redacted]\""),
            ("db.error", Display(&"a://b:c@d"), "\"a://[redacted]@d\""),
            ("err", Debug(&"password: x"), "\"\\\"password: [redacted]\\\"\""),
            ("error_count", U64(3), "3"),
            ("text", Text("token=x"), "\"token=x\""),
        ] {
            assert_eq!(passed(name, value), written, "{name}");
        }
    }
}
