//! Which texts need no quotes.

use super::scalar::is_printable;

/// The characters that begin something else than a plain scalar.
const INDICATORS: &str = "-?:,[]{}#&*!|>'\"%@`";

/// The words that YAML 1.1 or 1.2 reads as null, booleans, a merge key or a default value.
const WORDS: [&str; 12] =
    ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"];

/// Whether parsers read the plain scalar `text` as this text.
///
/// They include those of YAML 1.1, such as Python's and Go's, which read more words, numbers and
/// dates than YAML 1.2 has. A text that only looks like a number is quoted, too.
pub(super) fn is_plain(text: &str) -> bool {
    let begins = text.chars().next().is_some_and(|c| c != ' ' && !INDICATORS.contains(c));
    let is_document_end = text.starts_with("...");
    begins
        && !is_document_end
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(is_printable)
        && !has_another_type(&text.to_ascii_lowercase())
}

/// Whether the plain scalar `text`, in lower case, is or may be no string.
fn has_another_type(text: &str) -> bool {
    // Some parsers accept a second sign.
    let unsigned = text.trim_start_matches(['+', '-']);
    WORDS.contains(&text)
        || matches!(unsigned, ".inf" | ".nan" | "inf" | "nan")
        || is_number(unsigned)
        || is_date(text)
}

/// Decimals with `_` between their digits, hexadecimals, octals, binaries, and numbers to the base
/// of 60 such as `1:30`.
fn is_number(text: &str) -> bool {
    let consists_of_digits =
        |text: &str, others: &str| text.chars().all(|c| c.is_ascii_digit() || others.contains(c));
    let is_decimal = || {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, ""));
        consists_of_digits(mantissa, "._") && consists_of_digits(exponent, "+-_")
    };
    let has_prefix = || {
        let digits = ["0x", "0o", "0b"].iter().find_map(|prefix| text.strip_prefix(prefix));
        digits.is_some_and(|digits| consists_of_digits(digits, "abcdef+-_"))
    };
    let has_base_60 = || {
        let parts = text.rsplit_once(':');
        parts.is_some_and(|(head, last)| {
            consists_of_digits(head, ":_") && consists_of_digits(last, "._")
        })
    };
    text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && (is_decimal() || has_prefix() || has_base_60())
}

/// Dates such as `2024-02-29`, with or without a time.
fn is_date(text: &str) -> bool {
    let (year, rest) = text.split_once('-').unwrap_or((text, ""));
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let is_part = |c: char| c.is_ascii_digit() || "-:.,+tz ".contains(c);
    is_year && rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(is_part)
}
