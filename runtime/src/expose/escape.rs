//! Escapes of help texts and label values.

use crate::log::swar::{has, words};

/// Writes a label's value: backslash, quote and line feed are escaped.
pub(super) fn label(out: &mut Vec<u8>, value: &str) {
    write(out, value, true);
}

/// Writes a help text. In text 0.0.4 a quote stands for itself; in OpenMetrics it is escaped.
pub(super) fn help(out: &mut Vec<u8>, text: &str, quotes: bool) {
    write(out, text, quotes);
}

#[inline]
fn write(out: &mut Vec<u8>, text: &str, quotes: bool) {
    // Nearly every text is plain, and is copied whole.
    if plain(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        write_escaped(out, text.as_bytes(), quotes);
    }
}

#[cold]
fn write_escaped(out: &mut Vec<u8>, mut rest: &[u8], quotes: bool) {
    while let Some(at) = rest.iter().position(|byte| escaped(*byte, quotes)) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'\n' => b"\\n",
            b'"' => b"\\\"",
            _ => b"\\\\",
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// Whether there is nothing in it that could have to be escaped.
///
/// Eight bytes at a time: looked at byte by byte, label values were a quarter of a scrape.
#[inline]
fn plain(text: &[u8]) -> bool {
    let rest = text.chunks_exact(size_of::<u64>()).remainder();
    words(text).all(|word| !(has(word, b'\\') || has(word, b'\n') || has(word, b'"')))
        && !rest.iter().any(|byte| escaped(*byte, true))
}

fn escaped(byte: u8, quotes: bool) -> bool {
    matches!(byte, b'\\' | b'\n') || (byte == b'"' && quotes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unescape(text: &str) -> String {
        let mut out = String::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some(c @ ('\\' | '"')) => out.push(c),
                    other => panic!("no escape: {other:?}"),
                },
                '\n' | '"' => panic!("not escaped"),
                c => out.push(c),
            }
        }
        out
    }

    #[test]
    fn finds_what_is_escaped_wherever_it_stands() {
        for length in 1..20 {
            for at in 0..length {
                for byte in 0..=255 {
                    let mut text = vec![b'a'; length];
                    text[at] = byte;
                    assert_eq!(plain(&text), !escaped(byte, true), "{text:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn label_values_read_back(value: String) {
            let mut out = Vec::new();
            label(&mut out, &value);
            prop_assert_eq!(unescape(&String::from_utf8(out).unwrap()), value);
        }
    }
}
