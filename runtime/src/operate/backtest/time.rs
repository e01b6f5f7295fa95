//! Times as people and programs read them, in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// `2026-11-30`.
pub(super) fn day(milliseconds: u64) -> String {
    // <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>, for days after 1970.
    let days = milliseconds / DAY + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `20:31`.
pub(super) fn minute(milliseconds: u64) -> String {
    format!("{:02}:{:02}", milliseconds % DAY / HOUR, milliseconds % HOUR / MINUTE)
}

/// `2026-11-30 20:31:30`.
pub(super) fn second(milliseconds: u64) -> String {
    let seconds = milliseconds % MINUTE / SECOND;
    format!("{} {}:{seconds:02}", day(milliseconds), minute(milliseconds))
}

/// `2026-11-30T20:31:30Z`, as RFC 3339 has it.
pub(super) fn rfc3339(milliseconds: u64) -> String {
    second(milliseconds).replace(' ', "T") + "Z"
}

/// `2d 3h`, `1h 5m`, `30s`.
pub(super) fn length(milliseconds: u64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")];
    let largest = units.iter().position(|(unit, _)| milliseconds >= *unit).unwrap_or(3);
    let mut rest = milliseconds;
    let mut parts = Vec::new();
    for (unit, name) in units.iter().skip(largest).take(2) {
        let number = rest / unit;
        rest %= unit;
        if number > 0 || parts.is_empty() {
            parts.push(format!("{number}{name}"));
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (1_796_070_690, "2026-11-30T20:31:30Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds * SECOND), text);
        }
    }

    #[test]
    fn a_length_has_two_units_at_most() {
        for (seconds, text) in [
            (30, "30s"),
            (600, "10m"),
            (630, "10m 30s"),
            (3_900, "1h 5m"),
            (90_061, "1d 1h"),
            (0, "0s"),
        ] {
            assert_eq!(length(seconds * SECOND), text);
        }
    }
}
