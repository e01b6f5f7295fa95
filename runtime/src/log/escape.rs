//! Escapes text for a JSON string.

use super::buffer::Reserved;
use crate::log::swar::{ONES, is_printable_without, words};

/// Writes `text` as the inside of a JSON string.
///
/// Escapes control characters; also the line separators that some readers recognise (U+0085, U+2028
/// and U+2029) and the marks that change the direction of text.
#[inline]
pub(crate) fn push<'a>(reserved: Reserved<'a>, text: &str) -> Option<Reserved<'a>> {
    // Nearly all text is plain ASCII, and checking its bytes is cheaper than decoding its
    // characters.
    if is_plain(text.as_bytes()) {
        reserved.bytes(text.as_bytes())
    } else {
        push_escaped(reserved, text)
    }
}

/// Writes `text` as a JSON string.
#[inline]
pub(crate) fn quote<'a>(reserved: Reserved<'a>, text: &str) -> Option<Reserved<'a>> {
    match ShortText::of(text.as_bytes()) {
        Some(text) => reserved.within(|block| text.quote(block)),
        None => quote_long(reserved, text),
    }
}

/// `text` as a JSON string.
#[cfg(feature = "telemetry")]
pub(super) fn quoted(text: &str) -> String {
    let mut out = super::buffer::Buffer::new();
    out.put(|reserved| quote(reserved, text));
    String::from_utf8_lossy(out.written()).into_owned()
}

/// Whether the character is escaped although JSON has a place for it.
#[cfg(feature = "telemetry")]
pub(super) fn is_escaped(c: char) -> bool {
    c.is_control() || misleads(c)
}

/// Text that needs no escape and fits into two words.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShortText {
    first: u64,
    /// The last eight bytes, of text that is longer than `first`.
    last: u64,
    len: usize,
}

impl ShortText {
    /// The most bytes.
    const MOST: usize = 2 * WORD;

    #[inline]
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let len = text.len();
        let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) else {
            let first = short_word(text);
            return is_plain_word(first).then_some(Self { first, last: 0, len });
        };
        // The two words may overlap in equal bytes.
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        let is_plain = len <= Self::MOST && is_plain_word(first) && is_plain_word(last);
        is_plain.then_some(Self { first, last, len })
    }

    /// Writes it as a JSON string to the beginning of `block`; returns the length of that.
    #[inline]
    pub(super) fn quote(self, block: &mut [u8; 32]) -> usize {
        // The minimum tells the compiler that the text fits.
        let len = self.len.min(Self::MOST);
        block[0] = b'"';
        block[1..=WORD].copy_from_slice(&self.first.to_le_bytes());
        if len > WORD {
            block[1 + len - WORD..=len].copy_from_slice(&self.last.to_le_bytes());
        }
        block[len + 1] = b'"';
        len + 2
    }
}

/// Not inlined, so that the fast path saves no registers for it.
#[inline(never)]
fn quote_long<'a>(reserved: Reserved<'a>, text: &str) -> Option<Reserved<'a>> {
    push(reserved.bytes(b"\"")?, text)?.bytes(b"\"")
}

const WORD: usize = size_of::<u64>();

/// Whether all of `text` is printable ASCII that needs no escape.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    match text.last_chunk() {
        // The last word may overlap bytes that were checked already.
        Some(last) => words(text).chain([u64::from_ne_bytes(*last)]).all(is_plain_word),
        None => is_plain_word(short_word(text)),
    }
}

/// Loads fewer than eight bytes, the first in the lowest byte, padded with spaces.
#[inline]
fn short_word(text: &[u8]) -> u64 {
    const SPACES: u64 = ONES * b' ' as u64;
    let len = text.len();
    let word = if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
        // The two halves overlap in equal bytes.
        first | last << (8 * (len - 4))
    } else if len > 0 {
        // One to three bytes: the first, the middle and the last.
        let byte = |at: usize| u64::from(text[at]) << (8 * at);
        byte(0) | byte(len / 2) | byte(len - 1)
    } else {
        0
    };
    word | SPACES << (8 * len)
}

const fn is_plain_word(word: u64) -> bool {
    is_printable_without(word, [b'"', b'\\'])
}

#[cold]
fn push_escaped<'a>(mut reserved: Reserved<'a>, text: &str) -> Option<Reserved<'a>> {
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
        reserved = reserved.bytes(&text.as_bytes()[plain..at])?;
        reserved = if escape.is_empty() {
            reserved.formatted(format_args!("\\u{:04x}", u32::from(c)))?
        } else {
            reserved.bytes(escape)?
        };
        plain = at + c.len_utf8();
    }
    reserved.bytes(&text.as_bytes()[plain..])
}

/// Whether a reader may take the character for a line end, or a terminal may show text in another
/// order because of it.
fn misleads(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The most bytes that one byte of text takes when it is escaped.
pub(crate) const WIDEST: usize = 6;

/// The longest beginning of `text` that takes at most `capacity` bytes when it is escaped: its
/// length in `text`, and its escaped length.
pub(crate) fn fitting(text: &str, reserved: usize) -> (usize, usize) {
    let mut written = 0;
    for (at, c) in text.char_indices() {
        let len = match c {
            '"' | '\\' | '\n' | '\r' | '\t' => 2,
            c if c.is_control() || misleads(c) => WIDEST,
            c => c.len_utf8(),
        };
        if len > reserved - written {
            return (at, written);
        }
        written += len;
    }
    (text.len(), written)
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
