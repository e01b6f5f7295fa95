//! Masks credentials in texts of other libraries: for example, a driver's error contains the URL that it could not reach.

use std::borrow::Cow;
use std::ops::Range;

use super::names::secret_name;

/// The replacement of a credential.
const MASK: &str = "[redacted]";

/// The maximum length of a key before its `=` or `:`.
const LONGEST_KEY: usize = 64;

/// Replaces the credentials in `text`: the user information of URLs, and the values of keys that look secret.
///
/// In doubt it masks more rather than less. It copies the text only if there is something to mask.
///
/// ```
/// use goldsignal::declare::sensitive::mask;
///
/// assert_eq!(mask("postgres://app:hunter2@db/shop"), "postgres://[redacted]@db/shop");
/// assert_eq!(mask("user=app password=hunter2 host=db"), "user=app password=[redacted] host=db");
/// assert_eq!(mask("Authorization: Bearer xyz"), "Authorization: [redacted]");
/// assert_eq!(mask("cannot reach db:5432"), "cannot reach db:5432");
/// ```
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut copied = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        let found = match byte {
            b':' | b'=' => credential(text, at - 1),
            b'B' | b'b' => bearer(text, at - 1),
            _ => None,
        };
        let Some(Range { start, end }) = found.filter(|found| !found.is_empty()) else { continue };
        if &text[start..end] != MASK {
            masked.push_str(&text[copied..start]);
            masked.push_str(MASK);
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}

/// The credential that follows the `:` or `=` at `at`.
fn credential(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if bytes[at..].starts_with(b"://") {
        return user_info(text, at + 3);
    }
    // `Token::Eof` is a path.
    let is_path =
        bytes[at] == b':' && (bytes.get(at + 1) == Some(&b':') || bytes[..at].ends_with(b":"));
    if is_path {
        return None;
    }
    let key = key(text, at)?;
    // `token.rs:7` is a source location.
    if key.strip_suffix(".rs").is_some() {
        return None;
    }
    secret_name(key)?;
    let is_operator = |byte: &u8| matches!(byte, b':' | b'=' | b'>' | b' ' | b'\t');
    let start = at + bytes[at..].iter().take_while(|byte| is_operator(byte)).count();
    Some(value(text, start, is_header(key)))
}

/// The user information of a URL whose authority begins at `start`.
fn user_info(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let word =
        &rest[..rest.find(|c: char| c.is_whitespace() || c.is_control()).unwrap_or(rest.len())];
    let authority =
        &word[..word.find(['/', '?', '#', '"', '\'', '`', '<', '>', '\\']).unwrap_or(word.len())];
    if let Some(end) = authority.rfind('@') {
        return Some(start..start + end);
    }
    // The part after the colon is not a port. So it is a password with a character that should have been escaped, or
    // one that was truncated.
    let (_, port) = authority.rsplit_once(':').filter(|_| !authority.starts_with('['))?;
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    match word.rfind('@') {
        Some(end) if !is_port => Some(start..start + end),
        None if !is_port && port.contains('…') => Some(start..start + authority.find('…')?),
        _ => None,
    }
}

/// The key before the `:` or `=` at `at`.
fn key(text: &str, at: usize) -> Option<&str> {
    let least = at.saturating_sub(LONGEST_KEY);
    let bytes = &text.as_bytes()[..at];
    let before = |end: usize, is_in: fn(u8) -> bool| {
        let len = bytes[least..end].iter().rev().take_while(|byte| is_in(**byte)).count();
        end - len
    };
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let end = before(at, |byte| matches!(byte, b' ' | b'"' | b'\'' | b'`' | b'\\' | b']'));
    let mut start = before(end, is_key);
    // `api key: ..`
    if text[start..end].eq_ignore_ascii_case("key") && bytes[..start].ends_with(b" ") {
        start = before(start - 1, is_key);
    }
    (start < end).then(|| &text[start..end])
}

/// Whether `key` is a header whose value ends with the line: `Cookie: a=1; b=2`.
fn is_header(key: &str) -> bool {
    let ends = |name: &str| {
        let at = key.len().checked_sub(name.len());
        at.and_then(|at| key.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(name))
    };
    ends("cookie")
}

/// The value that begins at `start`.
fn value(text: &str, start: usize, is_line: bool) -> Range<usize> {
    let bytes = text.as_bytes();
    let escapes = bytes[start..].iter().take_while(|byte| **byte == b'\\').count();
    if let Some(&quote @ (b'"' | b'\'' | b'`')) = bytes.get(start + escapes) {
        let inside = start + escapes + 1;
        return inside..quoted(bytes, inside, quote, escapes);
    }
    if is_line {
        let len = text[start..].find(['\n', '\r', '"']).unwrap_or(text.len() - start);
        return start..start + text[start..start + len].trim_end_matches('\\').len();
    }
    let end = bare(text, start);
    // In `Bearer xyz`, `Basic xyz` and `Token xyz`, the credential is the second word.
    if SCHEMES.iter().any(|scheme| text[start..end].eq_ignore_ascii_case(scheme))
        && bytes.get(end) == Some(&b' ')
    {
        return start..bare(text, end + 1);
    }
    start..end
}

/// The schemes of HTTP authentication, which precede the credentials.
const SCHEMES: &[&str] = &["apikey", "basic", "bearer", "negotiate", "token"];

/// The end of the quoted text that begins at `at`: a quote after at most `escapes` backslashes.
fn quoted(bytes: &[u8], mut at: usize, quote: u8, escapes: usize) -> usize {
    let mut backslashes = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == quote && backslashes <= escapes {
            return at - backslashes;
        }
        backslashes = if byte == b'\\' { backslashes + 1 } else { 0 };
        at += 1;
    }
    at
}

