//! Literals in attributes. None of them has a suffix, which would look like a unit: `100ms`.

use proc_macro2::Span;
use syn::{Lit, LitStr};

use crate::diagnostics::Errors;

/// What a suffix multiplies a number by, if it is read as a unit.
const FACTORS: &[(&[&str], f64)] = &[
    (&["ns", "nanos", "n"], 1e-9),
    (&["us", "µs", "micros", "u"], 1e-6),
    (&["ms", "millis", "msec"], 1e-3),
    (&["m", "min", "mins", "minutes"], 60.0),
    (&["h", "hours"], 3_600.0),
    (&["d", "days"], 86_400.0),
    (&["k", "K", "kb", "kB", "KB"], 1e3),
    (&["M", "mb", "MB"], 1e6),
    (&["G", "gb", "GB"], 1e9),
    (&["KiB", "Ki", "kib"], 1_024.0),
    (&["MiB", "Mi", "mib"], 1_048_576.0),
    (&["GiB", "Gi", "gib"], 1_073_741_824.0),
];

/// Refuses a suffix of a number, unless it is `own`, the type that the number has anyway.
pub(crate) fn check_number(literal: &Lit, own: &str, errors: &mut Errors) {
    if let Some(message) = suffix_error(literal, own) {
        errors.add(literal, message);
    }
}

/// Why the suffix of a number is refused, and the number to write.
pub(crate) fn suffix_error(literal: &Lit, own: &str) -> Option<String> {
    let (digits, suffix) = match literal {
        Lit::Int(number) => (number.base10_digits(), number.suffix()),
        Lit::Float(number) => (number.base10_digits(), number.suffix()),
        _ => return None,
    };
    (!suffix.is_empty() && suffix != own).then(|| {
        let plain = without_suffix(digits, suffix);
        format!("a number has no suffix here, not even of a unit: write `{plain}`")
    })
}

/// Refuses a suffix of a text.
pub(crate) fn check_text(text: &LitStr, errors: &mut Errors) {
    if !text.suffix().is_empty() {
        let plain = LitStr::new(&text.value(), Span::call_site());
        let plain = quote::ToTokens::to_token_stream(&plain);
        errors.add(text, format_args!("text has no suffix: write `{plain}`"));
    }
}

/// The number as it would be written without the suffix: `0.1` for `100ms`, `10_000` for `10k`.
fn without_suffix(digits: &str, suffix: &str) -> String {
    let factor = FACTORS.iter().find(|(suffixes, _)| suffixes.contains(&suffix));
    match (factor, digits.parse::<f64>()) {
        (Some((_, factor)), Ok(number)) => grouped(&(number * factor).to_string()),
        _ => grouped(digits),
    }
}

/// The number with a `_` between groups of three digits, if it has five or more before the point.
fn grouped(number: &str) -> String {
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    if whole.len() < 5 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    text + fraction
}

/// The value of a number, whatever its suffix.
pub(crate) fn number(literal: &Lit) -> Option<f64> {
    match literal {
        Lit::Float(number) => number.base10_digits().parse().ok(),
        Lit::Int(number) => number.base10_digits().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(literal: &str, own: &str) -> String {
        let mut errors = Errors::default();
        check_number(&syn::parse_str(literal).unwrap(), own, &mut errors);
        errors.into_compile_error().to_string()
    }

    #[test]
    fn a_suffix_is_refused_with_the_number_to_write() {
        for (literal, plain) in [
            ("100ms", "`0.1`"),
            ("10k", "`10_000`"),
            ("404http", "`404`"),
            ("2.5s", "`2.5`"),
            ("1u8", "`1`"),
            ("3h", "`10_800`"),
            ("0x10ms", "`0.016`"),
        ] {
            let error = checked(literal, "f64");
            assert!(error.contains(plain), "{literal}: {error}");
        }
    }

    #[test]
    fn numbers_of_their_own_type_are_accepted() {
        assert_eq!(checked("0.1f64", "f64") + &checked("1_000", "f64"), "");
        assert_eq!(checked("404_u16", "u16") + &checked("5usize", "usize"), "");
    }
}
