//! Numbers as the exposition formats write them.

use std::io::Write;

/// Writes a value. `NaN`, `+Inf` and `-Inf` have spellings of their own.
pub(super) fn value(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if value == f64::INFINITY {
        out.extend_from_slice(b"+Inf");
    } else if value == f64::NEG_INFINITY {
        out.extend_from_slice(b"-Inf");
    } else if value != 0.0 && !(1e-6..1e15).contains(&value.abs()) {
        write(out, format_args!("{value:e}"));
    } else {
        // Rust's shortest form that reads back as the same number.
        write(out, format_args!("{value}"));
    }
}

/// Writes a bucket's upper bound, with a point: `1.0`, not `1`.
///
/// OpenMetrics asks for it ("canonical numbers"), and text 0.0.4 allows it. Prometheus before 3.0 keeps the
/// label as it is written, so a target must not change its spelling with the format: the series would be
/// others.
pub(super) fn bound(out: &mut Vec<u8>, bound: f64) {
    let start = out.len();
    value(out, bound);
    let written = &out[start..];
    if !written.iter().any(|byte| b".eIN".contains(byte)) {
        out.extend_from_slice(b".0");
    }
}

pub(super) fn whole(out: &mut Vec<u8>, value: u64) {
    write(out, format_args!("{value}"));
}

/// Writes a time in seconds since 1970, with milliseconds.
pub(super) fn timestamp(out: &mut Vec<u8>, time: std::time::SystemTime) {
    let since = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    write(out, format_args!("{}.{:03}", since.as_secs(), since.subsec_millis()));
}

fn write(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) {
    // Writing into a vector cannot fail.
    let _ = out.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn spellings() {
        for (number, expected) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.25, "0.25"),
            (-3.5, "-3.5"),
            (1e21, "1e21"),
            (1e-9, "1e-9"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(text(|out| value(out, number)), expected);
        }
        assert_eq!(text(|out| bound(out, 1.0)), "1.0");
        assert_eq!(text(|out| bound(out, 0.005)), "0.005");
        assert_eq!(text(|out| bound(out, f64::INFINITY)), "+Inf");
        assert_eq!(text(|out| bound(out, 1e21)), "1e21");
    }
}