/// The end of the unquoted value that begins at `start`. `Some("..")` and `[1, 2]` are single values.
fn bare(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        let ends_word = || {
            let next = bytes.get(at + 1);
            next.is_none_or(|next| next.is_ascii_whitespace() || next.is_ascii_punctuation())
        };
        match byte {
            b'"' | b'\'' if depth > 0 => at = quoted(bytes, at + 1, byte, 0),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            b'&' | b';' | b'"' | b'\'' | b'`' | b'<' | b'>' => return at,
            b',' | b')' | b']' | b'}' if ends_word() => return at,
            byte if byte.is_ascii_whitespace() => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The credential in `Bearer xyz` without a key before it. `bearer of news` contains no credential.
fn bearer(text: &str, at: usize) -> Option<Range<usize>> {
    const BEARER: &str = "bearer ";
    let start = at + BEARER.len();
    let is_it = text.get(at..start).is_some_and(|word| word.eq_ignore_ascii_case(BEARER));
    if !is_it || text[..at].ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let end = bare(text, start);
    let word = &text[start..end];
    (word.len() >= 16 || word.bytes().any(|byte| byte.is_ascii_digit())).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn credentials_are_masked_however_they_are_written() {
        for text in [
            "cannot reach postgres://app:hunter2@db:5432/shop?sslmode=require",
            "redis://:hunter2@cache",
            "https://hunter2@github.example/x.git: 403",
            "amqp://a:p@hunter2@mq/%2f",
            "postgres://app:x/hunter2@db",
            "postgres://app:hunter2…[cut, 5000 bytes]",
            "(mongodb+srv://app:hunter2@a,b,c/?w=1)",
            "host=db user=app password=hunter2 dbname=shop",
            "password = hunter2",
            "password='hunter2 hunter2'",
            "Server=db;Uid=app;Pwd=hunter2;",
            "jdbc:postgresql://db/shop?user=app&password=hunter2&ssl=1",
            "token: hunter2",
            "api key: hunter2",
            "invalid token: hunter2, expected another",
            "Authorization: Bearer hunter2",
            "authorization: Basic hunter2==",
            "Cookie: a=hunter2; b=hunter2\nHost: db",
            "sent Bearer hunter2 in vain",
            "{\"user\":\"app\",\"password\":\"hun\\\"ter2 hunter2\"}",
            "body was \"{\\\"access_token\\\":\\\"hunter2\\\",\\\"n\\\":1}\"",
            "Config { user: \"app\", password: Some(\"hunter2 (hunter2\"), port: 1 }",
            "Config { client_secret: Secret([104, 117, \"hunter2\"]), port: 1 }",
            "{\"x-api-key\": \"hunter2\", \"host\": \"db\"}",
            "user[password]=hunter2&user[name]=app",
            "AccountKey=hunter2/hunter2+hunter2==;EndpointSuffix=x",
            "accessToken=>hunter2",
        ] {
            let masked = mask(text);
            assert!(!masked.contains("hunter2"), "{text} -> {masked}");
            assert!(masked.contains(MASK), "{text} -> {masked}");
            assert_eq!(mask(&masked), masked);
        }
    }

    #[test]
    fn the_text_around_credentials_is_unchanged() {
        for (text, masked) in [
            ("a postgres://app:x@db:5432/shop?a=b", "a postgres://[redacted]@db:5432/shop?a=b"),
            ("(password=x) at db", "(password=[redacted]) at db"),
            ("{\"token\":\"x\",\"n\":1}", "{\"token\":\"[redacted]\",\"n\":1}"),
            ("A { token: Some(\"x\"), n: 1 }", "A { token: [redacted], n: 1 }"),
            ("Authorization: Bearer x failed", "Authorization: [redacted] failed"),
            ("Cookie: a=b; c=d\nHost: db", "Cookie: [redacted]\nHost: db"),
            ("sent Bearer abcdefghijklmnop", "sent Bearer [redacted]"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn text_without_credentials_is_not_copied() {
        for text in [
            "",
            "connection refused (os error 111)",
            "error trying to connect: tcp connect error: db:5432",
            "https://example.org:8080/users/@bob?page=2",
            "http://[::1]:80/@x",
            "src/token.rs:7:12: unexpected",
            "unexpected Token::Eof at line 1 column 2",
            "tokenizer: bad input; author=ada",
            "bearer of news",
            "password:",
            "ä=ö: ü",
        ] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text} -> {}", mask(text));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Any credential in any text around it.
        #[test]
        fn no_credential_is_left(
            before in "(\\PC{0,12}[ (\"{,;\n])?",
            secret in "canary[a-zA-Z0-9!$%*+._~^/-]{0,12}canary",
            after in "([ \n;&\"]\\PC{0,20})?",
        ) {
            for text in [
                format!("{before}postgres://app:{secret}@db{after}"),
                format!("{before}password={secret}{after}"),
                format!("{before}token: {secret}{after}"),
                format!("{before}\"apiKey\":\"{secret}\"{after}"),
                format!("{before}Authorization: Bearer {secret}{after}"),
            ] {
                let masked = mask(&text);
                prop_assert!(!masked.contains(&secret), "{} -> {}", text, masked);
            }
        }

        /// Without its masks, the result is a subsequence of the text.
        #[test]
        fn only_masks_are_added(text in "(\\PC|[:=@/\"' \\\\()]|password|token|://|Bearer ){0,40}") {
            let masked = mask(&text);
            let mut left = &*text;
            for kept in masked.split(MASK) {
                let at = left.find(kept);
                prop_assert!(at.is_some(), "{} -> {}", text, masked);
                left = &left[at.unwrap_or_default() + kept.len()..];
            }
        }
    }
}
