//! Numbers and texts of the answers.

use std::borrow::Cow;
use std::fmt::{self, Display};

use crate::expose::json_writer::JsonWriter;

/// `text`, or its beginning if it is longer than `most` bytes.
pub(super) fn clipped(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let end = (0..=most - '…'.len_utf8()).rev().find(|end| text.is_char_boundary(*end));
    Cow::Owned(format!("{}…", &text[..end.unwrap_or(0)]))
}

/// A number with six decimals at most; `null` if it is not finite.
pub(super) struct Rounded(pub(super) f64);

impl Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = (self.0 * 1e6).round() / 1e6;
        if rounded.is_finite() { rounded.fmt(f) } else { f.write_str("null") }
    }
}

/// A number as it is; `null` if it is not finite.
pub(super) struct Exact(pub(super) f64);

impl Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_finite() { self.0.fmt(f) } else { f.write_str("null") }
    }
}

/// Writes a member that may be unknown.
pub(super) fn rounded(json: &mut JsonWriter, name: &str, value: Option<f64>) {
    json.member(name).optional(value.map(Rounded));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_at_a_character() {
        assert_eq!(clipped("short", 5), "short");
        assert_eq!(clipped("longer", 5), "lo…");
        assert_eq!(clipped("ééé", 5), "é…");
        assert_eq!(clipped("🎈🎈", 4), "…");
    }

    #[test]
    fn numbers_are_json() {
        for (number, text) in [(0.1 + 0.2, "0.3"), (1e-9, "0"), (1.5e9, "1500000000"), (-2.0, "-2")]
        {
            assert_eq!(Rounded(number).to_string(), text);
        }
        for number in [f64::NAN, f64::INFINITY] {
            assert_eq!(
                (Rounded(number).to_string(), Exact(number).to_string()),
                ("null".into(), "null".into())
            );
        }
        assert_eq!(Exact(0.1 + 0.2).to_string(), "0.30000000000000004");
    }
}
