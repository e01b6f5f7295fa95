//! Text as the inside of a JSON string.

use std::fmt::{self, Write};

/// Appends `text` to `out` so that it can stand between the quotes of a JSON string.
///
/// Beyond what JSON asks for, everything is escaped that some reader takes for the end of a line or that
/// makes a terminal show something else than what is there: U+007F to U+009F, U+2028, U+2029 and the marks
/// that change the direction of text.
pub(crate) fn escape(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !SUSPECT[usize::from(byte)] {
            continue;
        }
        // Suspects are ASCII or the first byte of a character, so `at` is a boundary.
        let Some(found) = text[at..].chars().next().filter(|c| must_escape(*c)) else { continue };
        out.push_str(&text[plain..at]);
        plain = at + found.len_utf8();
        match found {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // All of them lie below U+FFFF, so one escape is enough. Writing to a string cannot fail.
            other => drop(write!(out, "\\u{:04x}", u32::from(other))),
        }
    }
    out.push_str(&text[plain..]);
}

/// Escapes what is formatted into it.
pub(crate) struct Escaped<'a>(pub(crate) &'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

fn must_escape(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f'
            | '"'
            | '\\'
            | '\u{7f}'..='\u{9f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// The first bytes of everything that [`must_escape`]s.
const SUSPECT: [bool; 256] = {
    let mut suspect = [false; 256];
    let mut control = 0;
    while control < 0x20 {
        suspect[control] = true;
        control += 1;
    }
    suspect[b'"' as usize] = true;
    suspect[b'\\' as usize] = true;
    suspect[0x7f] = true;
    // U+0080 to U+00BF, and U+2000 to U+2FFF.
    suspect[0xc2] = true;
    suspect[0xe2] = true;
    suspect
};

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        escape(&mut out, text);
        out
    }

    #[test]
    fn leaves_ordinary_text_alone() {
        for text in ["", "plain", "grün, 中文, 🦀", "\u{a0}€", "a/b"] {
            assert_eq!(escaped(text), text);
        }
    }

    #[test]
    fn escapes_whatever_could_end_a_string_or_a_line() {
        assert_eq!(escaped("a\"b\\c\n\r\t\0"), r#"a\"b\\c\n\r\t\u0000"#);
        assert_eq!(escaped("\u{1b}[2K"), r"\u001b[2K");
        assert_eq!(escaped("\u{85}\u{2028}\u{2029}x"), r"\u0085\u2028\u2029x");
        assert_eq!(escaped("\u{202e}\u{7f}"), r"\u202e\u007f");
    }

    #[test]
    fn every_suspect_has_its_first_byte_in_the_table() {
        for c in '\0'..=char::MAX {
            let mut bytes = [0; 4];
            let first = c.encode_utf8(&mut bytes).as_bytes()[0];
            assert!(!must_escape(c) || SUSPECT[usize::from(first)], "{c:?}");
        }
    }

    #[test]
    fn formatted_pieces_are_escaped_one_by_one() {
        let mut out = String::new();
        write!(Escaped(&mut out), "{}-{}", "\"", '\n').unwrap();
        assert_eq!(out, r#"\"-\n"#);
    }
}
