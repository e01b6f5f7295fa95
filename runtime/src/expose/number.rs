//! Integers and times of an exposition.

use std::io::Write;

/// Writes an integer. The formatting of the standard library would take a third of the time of a scrape.
pub(super) fn integer(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Writes a point in time: seconds since 1970, with milliseconds.
pub(crate) fn timestamp(out: &mut Vec<u8>, time: std::time::SystemTime) {
    let since = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let _ = write!(out, "{}.{:03}", since.as_secs(), since.subsec_millis());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds() {
        let moment =
            std::time::UNIX_EPOCH + std::time::Duration::from_micros(1_700_000_000_012_345);
        let mut out = Vec::new();
        timestamp(&mut out, moment);
        assert_eq!(out, b"1700000000.012");
    }
}
