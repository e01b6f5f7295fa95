//! Formats ids as hexadecimal text.

/// The lower-case hexadecimal digits of an id.
#[inline]
pub(crate) fn hex(id: u64) -> [u8; 16] {
    digits_of(&id.to_be_bytes())
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

/// The digits of eight bytes.
#[inline(never)]
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "of bytes in memory the compiler makes a vector; those of a number it takes one by one"
)]
fn digits_of(bytes: &[u8; 8]) -> [u8; 16] {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    let pairs = bytes.map(|byte| [digit(byte >> 4), digit(byte & 0xf)]);
    pairs.as_flattened().try_into().expect("sixteen digits")
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
