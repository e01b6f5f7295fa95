//! How Prometheus' text formats spell floats and escape text. Expositions and generated queries have to agree on both.
//!
//! Floats are spelled as Go's `strconv.FormatFloat(f, 'g', -1, 64)` does. Prometheus and its clients write them so, and
//! OpenMetrics calls that canonical
//! (<https://prometheus.io/docs/specs/om/open_metrics_spec/#considerations-canonical-numbers>): the shortest digits
//! that parse as the same number, with an exponent below 1e-4 and from 1e+06 on.
//!
//! The value of `le` and of `quantile` is part of a series' identity. Go's client writes `le="1"` in the text format
//! and `le="1.0"` in OpenMetrics, so a Prometheus before 3.0 stores two different series when the negotiated format
//! changes. Here both formats have OpenMetrics' spelling, `1.0`. So the series are the same in both formats, Prometheus
//! 2 and 3 store the same ones, and a generated rule that names a bucket matches all of them.

use std::fmt::{self, Display, Write as _};
use std::io::Write as _;

/// A label value or a help text, formatted with its escapes: of backslashes, line feeds and, optionally, quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<'a> {
    text: &'a str,
    quotes: bool,
}

impl<'a> Escaped<'a> {
    /// Text within double quotes: a label value, or a string of PromQL.
    pub(crate) const fn quoted(text: &'a str) -> Self {
        Self { text, quotes: true }
    }

    /// A help text: OpenMetrics escapes quotes in it, the text format 0.0.4 does not.
    pub(crate) const fn help(text: &'a str, quotes: bool) -> Self {
        Self { text, quotes }
    }
}

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.text;
        // Only ASCII is escaped, so each index is a boundary of characters.
        while let Some(at) = rest.bytes().position(|byte| is_escaped(byte, self.quotes)) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'\n' => "\\n",
                b'"' => "\\\"",
                _ => "\\\\",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// Whether `byte` has to be escaped.
#[inline]
pub(crate) const fn is_escaped(byte: u8, quotes: bool) -> bool {
    matches!(byte, b'\\' | b'\n') || (byte == b'"' && quotes)
}

/// The value of the label `le` of a bucket with this upper bound: `1.0`, `0.25`, `5e-05`.
#[cfg(feature = "operate")]
pub(crate) fn bucket_bound(bound: f64) -> String {
    let mut text = Vec::new();
    label_float(&mut text, bound);
    String::from_utf8(text).unwrap_or_default()
}

/// Writes the value of a sample.
pub(crate) fn float(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    } else {
        finite(out, value);
    }
}

/// Writes the value of a `le` or `quantile` label.
pub(crate) fn label_float(out: &mut Vec<u8>, value: f64) {
    let start = out.len();
    float(out, value);
    if value.is_finite() && !out[start..].iter().any(|byte| matches!(byte, b'.' | b'e')) {
        out.extend_from_slice(b".0");
    }
}

/// Writes a finite number.
fn finite(out: &mut Vec<u8>, value: f64) {
    // Rust finds the same digits as Go. Only the position of the point and the form of the exponent differ.
    let mut scientific = Scientific::default();
    let _ = write!(scientific, "{value:e}");
    let (negative, digits, exponent) = scientific.parts();
    if negative {
        out.push(b'-');
    }
    match usize::try_from(exponent) {
        Ok(exponent @ 0..6) => {
            let whole = exponent + 1;
            let (before, after) = digits.split_at(whole.min(digits.len()));
            out.extend_from_slice(before);
            out.extend(std::iter::repeat_n(b'0', whole - before.len()));
            fraction(out, after);
        }
        Err(_) if exponent >= -4 => {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', exponent.unsigned_abs() as usize - 1));
            out.extend_from_slice(digits);
        }
        _ => {
            out.push(digits[0]);
            fraction(out, &digits[1..]);
            let sign = if exponent < 0 { '-' } else { '+' };
            let _ = write!(out, "e{sign}{:02}", exponent.unsigned_abs());
        }
    }
}

fn fraction(out: &mut Vec<u8>, digits: &[u8]) {
    if !digits.is_empty() {
        out.push(b'.');
        out.extend_from_slice(digits);
    }
}

/// Parses the output of `{:e}` without allocating: a sign, at most 17 digits without their point, and an exponent
/// between -324 and 308.
#[derive(Default)]
struct Scientific {
    negative: bool,
    digits: [u8; 20],
    len: usize,
    exponent: Option<i32>,
    exponent_negative: bool,
}

impl Scientific {
    fn parts(&self) -> (bool, &[u8], i32) {
        let exponent = self.exponent.unwrap_or(0);
        let exponent = if self.exponent_negative { -exponent } else { exponent };
        (self.negative, &self.digits[..self.len.max(1)], exponent)
    }
}

impl fmt::Write for Scientific {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            match (byte, &mut self.exponent) {
                (b'-', None) => self.negative = true,
                (b'-', Some(_)) => self.exponent_negative = true,
                (b'e', exponent) => *exponent = Some(0),
                (b'0'..=b'9', Some(exponent)) => {
                    *exponent = *exponent * 10 + i32::from(byte - b'0');
                }
                (b'0'..=b'9', None) if self.len < self.digits.len() => {
                    self.digits[self.len] = byte;
                    self.len += 1;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn floats_are_spelled_as_go_does() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (5.0, "5"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (0.000_012_5, "1.25e-05"),
            (123_456.0, "123456"),
            (123_456.789, "123456.789"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (1e100, "1e+100"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(written(|out| float(out, value)), text);
        }
    }

    #[test]
    fn bounds_are_floats_in_both_formats() {
        for (value, text) in [
            (0.005, "0.005"),
            (1.0, "1.0"),
            (86_400.0, "86400.0"),
            (1e6, "1e+06"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(written(|out| label_float(out, value)), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            let read: f64 = written(|out| float(out, value)).parse().unwrap();
            prop_assert!(read.to_bits() == bits || (read.is_nan() && value.is_nan()));
        }
    }
}
