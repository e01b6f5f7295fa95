//! The timestamp of a line: the wall clock, derived from the clock that observations read anyway.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use super::buffer::Reserved;
use super::number;
use crate::record::clock::Reading;

/// How long a reading of the wall clock is extrapolated, in nanoseconds. If the clock is set or
/// slewed meanwhile, a timestamp is wrong by that much (50 µs at NTP's largest slew of 500 ppm).
const TRUSTED: u64 = 100_000_000;

const SECOND: u64 = 1_000_000_000;

/// A reading of the wall clock, and the text of a second.
#[derive(Debug)]
struct Stamp {
    at: Cell<Reading>,
    /// Nanoseconds since 1970 at this reading.
    wall: Cell<u64>,
    /// The second of `opening`.
    second: Cell<u64>,
    /// The nanoseconds from that second to `wall`. The difference wraps around if `wall` is earlier.
    after_second: Cell<u64>,
    opening: Cell<[u8; LEN]>,
}

thread_local! {
    // Formatting the second is the expensive part of a timestamp, and seconds pass rarely.
    static STAMP: Stamp = const {
        Stamp {
            at: Cell::new(Reading::NONE),
            wall: Cell::new(0),
            second: Cell::new(u64::MAX),
            after_second: Cell::new(SECOND),
            opening: Cell::new(OPENING),
        }
    };
}

/// The beginning of a line.
const OPENING: [u8; LEN] = *b"{\"timestamp\":\"0000-00-00T00:00:00.000000Z\"";
const LEN: usize = b"{\"timestamp\":\"".len() + 28;
/// The offsets of the second and of the microseconds.
const SECONDS: std::ops::Range<usize> = 14..34;
const MICROS: usize = 34;

/// Begins a line with the time of `reading` as RFC 3339 with microseconds, in UTC.
#[inline]
pub(crate) fn begin(reserved: Reserved<'_>, reading: Reading) -> Option<Reserved<'_>> {
    let after_second = STAMP.with(|stamp| stamp.after_second(reading));
    let after_second = after_second.unwrap_or_else(|| STAMP.with(|stamp| stamp.turn(reading)));
    reserved.fill(LEN, |block: &mut [u8; LEN]| {
        STAMP.with(|stamp| *block = stamp.opening.get());
        block[MICROS..].copy_from_slice(&micros(after_second / 1000));
    })
}

impl Stamp {
    /// The nanoseconds from the second of `opening` to `reading`, if `reading` is within that second
    /// and soon after the last reading of the wall clock.
    #[inline]
    fn after_second(&self, reading: Reading) -> Option<u64> {
        let passed = reading.since(self.at.get());
        let after_second = self.after_second.get().wrapping_add(passed);
        let is_known = reading >= self.at.get() && passed < TRUSTED && after_second < SECOND;
        is_known.then_some(after_second)
    }

    /// Sets the second of `opening` to that of `reading`; returns the nanoseconds after it.
    #[cold]
    fn turn(&self, reading: Reading) -> u64 {
        let wall = self.wall_at(reading).unwrap_or_else(|| self.look(reading));
        let second = wall / SECOND;
        if self.second.replace(second) != second {
            let mut opening = OPENING;
            opening[SECONDS].copy_from_slice(&text(second));
            self.opening.set(opening);
        }
        self.after_second.set(self.wall.get().wrapping_sub(second * SECOND));
        wall % SECOND
    }

    /// The wall clock at `reading`, if that is close to the last reading of it.
    fn wall_at(&self, reading: Reading) -> Option<u64> {
        let (at, wall) = (self.at.get(), self.wall.get());
        // A nested line may have read the clock after this line's observation ended.
        let (distance, wall) = if reading >= at {
            (reading.since(at), wall + reading.since(at))
        } else {
            (at.since(reading), wall.saturating_sub(at.since(reading)))
        };
        (distance < TRUSTED && at != Reading::NONE).then_some(wall)
    }

    /// Reads the wall clock; returns its time at `reading`.
    fn look(&self, reading: Reading) -> u64 {
        let now = Reading::now();
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX);
        self.wall.set(wall);
        self.at.set(now);
        wall.saturating_sub(now.since(reading))
    }
}

/// The six digits of a number below a million, with the text that follows them in [`OPENING`].
#[inline]
fn micros(micros: u64) -> [u8; 8] {
    let [.., z, quote] = OPENING;
    let digits = number::eight_digits(micros) >> 16;
    (digits | u64::from_le_bytes([0, 0, 0, 0, 0, 0, z, quote])).to_le_bytes()
}

fn text(second: u64) -> [u8; 20] {
    use std::io::Write;
    let (days, second) = (second / 86_400, second % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let mut text = [b'0'; 20];
    // Years have four digits until 9999.
    let _ =
        write!(&mut text[..], "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.");
    text
}

/// The date of a day since 1970, in the proleptic Gregorian calendar
/// (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Buffer;
    use super::*;
    use std::time::Duration;

    #[test]
    fn seconds_have_one_width() {
        for (second, expected) in [
            (0, "1970-01-01T00:00:00."),
            (951_782_400, "2000-02-29T00:00:00."),
            (1_795_521_599, "2026-11-24T11:59:59."),
            (4_107_542_400, "2100-03-01T00:00:00."),
        ] {
            assert_eq!(std::str::from_utf8(&text(second)), Ok(expected));
        }
        assert_eq!(micros(5), *b"000005Z\"");
        assert_eq!(micros(999_999), *b"999999Z\"");
    }

    fn time(reading: Reading) -> String {
        let mut buffer = Buffer::new();
        buffer.put(|reserved| begin(reserved, reading));
        let opening = String::from_utf8(buffer.written().to_vec()).unwrap();
        opening.strip_prefix("{\"timestamp\":\"").unwrap().strip_suffix('"').unwrap().to_owned()
    }

    #[test]
    fn follows_the_wall_clock_and_never_repeats_a_time_backwards() {
        let wall = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        let mut last = String::new();
        for _ in 0..30 {
            std::thread::sleep(Duration::from_millis(10));
            let (before, stamp, after) = (wall(), time(Reading::now()), wall());
            assert!(last < stamp, "{last} then {stamp}");
            let fraction: u128 = stamp[20..26].parse().unwrap();
            // Within ten milliseconds: the counter is calibrated, not the same clock.
            let late = (1_010_000 + fraction - before % 1_000_000) % 1_000_000;
            assert!(late <= after - before + 20_000, "{stamp} between {before} and {after}");
            last = stamp;
        }
    }

    #[test]
    fn an_earlier_reading_has_an_earlier_time() {
        let earlier = Reading::now();
        let later = time(Reading::now());
        assert!(time(earlier) <= later);
    }
}
