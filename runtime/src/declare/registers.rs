//! The registers by which different keys are counted, and what their number means.

use super::label::{Dimension, Domain};

/// How many registers a metric has. The standard error of an estimate is 1.04 / √1024, which is 3.3 %.
pub(crate) const REGISTERS: usize = 1024;

/// The name of the label that tells registers apart.
pub(crate) const REGISTER: &str = "register";

/// The largest estimate for which the registers that are still zero are counted, 2.5 times their number (Flajolet et al., 2007,
/// figure 3).
pub(crate) const LARGEST_LINEAR: u32 = 2560;

/// The estimate of larger numbers, multiplied by the sum of 2^-register over all registers: α · m², where α is
/// 0.7213 / (1 + 1.079 / m).
pub(crate) const SCALE: u32 = 755_542;

/// The labels of a metric that counts different keys.
pub(crate) const DIMENSIONS: &[Dimension] =
    &[Dimension { name: REGISTER, domain: Domain::Finite(&NAMES) }];

/// The digits of each register's number.
static DIGITS: [[u8; 4]; REGISTERS] = {
    let mut digits = [[b'0'; 4]; REGISTERS];
    let mut number = 0;
    while number < REGISTERS {
        let (mut rest, mut place) = (number, 4);
        while place > 0 {
            place -= 1;
            #[expect(clippy::cast_possible_truncation, reason = "a digit")]
            let digit = (rest % 10) as u8;
            digits[number][place] = b'0' + digit;
            rest /= 10;
        }
        number += 1;
    }
    digits
};

/// The number of each register, with four digits.
static NAMES: [&str; REGISTERS] = {
    let mut names = [""; REGISTERS];
    let mut number = 0;
    while number < REGISTERS {
        names[number] = match std::str::from_utf8(&DIGITS[number]) {
            Ok(name) => name,
            Err(_) => panic!("digits are text"),
        };
        number += 1;
    }
    names
};

/// How many different keys have been seen, from the value of each register.
///
/// This is the estimate of `HyperLogLog`: while registers are zero and few keys were seen, by the number of zeros ("linear
/// counting"), which is better there. Generated queries compute the same.
pub(crate) fn estimate(registers: impl Iterator<Item = u8>) -> f64 {
    let (mut zeros, mut sum) = (0_u32, 0.0);
    for register in registers {
        zeros += u32::from(register == 0);
        sum += (-f64::from(register)).exp2();
    }
    #[expect(clippy::cast_precision_loss, reason = "1024")]
    let count = REGISTERS as f64;
    let linear = count * (count / f64::from(zeros)).ln();
    if linear <= f64::from(LARGEST_LINEAR) { linear } else { f64::from(SCALE) / sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_numbered() {
        assert_eq!((NAMES[0], NAMES[7], NAMES[1023]), ("0000", "0007", "1023"));
    }

    #[test]
    fn the_scale_is_that_of_the_paper() {
        let alpha = 0.7213 / (1.0 + 1.079 / 1024.0);
        assert!((alpha * 1024.0 * 1024.0 - f64::from(SCALE)).abs() < 1.0, "{alpha}");
    }

    #[test]
    fn nothing_seen_is_nothing() {
        assert!(estimate(std::iter::repeat_n(0, REGISTERS)).abs() < f64::EPSILON);
        let one = std::iter::once(3).chain(std::iter::repeat_n(0, REGISTERS - 1));
        assert!((estimate(one) - 1.0).abs() < 0.01);
    }
}
