//! Truncates values that are too long for a line, with a mark that contains their true length.
//!
//! Clients choose how long a value is. Without a limit a client could make a line so long that the
//! log drops it, and so hide its own request. Lengths are those of the escaped text: a control
//! character takes six bytes.

use std::fmt::{self, Write};

use super::buffer::Buffer;
use super::escape::{self, WIDEST};

/// How many bytes of a longer value a line contains.
pub(crate) const VALUE: usize = 4096;

/// A line of this many bytes leaves out further fields.
pub(crate) const LINE: usize = 64 * 1024;

/// Text of this length fits even if all of it is escaped.
pub(crate) const SHORT: usize = VALUE / WIDEST;

/// The longest value that is not truncated. A truncated value with its mark is not longer, so it is
/// never truncated again.
const LONGEST: usize = VALUE + "…[cut, 18446744073709551615 bytes]".len();

/// Appends text to `out`, truncated if it is too long.
#[inline]
pub(crate) fn push(out: &mut String, text: &str) {
    if text.len() <= SHORT { out.push_str(text) } else { push_long(out, text) }
}

#[cold]
fn push_long(out: &mut String, text: &str) {
    match fitting(text) {
        None => out.push_str(text),
        Some(beginning) => {
            out.push_str(beginning);
            mark(out, text.len());
        }
    }
}

/// The part of `text` that stays, or `None` if all of it does.
pub(super) fn fitting(text: &str) -> Option<&str> {
    let fits = text.len() <= SHORT || escape::fitting(text, LONGEST).0 == text.len();
    (!fits).then(|| without_open_user_info(&text[..escape::fitting(text, VALUE).0]))
}

/// `text`, the beginning of a value, without a URL's user info whose end was cut off. Masking finds
/// a password in a URL by the `@` that follows it.
fn without_open_user_info(text: &str) -> &str {
    let Some(scheme) = text.rfind("://") else { return text };
    let authority = scheme + "://".len();
    let is_open = !text[authority..]
        .contains(|character: char| "/?#@".contains(character) || character.is_whitespace());
    if is_open { &text[..authority] } else { text }
}

/// The longest beginning of `text` that ends at a character boundary and has at most `len` bytes.
#[cfg(feature = "telemetry")]
pub(crate) fn at_most(text: &str, len: usize) -> &str {
    let len = (0..=len.min(text.len())).rev().find(|len| text.is_char_boundary(*len));
    &text[..len.unwrap_or(0)]
}

/// Writes the mark after a truncated value: the length of the whole text.
pub(super) fn mark(out: &mut impl Write, len: usize) {
    let _ = write!(out, "…[cut, {len} bytes]");
}

/// Collects formatted text, up to the limit of a value.
#[derive(Debug)]
pub(crate) struct Truncated<'a> {
    out: &'a mut String,
    start: usize,
    /// The escaped length of the text up to `measured`.
    written: usize,
    measured: usize,
    /// The length of all text so far, including what was cut off.
    len: usize,
    is_over: bool,
}

impl<'a> Truncated<'a> {
    pub(crate) fn new(out: &'a mut String) -> Self {
        let start = out.len();
        Self { out, start, written: 0, measured: start, len: 0, is_over: false }
    }

    /// The text that was retained.
    pub(crate) fn written(&self) -> &str {
        &self.out[self.start..]
    }

    /// Appends the mark, if the text was truncated.
    pub(crate) fn end(self) {
        if self.is_over {
            let written = without_open_user_info(self.written()).len();
            self.out.truncate(self.start + written);
            mark(self.out, self.len);
        }
    }

    #[cold]
    fn write_long(&mut self, text: &str) {
        if self.is_over {
            return;
        }
        self.written += escape::fitting(&self.out[self.measured..], usize::MAX).1;
        let (end, written) = escape::fitting(text, VALUE.saturating_sub(self.written));
        self.out.push_str(&text[..end]);
        self.written += written;
        self.measured = self.out.len();
        self.is_over = end < text.len();
    }
}

impl Write for Truncated<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.len += text.len();
        if !self.is_over && self.out.len() - self.start + text.len() <= SHORT {
            self.out.push_str(text);
        } else {
            self.write_long(text);
        }
        Ok(())
    }
}

