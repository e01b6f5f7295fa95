//! Decides whether a name looks like that of a secret.
//!
//! The macros check names of fields and labels at compile time; the runtime checks the fields of events. Neither crate
//! can import this module from the other, so both contain it, as `macros/src/secrets.rs` and as
//! `runtime/src/declare/sensitive/names.rs`. A test compares the two files.

/// The type that a secret has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretKind {
    /// Text. A number under such a name describes the secret, but does not contain it: `token_count`.
    Text,
    /// Text or a number, as a PIN or the number of a card.
    Number,
}

/// Words that match as a whole: `auth` matches `x-auth`, but not `author`.
const WORDS: &[&str] = &[
    "auth",
    "bearer",
    "cookie",
    "credential",
    "csrf",
    "jwt",
    "passwd",
    "pwd",
    "secret",
    "token",
    "xsrf",
];

/// Words that also match the end of a word: `token` matches `accesstoken`, but not `tokenizer`.
const SUFFIXES: &[&str] = &["authorization", "cookie", "jwt", "pwd", "secret", "token"];

/// Words that match anywhere, since no other word contains them.
const SUBSTRINGS: &[&str] = &["passcode", "passphrase", "passwd", "password"];

/// Consecutive words. They also match without a separator: `api_key` matches `x-api-key`, `apiKey` and `myapikey`.
const PHRASES: &[&str] = &[
    "access_key",
    "account_key",
    "api_key",
    "auth_code",
    "auth_key",
    "connect_sid",
    "connection_string",
    "db_pass",
    "encryption_key",
    "master_key",
    "pass_code",
    "pass_key",
    "pass_phrase",
    "pass_word",
    "phpsessid",
    "private_key",
    "secret_key",
    "secret_value",
    "session_id",
    "session_key",
    "shared_key",
    "signing_key",
    "ssh_key",
    "token_hash",
    "token_value",
    "user_pass",
];

/// Like [`WORDS`], for secrets that may be numbers.
const NUMERIC_WORDS: &[&str] = &["cvc", "cvv", "hotp", "iban", "mfa", "otp", "pin", "ssn", "totp"];

/// Like [`PHRASES`], for secrets that may be numbers.
const NUMERIC_PHRASES: &[&str] = &[
    "backup_code",
    "card_no",
    "card_number",
    "cc_number",
    "credit_card",
    "one_time_code",
    "recovery_code",
    "security_code",
    "social_security",
    "verification_code",
];

/// The kind of secret that `name` looks like, and the word or phrase that it matches.
///
/// Words are separated by characters other than letters and digits, by changes of case, and between letters and digits.
/// The `s` of a plural is ignored.
pub(crate) fn secret_name(name: &str) -> Option<(SecretKind, &'static str)> {
    let words = words(name);
    let is_word = |word: &str| contains_whole(&words, word);
    let is_phrase =
        |phrase: &str| contains_whole(&words, phrase) || contains_joined(&words, phrase);
    let numeric = NUMERIC_WORDS.iter().find(|word| is_word(word));
    if let Some(word) = numeric.or_else(|| NUMERIC_PHRASES.iter().find(|phrase| is_phrase(phrase)))
    {
        return Some((SecretKind::Number, word));
    }
    let is_suffix = |word: &&&str| {
        words.match_indices(**word).any(|(at, _)| words[at + word.len()..].starts_with('_'))
    };
    let word = (WORDS.iter().find(|word| is_word(word)))
        .or_else(|| SUFFIXES.iter().find(is_suffix))
        .or_else(|| SUBSTRINGS.iter().find(|word| words.contains(**word)))
        .or_else(|| PHRASES.iter().find(|phrase| is_phrase(phrase)))?;
    Some((SecretKind::Text, word))
}

/// Whether `words` contains `phrase` from the beginning of a word to the end of a word.
fn contains_whole(words: &str, phrase: &str) -> bool {
    words
        .match_indices(phrase)
        .any(|(at, _)| words[..at].ends_with('_') && words[at + phrase.len()..].starts_with('_'))
}

/// Whether one of `words` contains the words of `phrase` without a separator.
fn contains_joined(words: &str, phrase: &str) -> bool {
    let (first, rest) = phrase.split_once('_').unwrap_or((phrase, ""));
    words.match_indices(first).any(|(at, _)| {
        let mut remaining = &words[at + first.len()..];
        rest.split('_').all(|word| {
            let found = remaining.strip_prefix(word);
            remaining = found.unwrap_or(remaining);
            found.is_some()
        })
    })
}

