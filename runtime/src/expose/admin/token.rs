//! The token that a scrape needs.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use subtle::ConstantTimeEq;

/// A bearer token (RFC 6750). It is compared in constant time, and `Debug` does not print it.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl Token {
    /// The token `text`; `None` if it is empty or has a character that is not allowed in a header.
    ///
    /// ```
    /// use goldsignal::expose::admin::Token;
    ///
    /// assert!(Token::new("9f86d081884c7d65").is_some());
    /// assert!(Token::new("two words").is_none());
    /// ```
    pub fn new(text: &str) -> Option<Self> {
        let is_valid = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_valid.then(|| Self(text.into()))
    }

    fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Answers requests without the token with 401.
pub(super) async fn required(
    State(token): State<Arc<Token>>,
    request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| bearer(value.as_bytes()));
    if given.is_some_and(|given| token.is(given)) {
        return next.run(request).await;
    }
    let challenge = [(WWW_AUTHENTICATE, "Bearer realm=\"metrics\"")];
    (StatusCode::UNAUTHORIZED, challenge, "a bearer token is needed\n").into_response()
}

/// The token in a value of `Authorization`; `None` for another scheme. Schemes are case-insensitive (RFC 9110, section
/// 11.1).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_scheme_is_case_insensitive() {
        let token = Token::new("Secret").unwrap();
        assert!(token.is(bearer(b"bearer Secret").unwrap()));
        assert!(token.is(bearer(b"Bearer  Secret").unwrap()));
        assert!(!token.is(bearer(b"Bearer secret").unwrap()));
        assert!(!token.is(bearer(b"Bearer Secret2").unwrap()));
        assert!(!token.is(bearer(b"Bearer ").unwrap()));
        assert_eq!(bearer(b"Basic Secret"), None);
        assert_eq!(bearer(b""), None);
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}
