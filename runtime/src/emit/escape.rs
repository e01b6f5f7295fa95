//! Text within a JSON string, which no value can break out of.

use std::fmt::{self, Write};

use crate::words::{has, is_printable};

/// Appends `text` as the inside of a JSON string.
///
/// Control characters are escaped, and the line ends that some readers know beside them: U+0085, U+2028 and
/// U+2029; so are the marks that change the direction of text.
#[inline]
pub(super) fn push(out: &mut Vec<u8>, text: &str) {
    // Nearly all text is plain, and a look at its bytes is cheaper than one at its characters.
    if is_plain(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        push_escaped(out, text);
    }
}

/// Whether all of it is printable ASCII that needs no escape.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    let (words, rest) = text.as_chunks();
    words.iter().all(|word| is_plain_word(u64::from_ne_bytes(*word)))
        && (rest.is_empty() || is_plain_word(filled(rest)))
}

/// Less than eight bytes, but some, in a word that has nothing else: by their first and their last ones, which may be
/// the same.
#[inline]
fn filled(rest: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
        let [first, last] = [first, last].map(|bytes| u32::from_ne_bytes(*bytes));
        return u64::from(first) | (u64::from(last) << 32);
    }
    // One to three: the first, the one in the middle, the last.
    let ends = [rest[0], rest[rest.len() / 2], rest[rest.len() - 1], b' '];
    u64::from(u32::from_ne_bytes(ends)) * (1 | (1 << 32))
}

const fn is_plain_word(word: u64) -> bool {
    is_printable(word) && !(has(word, b'"') || has(word, b'\\') || has(word, 0x7f))
}

#[cold]
fn push_escaped(out: &mut Vec<u8>, text: &str) {
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let escape: &[u8] = match c {
            '"' => b"\\\"",
            '\\' => b"\\\\",
            '\n' => b"\\n",
            '\r' => b"\\r",
            '\t' => b"\\t",
            c if c.is_control() || misleads(c) => b"",
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[plain..at]);
        if escape.is_empty() {
            let _ = write!(Formatted(out), "\\u{:04x}", u32::from(c));
        } else {
            out.extend_from_slice(escape);
        }
        plain = at + c.len_utf8();
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
}

/// Whether some reader takes it for the end of a line, or a terminal shows another order than is there.
fn misleads(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Takes what is formatted, and escapes it on the way: it needs no text of its own.
pub(super) struct Escaped<'a>(pub(super) &'a mut Vec<u8>);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push(self.0, text);
        Ok(())
    }
}

/// Takes what is formatted as it is.
pub(super) struct Formatted<'a>(pub(super) &'a mut Vec<u8>);

impl Write for Formatted<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place_is_plain_or_not() {
        for byte in 0..=u8::MAX {
            let expected = matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
            for (len, at) in (1..20).flat_map(|len| (0..len).map(move |at| (len, at))) {
                let mut text = vec![b'x'; len];
                text[at] = byte;
                assert_eq!(is_plain(&text), expected, "{byte} at {at} of {len}");
            }
        }
        assert!(is_plain(b""));
    }
}
