//! One line of the log: a flat JSON object that no value can break out of.

use std::io::Write;
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::observe::fields::FieldValue;

/// A JSON object being written.
#[derive(Debug)]
pub(crate) struct Line {
    out: Vec<u8>,
    /// Names of the line's own members; an event's field of that name gets a prefix.
    own: Vec<&'static str>,
    /// The event's fields so far.
    fields: Vec<Member>,
    reserved: bool,
}

/// A field as it stands in the line: all of it with the comma before it, and its name in quotes.
#[derive(Debug)]
struct Member {
    whole: Range<usize>,
    name: Range<usize>,
}

/// Names that a line may have itself, whether or not this one does: a field must not sometimes be one.
const OWN: &[&str] = &[
    "timestamp",
    "level",
    "target",
    "message",
    "module",
    "function",
    "line",
    "request_id",
    "trace_id",
    "span_id",
];

impl Line {
    /// Begins a line in an empty buffer.
    pub(crate) fn new(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        buffer.push(b'{');
        Self { out: buffer, own: Vec::new(), fields: Vec::new(), reserved: false }
    }

    /// Says that what follows are the event's own fields.
    pub(crate) fn reserve_names(&mut self) {
        self.own.extend(OWN);
        self.reserved = true;
    }

    /// Ends the line.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(b"}\n");
        self.out
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        string(&mut self.out, value);
    }

    pub(crate) fn unsigned(&mut self, name: &str, value: u64) {
        self.name(name);
        self.write(format_args!("{value}"));
    }

    pub(crate) fn hex(&mut self, name: &str, value: u128, digits: usize) {
        self.name(name);
        self.write(format_args!("\"{value:0digits$x}\""));
    }

    /// Writes a time as RFC 3339 with microseconds, in UTC.
    pub(crate) fn timestamp(&mut self, name: &str, time: SystemTime) {
        self.name(name);
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let micros = since.subsec_micros();
        self.write(format_args!(
            "\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z\""
        ));
    }

    /// Writes a field of the event. Of two with one name the later stays; an empty one is left out.
    pub(crate) fn value(&mut self, name: &str, value: &FieldValue) {
        if *value == FieldValue::Empty {
            return;
        }
        let name = name.strip_prefix("r#").unwrap_or(name);
        let start = self.out.len();
        if self.reserved && self.own.contains(&name) {
            self.name(&format!("field.{name}"));
        } else {
            self.name(name);
        }
        // After the comma, before the colon. What stands in the line is compared: a prefix made it.
        let comma = usize::from(start > 1);
        let mut member = Member { whole: start..start, name: start + comma..self.out.len() - 1 };
        member.move_back(self.remove(&member.name));
        self.member(value);
        member.whole.end = self.out.len();
        self.fields.push(member);
    }

    /// Takes the earlier field with the name at `name` out of the line; returns how long it was.
    fn remove(&mut self, name: &Range<usize>) -> usize {
        let same = |earlier: &Member| self.out[earlier.name.clone()] == self.out[name.clone()];
        let Some(index) = self.fields.iter().position(same) else { return 0 };
        let whole = self.fields.remove(index).whole;
        for later in &mut self.fields[index..] {
            later.move_back(whole.len());
        }
        self.out.drain(whole.clone());
        whole.len()
    }

    fn member(&mut self, value: &FieldValue) {
        match value {
            FieldValue::Bool(value) => self.write(format_args!("{value}")),
            FieldValue::I64(value) => self.write(format_args!("{value}")),
            FieldValue::U64(value) => self.write(format_args!("{value}")),
            // `Debug` knows exponents: 1e300 is not 300 digits.
            FieldValue::F64(value) if value.is_finite() => self.write(format_args!("{value:?}")),
            // JSON has no such numbers.
            FieldValue::F64(value) => self.write(format_args!("\"{value}\"")),
            FieldValue::Text(value) => string(&mut self.out, value),
            FieldValue::Empty => {}
        }
    }

    fn name(&mut self, name: &str) {
        if self.out.len() > 1 {
            self.out.push(b',');
        }
        string(&mut self.out, name);
        self.out.push(b':');
    }

    fn write(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing into a vector cannot fail.
        let _ = self.out.write_fmt(arguments);
    }
}

impl Member {
    fn move_back(&mut self, by: usize) {
        for range in [&mut self.whole, &mut self.name] {
            *range = range.start - by..range.end - by;
        }
    }
}

/// Writes a JSON string. Control characters are escaped, and the line ends that some readers know beside
/// them: U+0085, U+2028 and U+2029; so are the marks that change the direction of text.
fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let escape: &[u8] = match c {
            '"' => b"\\\"",
            '\\' => b"\\\\",
            '\n' => b"\\n",
            '\r' => b"\\r",
            '\t' => b"\\t",
            c if c.is_control() || misleads(c) => b"",
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[plain..at]);
        if escape.is_empty() {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.extend_from_slice(escape);
        }
        plain = at + c.len_utf8();
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
    out.push(b'"');
}

/// Whether some reader takes it for the end of a line, or a terminal shows another order than is there.
fn misleads(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn line(write: impl FnOnce(&mut Line)) -> String {
        let mut line = Line::new(Vec::new());
        write(&mut line);
        String::from_utf8(line.finish()).unwrap()
    }

    #[test]
    fn timestamps_have_one_width() {
        for (seconds, micros, expected) in [
            (0, 0, "1970-01-01T00:00:00.000000Z"),
            (951_782_400, 5, "2000-02-29T00:00:00.000005Z"),
            (1_795_521_599, 999_999, "2026-11-24T11:59:59.999999Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000000Z"),
        ] {
            let time = UNIX_EPOCH + Duration::new(seconds, micros * 1000);
            let text = line(|line| line.timestamp("t", time));
            assert_eq!(text, format!("{{\"t\":\"{expected}\"}}\n"));
        }
    }

    #[test]
    fn no_name_is_written_twice() {
        let text = line(|line| {
            line.text("level", "INFO");
            line.reserve_names();
            line.value("level", &FieldValue::U64(1));
            line.value("a", &FieldValue::F64(f64::NAN));
            line.value("a", &FieldValue::U64(2));
            line.value("b", &FieldValue::Empty);
        });
        assert_eq!(text, "{\"level\":\"INFO\",\"field.level\":1,\"a\":2}\n");
    }

    #[test]
    fn the_later_of_two_stays_and_moves_nothing_else() {
        let text = line(|line| {
            line.text("level", "INFO");
            line.reserve_names();
            let fields = [("level", 1), ("b", 22), ("a", 333), ("b", 4), ("field.level", 5)];
            for (name, value) in fields.into_iter().chain([("a", 6), ("r#type", 7)]) {
                line.value(name, &FieldValue::U64(value));
            }
            line.value("nan", &FieldValue::F64(f64::NAN));
        });
        let fields = "\"b\":4,\"field.level\":5,\"a\":6,\"type\":7,\"nan\":\"NaN\"";
        assert_eq!(text, format!("{{\"level\":\"INFO\",{fields}}}\n"));
    }

    proptest! {
        #[test]
        fn no_value_breaks_out(name in "[a-z.]{1,8}", value: String) {
            let text = line(|line| line.value(&name, &FieldValue::Text(value.as_str().into())));
            prop_assert_eq!(text.matches('\n').count(), 1);
            let line_ends = ['\u{2028}', '\u{2029}', '\u{85}', '\r'];
            prop_assert!(!text.contains(line_ends));
            let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(parsed[&name].as_str(), Some(value.as_str()));
        }
    }
}