/// The words of `name`, in lower case and singular, with a `_` before and after each.
fn words(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut words = String::with_capacity(name.len() + 8);
    words.push('_');
    for (at, &byte) in bytes.iter().enumerate() {
        if begins_word(bytes, at) {
            end_word(&mut words);
        }
        if byte.is_ascii_alphanumeric() {
            words.push(byte.to_ascii_lowercase().into());
        }
    }
    end_word(&mut words);
    // The change of case in `OAuth` does not separate words.
    words.replace("_o_auth_", "_oauth_")
}

/// Whether a word or a separator begins at `at`.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let byte = bytes[at];
    let Some(before) = at.checked_sub(1).map(|before| bytes[before]) else { return false };
    if !byte.is_ascii_alphanumeric() || byte.is_ascii_digit() != before.is_ascii_digit() {
        return true;
    }
    let is_lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    // `APIKey` consists of `API` and `Key`, but `OTPs` is the plural of `OTP`.
    let ends_acronym = is_lower(at + 1) && (bytes[at + 1] != b's' || is_lower(at + 2));
    byte.is_ascii_uppercase() && (before.is_ascii_lowercase() || ends_acronym)
}

/// Ends the last word: removes the `s` of a plural, and adds the `_`.
fn end_word(words: &mut String) {
    if words.ends_with('_') {
        return;
    }
    let word = words.rsplit('_').next().unwrap_or_default();
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        words.pop();
    }
    words.push('_');
}

#[cfg(test)]
mod tests {
    use super::{SecretKind, secret_name};

    #[test]
    fn secrets_are_found_however_their_names_are_spelled() {
        for name in [
            "password",
            "user_password",
            "passwordHash",
            "PASSWORD",
            "userPassWord",
            "dbpassword",
            "Db-Password",
            "password2",
            "passwords",
            "pwd",
            "userPwd",
            "passwd",
            "passphrase",
            "token",
            "tokens",
            "user.token",
            "Auth.Token",
            "token_of_it",
            "accessToken",
            "accesstoken",
            "refresh_token",
            "idToken",
            "token2",
            "OAuth2Token",
            "jwt",
            "JWTs",
            "bearer",
            "auth",
            "x-auth",
            "authorization",
            "x-authorization",
            "proxyAuthorization",
            "secret",
            "clientsecret",
            "client_secret",
            "clientSecret",
            "APISecret",
            "secret_key",
            "private_key",
            "privateKey",
            "PrivateKeyPem",
            "API_KEY",
            "x-api-key",
            "apikey",
            "apiKeys",
            "myapikey",
            "APIKey",
            "access_key",
            "accessKeyId",
            "AccountKey",
            "cookie",
            "set-cookie",
            "setCookie",
            "session_id",
            "sessionid",
            "sessionId",
            "JSESSIONID",
            "credentials",
            "csrf_token",
            "connect.sid",
        ] {
            assert!(secret_name(name).is_some_and(|(kind, _)| kind == SecretKind::Text), "{name}");
        }
    }

    #[test]
    fn some_secrets_are_numbers() {
        for name in [
            "pin",
            "user_pin",
            "pins",
            "PIN",
            "userPin",
            "otp",
            "OTPs",
            "totp",
            "mfa_code",
            "cvv",
            "cvv2",
            "cvc",
            "iban",
            "ssn",
            "card_number",
            "cardNumber",
            "cardnumber",
            "credit_card",
            "creditCard",
        ] {
            assert!(
                secret_name(name).is_some_and(|(kind, _)| kind == SecretKind::Number),
                "{name}"
            );
        }
    }

    #[test]
    fn other_names_are_not_taken_for_secrets() {
        for name in [
            "",
            "_",
            "key",
            "keys",
            "title_len",
            "user_id",
            "request_id",
            "trace_id",
            "session",
            "sid",
            "pinned",
            "spin",
            "spinning",
            "pinging",
            "author",
            "author_id",
            "authors",
            "authority",
            "oauth",
            "OAuthProvider",
            "oauth2_client",
            "monkey",
            "monkey_api",
            "keyboard",
            "tokenizer",
            "tokenize",
            "secretary",
            "secretaries",
            "compass",
            "compassKey",
            "passenger",
            "passengers",
            "pass",
            "bypass",
            "passed",
            "primary_key",
            "public_key",
            "idempotency_key",
            "partition_key",
            "card",
            "discard",
            "card_type",
            "number",
            "caliban",
            "access",
            "message",
            "possession_id",
            "bearing",
            "forbearer",
            "größe",
        ] {
            assert_eq!(secret_name(name), None, "{name}");
        }
    }
}
