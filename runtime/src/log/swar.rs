//! SIMD within a register: eight bytes of text compared in one step
//! (<https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>).

/// A one in every byte.
pub(crate) const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// The whole words of `text`.
#[inline]
pub(crate) fn words(text: &[u8]) -> impl Iterator<Item = u64> {
    words_and_rest(text).0
}

/// The whole words of `text`, and its last bytes, which are fewer than a word.
#[inline]
pub(crate) fn words_and_rest(text: &[u8]) -> (impl Iterator<Item = u64>, &[u8]) {
    let (whole, rest) = text.split_at(text.len() - text.len() % size_of::<u64>());
    let word = |bytes: &[u8]| u64::from_ne_bytes(bytes.try_into().expect("eight bytes"));
    (whole.chunks_exact(size_of::<u64>()).map(word), rest)
}

/// Whether one of the bytes of `word` is `byte`.
#[inline]
pub(crate) const fn has(word: u64, byte: u8) -> bool {
    // A byte that was zero borrows from its highest bit.
    let differences = word ^ (ONES * byte as u64);
    differences.wrapping_sub(ONES) & !differences & HIGH != 0
}

/// Whether all of the bytes of `word` are printable ASCII, and none is one of `others`.
#[inline]
pub(crate) const fn is_printable_without(word: u64, others: [u8; 2]) -> bool {
    // The highest bit of each byte is set if the byte is not allowed. A borrow from the next byte
    // or a carry into it cannot clear that bit.
    let below = word.wrapping_sub(ONES * b' ' as u64);
    let above = word.wrapping_add(ONES);
    let is_one = (word ^ (ONES * others[0] as u64)).wrapping_sub(ONES);
    let is_other = (word ^ (ONES * others[1] as u64)).wrapping_sub(ONES);
    (word | below | above | is_one | is_other) & HIGH == 0
}
