//! Ids as text.

use crate::words::ONES;

/// The lower-case hexadecimal digits of an id.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "one half, then the other")]
pub(crate) fn hex(id: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    digits[..8].copy_from_slice(&digits_of((id >> 32) as u32));
    digits[8..].copy_from_slice(&digits_of(id as u32));
    digits
}

/// As [`hex`], of a longer one.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "one half, then the other")]
pub(crate) fn hex_of_128(id: u128) -> [u8; 32] {
    let mut digits = [0; 32];
    digits[..16].copy_from_slice(&hex((id >> 64) as u64));
    digits[16..].copy_from_slice(&hex(id as u64));
    digits
}

/// Eight digits at once: the nibbles are spread to a byte each, and those above nine become letters.
#[inline]
const fn digits_of(id: u32) -> [u8; 8] {
    let pairs = (id as u64) << 16 | id as u64;
    let pairs = pairs & 0x0000_ffff_0000_ffff;
    let bytes = (pairs << 8 | pairs) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (bytes << 4 | bytes) & (0x0f * ONES);
    // Six more than ten and up carries into the nibble above.
    let letters = (nibbles + 6 * ONES) >> 4 & ONES;
    let digits = nibbles + b'0' as u64 * ONES + letters * (b'a' - b'0' - 10) as u64;
    digits.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_all_their_digits() {
        assert_eq!(&hex(0xab), b"00000000000000ab");
        for id in [0, 1, 0x0123_4567_89ab_cdef, 0x9a9a_9a9a_a9a9_a9a9, u64::MAX] {
            assert_eq!(hex(id).as_slice(), format!("{id:016x}").as_bytes());
            let long = u128::from(id) << 64 | u128::from(!id);
            assert_eq!(hex_of_128(long).as_slice(), format!("{long:032x}").as_bytes());
        }
    }
}
