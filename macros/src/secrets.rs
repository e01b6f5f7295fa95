//! Which names look like those of secrets.
//!
//! The macros ask while compiling, and the runtime asks for events. Neither crate can import this from the other, so
//! each has this file: `macros/src/secrets.rs` and `runtime/src/declare/sensitive/names.rs`. A test compares the two.

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    /// Text: a number under such a name only tells of it, as `token_count` does.
    Text,
    /// Text or a number: a PIN, a card's number.
    Number,
}

/// Words that are found as a whole: `auth` in `x-auth`, not in `author`.
const WHOLE: &[&str] = &[
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

/// Words that are also found at the end of a joined word: `token` in `accesstoken`, not in `tokenizer`.
const ENDS: &[&str] = &["authorization", "cookie", "jwt", "pwd", "secret", "token"];

/// Words that are found anywhere, since no other word contains them.
const ANYWHERE: &[&str] = &["passcode", "passphrase", "passwd", "password"];

/// Words in a row. They are also found joined: `api_key` in `x-api-key`, `apiKey` and `myapikey`.
const ROWS: &[&str] = &[
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

/// Words that are found as a whole, of secrets that are numbers.
const NUMERIC: &[&str] = &["cvc", "cvv", "hotp", "iban", "mfa", "otp", "pin", "ssn", "totp"];

/// Words in a row, of secrets that are numbers.
const NUMERIC_ROWS: &[&str] = &[
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

/// Whether `name` looks like that of a secret, and the word that makes it look so.
///
/// A name is split into words where it has no letter or digit, where its case changes, and between letters and digits;
/// the `s` of a plural does not count.
pub(crate) fn secret_name(name: &str) -> Option<(Secret, &'static str)> {
    let words = words(name);
    let is_whole = |word: &str| row(&words, word);
    let is_row = |row_of: &str| row(&words, row_of) || joined(&words, row_of);
    let numeric = NUMERIC.iter().find(|word| is_whole(word));
    if let Some(word) = numeric.or_else(|| NUMERIC_ROWS.iter().find(|row| is_row(row))) {
        return Some((Secret::Number, word));
    }
    let ends = |word: &&&str| {
        words.match_indices(**word).any(|(at, _)| words[at + word.len()..].starts_with('_'))
    };
    let word = (WHOLE.iter().find(|word| is_whole(word)))
        .or_else(|| ENDS.iter().find(ends))
        .or_else(|| ANYWHERE.iter().find(|word| words.contains(**word)))
        .or_else(|| ROWS.iter().find(|row| is_row(row)))?;
    Some((Secret::Text, word))
}

/// Whether `words` has the words of `row` next to each other.
fn row(words: &str, row: &str) -> bool {
    words
        .match_indices(row)
        .any(|(at, _)| words[..at].ends_with('_') && words[at + row.len()..].starts_with('_'))
}

/// Whether one of `words` contains the words of `row` without anything between them.
fn joined(words: &str, row: &str) -> bool {
    let (first, rest) = row.split_once('_').unwrap_or((row, ""));
    words.match_indices(first).any(|(at, _)| {
        let mut left = &words[at + first.len()..];
        rest.split('_').all(|word| {
            let found = left.strip_prefix(word);
            left = found.unwrap_or(left);
            found.is_some()
        })
    })
}

/// The words of `name` in lower case, singular, each between two `_`.
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
    // `OAuth` is one word.
    words.replace("_o_auth_", "_oauth_")
}

/// Whether a word begins at `at`, or what parts two words is there.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let byte = bytes[at];
    let Some(before) = at.checked_sub(1).map(|before| bytes[before]) else { return false };
    if !byte.is_ascii_alphanumeric() || byte.is_ascii_digit() != before.is_ascii_digit() {
        return true;
    }
    let is_lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    // `APIKey` is `API` and `Key`, but `OTPs` is a plural.
    let ends_acronym = is_lower(at + 1) && (bytes[at + 1] != b's' || is_lower(at + 2));
    byte.is_ascii_uppercase() && (before.is_ascii_lowercase() || ends_acronym)
}

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
    use super::{Secret, secret_name};

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
            assert!(secret_name(name).is_some_and(|(secret, _)| secret == Secret::Text), "{name}");
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
                secret_name(name).is_some_and(|(secret, _)| secret == Secret::Number),
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
