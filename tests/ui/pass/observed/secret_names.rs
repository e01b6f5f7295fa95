//! Under a name that looks like a secret, numbers and `bool` are captured, and values that are declared `public(..)`.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::time::Duration;

use goldsignal::observed;

/// Numbers and `bool` can describe a secret, but do not contain it.
#[observed(
    fields(
        token_count,
        has_password = !password.is_empty(),
        password_len = password.len(),
        session_id.age = age,
        tokens_left = left,
        secret_share = Some(0.5_f32),
        cookies = Arc::new(-1_i64),
        has_pin,
        mfa_enabled = &true,
    ),
    ok(|tokens| tokens = *tokens),
)]
fn numbers(token_count: u32, password: &str, age: Duration, left: &u64, has_pin: Option<bool>) -> u32 {
    let _ = (password, age, left, has_pin);
    token_count
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Access,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("access")
    }
}

/// Values that are declared public.
#[observed(
    fields(
        public(token_kind),
        cookie_name = public("theme"),
        secret.kind = public(%kind),
        public(?auth_kind),
        pin_digits = public(4),
    ),
    err(|error| auth_error = public(%error)),
)]
fn decided(token_kind: &str, kind: Kind, auth_kind: Kind) -> Result<(), String> {
    let _ = (kind, auth_kind);
    Err(token_kind.to_owned())
}

/// Names that do not look like secrets.
#[observed(fields(author, author_id = author, pinned = author, tokenizer = author, secretary = author))]
fn ordinary(author: &str) {
    let _ = author;
}

fn main() {
    assert_eq!(numbers(1, "a", Duration::ZERO, &2, None), 1);
    assert!(decided("bearer", Kind::Access, Kind::Access).is_err());
    ordinary("ada");
}
