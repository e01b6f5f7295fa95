//! Formats numbers for JSON.

use super::buffer::Reserved;
use crate::log::swar::ONES;

/// Numbers below this have at most eight digits.
pub(super) const SHORT: u64 = 100_000_000;

/// Writes an integer.
#[inline]
pub(crate) fn push(reserved: Reserved<'_>, number: u64) -> Option<Reserved<'_>> {
    if number < SHORT {
        reserved.within(|word| write_short(word, number))
    } else {
        push_long(reserved, number)
    }
}

/// Writes a number below [`SHORT`] to the beginning of `word`; returns its length.
#[inline]
pub(super) fn write_short(word: &mut [u8; 8], number: u64) -> usize {
    if number < 10 {
        #[expect(clippy::cast_possible_truncation, reason = "a digit")]
        let digit = b'0' + number as u8;
        word[0] = digit;
        return 1;
    }
    let digits = digits(number);
    // The first digit is in the lowest byte. The last digit stays even if it is zero.
    let zeros = (digits.trailing_zeros() / 8).min(7);
    *word = ((digits | ZEROS) >> (8 * zeros)).to_le_bytes();
    8 - zeros as usize
}

/// Not inlined, so that the fast path saves no registers for it.
#[inline(never)]
fn push_long(reserved: Reserved<'_>, number: u64) -> Option<Reserved<'_>> {
    reserved.bytes(itoa::Buffer::new().format(number).as_bytes())
}

const ZEROS: u64 = ONES * b'0' as u64;

/// The eight ASCII digits of a number below [`SHORT`], the first one in the lowest byte.
#[inline]
pub(crate) const fn eight_digits(number: u64) -> u64 {
    digits(number) | ZEROS
}

/// The eight digits of a number below [`SHORT`], one per byte, the first one in the lowest: splits
/// four digits into two and two into one, in parallel
/// (<https://johnnylee-sde.github.io/Fast-unsigned-integer-to-string/>).
#[inline]
const fn digits(number: u64) -> u64 {
    // The reciprocal multiplications are exact: by 100 below 10,000, by 10 below 100.
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x7f_0000_007f;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((twos - 10 * tens) << 8)
}

/// Writes a floating-point number. JSON has no NaN and no infinities, so those are written as text.
#[inline]
pub(crate) fn push_f64(reserved: Reserved<'_>, number: f64) -> Option<Reserved<'_>> {
    match thousandths(number) {
        Some(thousandths) => push_thousandths(reserved, number.is_sign_negative(), thousandths),
        None => push_formatted(reserved, number),
    }
}

#[cold]
fn push_formatted(reserved: Reserved<'_>, number: f64) -> Option<Reserved<'_>> {
    if number.is_finite() {
        // `Debug` writes exponents: `1e300`, not 300 digits.
        reserved.formatted(format_args!("{number:?}"))
    } else {
        reserved.formatted(format_args!("\"{number}\""))
    }
}

/// The number of thousandths, if the number is a whole number of them, as durations and prices are.
/// Up to 2⁵³ thousandths are distinct numbers, so the shortest text of such a number has at most
/// three decimals.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "a whole number that is not negative, below 2⁵³; exactly this number or not"
)]
#[inline]
pub(super) fn thousandths(number: f64) -> Option<u64> {
    const EXACT: f64 = (1_i64 << 53) as f64;
    let number = number.abs();
    let near = number * 1000.0 + 0.5;
    if near >= EXACT {
        return None;
    }
    // Signed, because processors convert signed integers in one instruction.
    let whole = near as i64;
    // The division of two exact numbers is rounded once, like the parsing of a decimal.
    (whole as f64 / 1000.0 == number).then_some(whole as u64)
}

/// Writes thousandths as `Debug` does: at least one decimal, and no trailing zeros.
#[inline]
pub(crate) fn push_thousandths(
    reserved: Reserved<'_>,
    negative: bool,
    thousandths: u64,
) -> Option<Reserved<'_>> {
    let reserved = if negative { reserved.bytes(b"-")? } else { reserved };
    if thousandths >= SHORT {
        return push_many_thousandths(reserved, thousandths);
    }
    reserved.within(|block| write_short_thousandths(block, thousandths))
}

/// Writes fewer thousandths than [`SHORT`] to the beginning of `block`; returns their length.
#[inline]
pub(super) fn write_short_thousandths(block: &mut [u8; 16], thousandths: u64) -> usize {
    let digits = digits(thousandths);
    // Five digits are before the point; at least one of them is written.
    let zeros = (digits.trailing_zeros() / 8).min(4);
    let whole = 5 - zeros as usize;
    let (decimals, len) = decimals(digits);
    block[..8].copy_from_slice(&((digits | ZEROS) >> (8 * zeros)).to_le_bytes());
    block[whole..whole + 8].copy_from_slice(&decimals);
    whole + len
}

#[inline(never)]
fn push_many_thousandths(reserved: Reserved<'_>, thousandths: u64) -> Option<Reserved<'_>> {
    let (decimals, len) = decimals(digits(thousandths % 1000));
    push(reserved, thousandths / 1000)?.block(&decimals, len)
}

/// The last three of eight digits after a point, at least one of them, and their length.
#[inline]
fn decimals(digits: u64) -> ([u8; 8], usize) {
    let rest = digits >> 40;
    let idle = 3 - (rest.checked_ilog2().unwrap_or(0) / 8 + 1) as usize;
    ((((rest | ZEROS) << 8) | u64::from(b'.')).to_le_bytes(), 4 - idle)
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Buffer;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_have_all_their_digits() {
        let near = |power: u32| {
            let power = 10_u64.pow(power);
            [power - 1, power, power + 1, 7 * power]
        };
        for number in (0..19).flat_map(near).chain([0, 10_203_040, u64::MAX]) {
            assert_eq!(text(|reserved| push(reserved, number)), number.to_string());
        }
    }

    fn text(write: impl Fn(Reserved<'_>) -> Option<Reserved<'_>>) -> String {
        let mut buffer = Buffer::new();
        buffer.put(write);
        String::from_utf8(buffer.written().to_vec()).unwrap()
    }

    #[test]
    fn numbers_are_written_as_debug_writes_them() {
        for number in [
            0.0,
            -0.0,
            0.058,
            12.5,
            0.1 + 0.2,
            -7.25,
            1e15,
            9_007_199_254_740.99,
            9.1e12,
            1e16,
            1e-5,
            5e-324,
            f64::MAX,
            0.000_5,
        ] {
            assert_eq!(text(|reserved| push_f64(reserved, number)), format!("{number:?}"));
        }
        assert_eq!(text(|reserved| push_f64(reserved, f64::NAN)), "\"NaN\"");
        assert_eq!(text(|reserved| push_f64(reserved, f64::NEG_INFINITY)), "\"-inf\"");
    }

    proptest! {
        #[test]
        fn any_whole_number_is_written_as_display_writes_it(number: u64, bits in 0..64_u32) {
            let number = number >> bits;
            prop_assert_eq!(text(|reserved| push(reserved, number)), number.to_string());
        }

        #[test]
        fn any_number_is_written_as_debug_writes_it(bits: u64, thousandths: i64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert_eq!(text(|reserved| push_f64(reserved, number)), format!("{number:?}"));
            #[expect(clippy::cast_precision_loss, reason = "any number will do")]
            let number = thousandths as f64 / 1000.0;
            prop_assert_eq!(text(|reserved| push_f64(reserved, number)), format!("{number:?}"));
        }
    }
}
