//! The time of a line: RFC 3339, UTC, microseconds.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Writes times; keeps the text of the last second, which most lines share.
#[derive(Debug)]
pub(crate) struct Timestamps {
    second: u64,
    text: String,
}

impl Timestamps {
    pub(crate) const fn new() -> Self {
        Self { second: u64::MAX, text: String::new() }
    }

    /// Appends `time` with exactly six fractional digits. What lies before 1970 or after 9999 is written as
    /// the nearest time in between: a line with a wrong clock is better than none.
    pub(crate) fn write(&mut self, out: &mut String, time: SystemTime) {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).min(LAST);
        if self.second != since.as_secs() {
            self.second = since.as_secs();
            self.text = date_and_time(self.second);
        }
        // Writing to a string cannot fail.
        let _ = write!(out, "{}.{:06}Z", self.text, since.subsec_micros());
    }
}

/// 9999-12-31T23:59:59.999999999
const LAST: Duration = Duration::new(253_402_300_799, 999_999_999);

/// Days to dates after Howard Hinnant's `civil_from_days`, in eras of 400 years that begin in March.
fn date_and_time(seconds: u64) -> String {
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(timestamps: &mut Timestamps, seconds: u64, nanoseconds: u32) -> String {
        let mut out = String::new();
        timestamps.write(&mut out, UNIX_EPOCH + Duration::new(seconds, nanoseconds));
        out
    }

    #[test]
    fn six_digits_always() {
        let mut t = Timestamps::new();
        assert_eq!(written(&mut t, 0, 0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(written(&mut t, 0, 1_999), "1970-01-01T00:00:00.000001Z");
        assert_eq!(written(&mut t, 951_782_399, 0), "2000-02-28T23:59:59.000000Z");
        assert_eq!(written(&mut t, 951_782_400, 999_999_999), "2000-02-29T00:00:00.999999Z");
        assert_eq!(written(&mut t, 1_709_251_199, 0), "2024-02-29T23:59:59.000000Z");
        assert_eq!(written(&mut t, 4_107_542_399, 0), "2100-02-28T23:59:59.000000Z");
        assert_eq!(written(&mut t, 4_107_542_400, 0), "2100-03-01T00:00:00.000000Z");
    }

    #[test]
    fn clocks_far_off_are_clamped() {
        let mut t = Timestamps::new();
        let mut out = String::new();
        t.write(&mut out, UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(out, "1970-01-01T00:00:00.000000Z");
        assert_eq!(written(&mut t, 300_000_000_000, 0), "9999-12-31T23:59:59.999999Z");
    }
}
