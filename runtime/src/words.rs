//! Eight bytes of text looked at in one step
//! (<https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>).

/// A one in every byte.
pub(crate) const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// Whether one of the bytes of `word` is `byte`.
#[inline]
pub(crate) const fn has(word: u64, byte: u8) -> bool {
    // What borrows from its highest bit is a byte that was zero.
    let differences = word ^ (ONES * byte as u64);
    differences.wrapping_sub(ONES) & !differences & HIGH != 0
}

/// Whether all of the bytes of `word` are printable ASCII, or `0x7f`.
#[inline]
pub(crate) const fn is_printable(word: u64) -> bool {
    (word.wrapping_sub(ONES * 0x20) | word) & HIGH == 0
}
