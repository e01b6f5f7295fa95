//! The option `poll_budget = "25ms"`: a duration as text.

use syn::LitStr;

use crate::diagnostics::Errors;
use crate::literals;

/// The units, and how many nanoseconds each has.
const UNITS: [(&str, u64); 4] =
    [("ms", 1_000_000), ("us", 1_000), ("µs", 1_000), ("s", 1_000_000_000)];

/// The longest budget: a poll of a minute is no budget.
const LONGEST: u64 = 60_000_000_000;

/// The nanoseconds of a duration; reports one that cannot be a budget.
pub(super) fn nanoseconds(text: &LitStr, errors: &mut Errors) -> Option<u64> {
    literals::check_text(text, errors);
    let value = text.value();
    match parse(value.trim()) {
        Some(0) => {
            errors
                .add(text, "every poll takes longer than no time: write `poll_budget = \"10ms\"`");
            None
        }
        Some(budget) if budget > LONGEST => {
            errors
                .add(text, "a poll of more than a minute is never right: write at most `\"60s\"`");
            None
        }
        Some(budget) => Some(budget),
        None => {
            let meant = meant(&value).unwrap_or_else(|| "25ms".to_owned());
            let message = format!(
                "`poll_budget` takes a whole number and its unit, `us`, `ms` or `s`: write \
                 `poll_budget = \"{meant}\"`"
            );
            errors.add(text, message);
            None
        }
    }
}

fn parse(text: &str) -> Option<u64> {
    let (number, nanoseconds) = UNITS
        .iter()
        .find_map(|(unit, nanoseconds)| Some((text.strip_suffix(unit)?, *nanoseconds)))?;
    let number = number.trim_end();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| number.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(nanoseconds))
}

/// The budget that is meant by a duration in another notation: `1.5s`, `2 min`, `PT0.025S`; at most the longest one.
fn meant(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase().replace('_', "");
    let text = text.strip_prefix("pt").unwrap_or(&text).trim_start_matches(['-', '+']);
    let is_unit = |c: char| !c.is_ascii_digit() && c != '.';
    let (number, unit) = text.split_at(text.find(is_unit).unwrap_or(text.len()));
    let unit = unit.split_whitespace().next().unwrap_or("ms");
    let in_microseconds = match unit {
        "us" | "micros" | "microseconds" => 1.0,
        "ms" | "millis" | "milliseconds" => 1e3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1e6,
        "m" | "min" | "mins" | "minute" | "minutes" => 6e7,
        "h" | "hr" | "hour" | "hours" => 3.6e9,
        _ => return None,
    };
    let microseconds = (number.parse::<f64>().ok()? * in_microseconds).min(6e7);
    let (unit, size) = [("s", 1e6), ("ms", 1e3), ("us", 1.0)]
        .into_iter()
        .find(|(_, size)| microseconds >= *size && microseconds % size == 0.0)?;
    Some(format!("{}{unit}", microseconds / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_notations_are_understood() {
        for (text, expected) in [
            ("25", Some("25ms")),
            ("1.5s", Some("1500ms")),
            ("0.0005s", Some("500us")),
            ("-5ms", Some("5ms")),
            ("1_000us", Some("1ms")),
            ("2h", Some("60s")),
            ("25 minutes", Some("60s")),
            ("PT0.025S", Some("25ms")),
            ("25ns", None),
            ("off", None),
            ("", None),
        ] {
            assert_eq!(meant(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_number_and_its_unit() {
        assert_eq!(parse("25ms"), Some(25_000_000));
        assert_eq!(parse("250 us"), Some(250_000));
        assert_eq!(parse("250µs"), Some(250_000));
        assert_eq!(parse("2s"), Some(2_000_000_000));
        assert_eq!(parse("99999999999999999999s"), Some(u64::MAX));
        for text in ["", "25", "ms", "1.5s", "-1ms", "25 minutes", "25ns"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
