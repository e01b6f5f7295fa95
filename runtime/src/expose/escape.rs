//! Escapes of help texts and label values.

/// Writes a label's value: backslash, quote and line feed are escaped.
pub(super) fn label(out: &mut Vec<u8>, value: &str) {
    write(out, value, true);
}

/// Writes a help text. In text 0.0.4 a quote stands for itself; in OpenMetrics it is escaped.
pub(super) fn help(out: &mut Vec<u8>, text: &str, quotes: bool) {
    write(out, text, quotes);
}

fn write(out: &mut Vec<u8>, text: &str, quotes: bool) {
    let mut rest = text.as_bytes();
    // Nearly every text is plain, and is copied whole.
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

    proptest! {
        #[test]
        fn label_values_read_back(value: String) {
            let mut out = Vec::new();
            label(&mut out, &value);
            prop_assert_eq!(unescape(&String::from_utf8(out).unwrap()), value);
        }
    }
}
