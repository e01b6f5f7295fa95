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
            let number: String = value.chars().filter(char::is_ascii_digit).collect();
            let number = Some(number).filter(|number| !number.is_empty() && number.len() < 6);
            let number = number.unwrap_or_else(|| "25".to_owned());
            let message = format!(
                "`poll_budget` takes a whole number and its unit, `us`, `ms` or `s`: write \
                 `poll_budget = \"{number}ms\"`"
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

#[cfg(test)]
mod tests {
    use super::*;

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
