//! Ids as text.

/// The lower-case hexadecimal digits of every byte.
const HEX: [[u8; 2]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};

/// The lower-case hexadecimal digits of an id.
#[inline]
pub(crate) fn hex<const N: usize>(id: [u8; N]) -> [[u8; 2]; N] {
    id.map(|byte| HEX[usize::from(byte)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_all_their_digits() {
        assert_eq!(hex(0xab_u64.to_be_bytes()).as_flattened(), b"00000000000000ab");
        assert_eq!(hex([0xfe, 0x10]).as_flattened(), b"fe10");
    }
}