/// Escapes formatted text directly into a line, without a buffer of its own.
pub(super) struct Escaped<'a> {
    out: &'a mut Buffer,
    /// How many bytes are left for the value. Zero stops all writing.
    end: usize,
    /// The length of all text so far, including what was cut off.
    len: usize,
}

impl<'a> Escaped<'a> {
    pub(super) const fn new(out: &'a mut Buffer) -> Self {
        let end = out.len() + VALUE;
        Self { out, end, len: 0 }
    }

    /// Appends the mark, if the text was truncated.
    #[inline]
    pub(super) fn end(mut self) {
        if self.end == 0 {
            self.mark();
        }
    }

    #[cold]
    fn mark(&mut self) {
        let mut text = String::new();
        mark(&mut text, self.len);
        self.out.put(|room| room.bytes(text.as_bytes()));
    }

    #[cold]
    fn write_to_the_end(&mut self, text: &str) {
        if self.end == 0 {
            return;
        }
        let (end, _) = escape::fitting(text, self.end - self.out.len());
        self.out.put(|room| escape::push(room, &text[..end]));
        if end < text.len() {
            self.end = 0;
        }
    }
}

impl Write for Escaped<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.len += text.len();
        if self.out.len() + WIDEST * text.len() <= self.end {
            self.out.put(|room| escape::push(room, text));
        } else {
            self.write_to_the_end(text);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pushed(text: &str) -> String {
        let mut out = String::from("before");
        push(&mut out, text);
        out.split_off("before".len())
    }

    #[test]
    fn a_password_in_a_url_is_not_cut_in_the_middle() {
        for (filler, stays) in [(VALUE - 20, false), (VALUE - 40, true)] {
            let text =
                format!("{} postgres://app:hunter2@db {}", "x".repeat(filler), "y".repeat(99));
            for value in
                [pushed(&text), captured(&[&text]), captured(&[&text[..filler], &text[filler..]])]
            {
                assert!(value.ends_with(&format!("…[cut, {} bytes]", text.len())), "{value}");
                assert_eq!(value.contains("hunter2@db"), stays, "{value}");
                assert_eq!(value.contains(":hunt"), stays, "{value}");
            }
        }
    }

    fn captured(pieces: &[&str]) -> String {
        let mut out = String::from("before");
        let mut cut = Truncated::new(&mut out);
        for piece in pieces {
            cut.write_str(piece).unwrap();
        }
        cut.end();
        out.split_off("before".len())
    }

    fn escaped(pieces: &[&str]) -> String {
        let mut out = Buffer::new();
        let mut escaped = Escaped::new(&mut out);
        for piece in pieces {
            escaped.write_str(piece).unwrap();
        }
        escaped.end();
        serde_json::from_str(&format!("\"{}\"", std::str::from_utf8(out.written()).unwrap()))
            .unwrap()
    }

    #[test]
    fn long_values_are_cut_between_characters_and_tell_their_length() {
        for (character, kept) in
            [('x', VALUE), ('ä', VALUE / 2), ('€', VALUE / 3), ('"', VALUE / 2), ('\u{1}', SHORT)]
        {
            let text: String = std::iter::repeat_n(character, 120_000).collect();
            let beginning = text.chars().take(kept).collect::<String>();
            let expected = format!("{beginning}…[cut, {} bytes]", text.len());
            assert_eq!(pushed(&text), expected);
            assert_eq!(pushed(&expected), expected, "it is not cut again");
            let (first, rest) = text.split_at(12 * character.len_utf8());
            assert_eq!(
                captured(&[first, rest, "end"]),
                expected.replace(
                    &format!("{} bytes", text.len()),
                    &format!("{} bytes", text.len() + 3),
                )
            );
            assert_eq!(escaped(&[&text]), expected);
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_whole_or_cut(pieces in prop::collection::vec("(\\PC|[\\x00-\\x1f]){0,400}", 0..12)) {
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let whole = pieces.concat();
            for found in [pushed(&whole), captured(&pieces), escaped(&pieces)] {
                let mark = format!("…[cut, {} bytes]", whole.len());
                let is_cut = found.strip_suffix(&mark).is_some_and(|kept| whole.starts_with(kept));
                prop_assert!(found == whole || is_cut);
                prop_assert!(escape::fitting(&found, usize::MAX).1 <= LONGEST);
                prop_assert!(is_cut || whole.len() > SHORT || found == whole);
            }
        }
    }
}
