//! Numbers as JSON has them.

use std::fmt::Write;

use super::escape::Formatted;

pub(super) fn push(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a number; JSON has none that is not finite, so those are text.
pub(super) fn push_f64(out: &mut Vec<u8>, number: f64) {
    if let Some(thousandths) = thousandths(number) {
        push_thousandths(out, number.is_sign_negative(), thousandths);
    } else if number.is_finite() {
        // `Debug` knows exponents: 1e300 is not 300 digits.
        let _ = write!(Formatted(out), "{number:?}");
    } else {
        let _ = write!(Formatted(out), "\"{number}\"");
    }
}

/// How many thousandths a number is, if it is a whole number of them. Durations are and prices, and the shortest
/// text of such a number is then plain: up to 2⁵³ thousandths no two of them are the same number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "a whole number that is not negative, below 2⁵³; exactly this number or not"
)]
fn thousandths(number: f64) -> Option<u64> {
    const EXACT: f64 = (1_i64 << 53) as f64;
    let number = number.abs();
    let near = number * 1000.0 + 0.5;
    if near >= EXACT {
        return None;
    }
    // Signed, as processors convert those alone in one step.
    let whole = near as i64;
    // A division of exact numbers is rounded once, as reading the decimal is.
    (whole as f64 / 1000.0 == number).then_some(whole as u64)
}

/// Appends so many thousandths, as `Debug` writes them: at least one decimal, and no idle zero.
pub(super) fn push_thousandths(out: &mut Vec<u8>, negative: bool, thousandths: u64) {
    if negative {
        out.push(b'-');
    }
    let whole = thousandths / 1000;
    let rest = thousandths % 1000;
    // Most durations are below a millisecond.
    match whole {
        0 => out.push(b'0'),
        _ => push(out, whole),
    }
    let digits =
        [b'.', b'0' + (rest / 100) as u8, b'0' + (rest / 10 % 10) as u8, b'0' + (rest % 10) as u8];
    let idle = match (rest.is_multiple_of(100), rest.is_multiple_of(10)) {
        (true, _) => 2,
        (false, idle) => usize::from(idle),
    };
    out.extend_from_slice(&digits[..digits.len() - idle]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
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
            assert_eq!(text(|out| push_f64(out, number)), format!("{number:?}"));
        }
        assert_eq!(text(|out| push_f64(out, f64::NAN)), "\"NaN\"");
        assert_eq!(text(|out| push_f64(out, f64::NEG_INFINITY)), "\"-inf\"");
    }

    proptest! {
        #[test]
        fn any_number_is_written_as_debug_writes_it(bits: u64, thousandths: i64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert_eq!(text(|out| push_f64(out, number)), format!("{number:?}"));
            #[expect(clippy::cast_precision_loss, reason = "any number will do")]
            let number = thousandths as f64 / 1000.0;
            prop_assert_eq!(text(|out| push_f64(out, number)), format!("{number:?}"));
        }
    }
}
