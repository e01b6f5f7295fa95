//! Formats ids as hexadecimal text.

/// The lower-case hexadecimal digits of an id.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "one half, then the other")]
pub(crate) fn hex(id: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    digits[..8].copy_from_slice(&digits_of((id >> 32) as u32));
    digits[8..].copy_from_slice(&digits_of(id as u32));
    digits
}

/// Like [`hex`], for 128 bits.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "one half, then the other")]
pub(crate) fn hex_of_128(id: u128) -> [u8; 32] {
    let mut digits = [0; 32];
    digits[..16].copy_from_slice(&hex((id >> 64) as u64));
    digits[16..].copy_from_slice(&hex(id as u64));
    digits
}

/// The digits of four bytes, computed beside each other in one word (SWAR).
#[inline]
fn digits_of(number: u32) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // Moves each nibble into a byte of its own.
    let mut nibbles = u64::from(number);
    nibbles = (nibbles | nibbles << 16) & 0x0000_ffff_0000_ffff;
    nibbles = (nibbles | nibbles << 8) & 0x00ff_00ff_00ff_00ff;
    nibbles = (nibbles | nibbles << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    // Adding 6 carries into bit 4 from 10 on: those are letters.
    let letters = (nibbles + 6 * EACH) >> 4 & EACH;
    let digits = nibbles + u64::from(b'0') * EACH + u64::from(b'a' - b'0' - 10) * letters;
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
