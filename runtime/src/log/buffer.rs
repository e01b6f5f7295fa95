//! The buffer that a line is written into.

use std::fmt::{self, Write};
use std::ops::Range;

/// A byte buffer that writers fill in reserved capacity.
///
/// `Vec` rechecks its capacity and updates its length on every push. Here a writer fills reserved
/// capacity with many small pieces and the length is updated once. If the capacity was too small,
/// the buffer grows and the writer runs again.
#[derive(Debug)]
pub(crate) struct Buffer {
    /// The written bytes, followed by reserved capacity.
    bytes: Vec<u8>,
    len: usize,
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new()
    }
}

/// The smallest capacity of a buffer that is not empty.
const LEAST: usize = 1024;

impl Buffer {
    pub(crate) const fn new() -> Self {
        Self { bytes: Vec::new(), len: 0 }
    }

    /// The bytes that `write` writes, which are few.
    #[cfg(feature = "axum")]
    pub(crate) fn filled(write: impl Fn(Reserved<'_>) -> Option<Reserved<'_>>) -> Vec<u8> {
        let mut buffer = Self::new();
        buffer.put(write);
        buffer.shrink();
        buffer.bytes
    }

    /// A buffer of this capacity. The system provides memory only for pages that are written.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: vec![0; capacity], len: 0 }
    }

    /// Appends what `write` writes if it fits into the capacity and `write` returns `true`. Returns
    /// what `write` returned, or `None` if it does not fit.
    #[inline]
    pub(super) fn put_if(
        &mut self,
        write: impl FnOnce(Reserved<'_>) -> Option<(Reserved<'_>, bool)>,
    ) -> Option<bool> {
        let (Reserved(left), stays) = write(Reserved(self.bytes.get_mut(self.len..)?))?;
        if stays {
            let left = left.len();
            self.len = self.bytes.len() - left;
        }
        Some(stays)
    }

    /// Appends what `write` writes. `write` runs again if it returned `None`, which it must do only
    /// when the capacity was too small.
    #[inline]
    pub(crate) fn put(&mut self, write: impl Fn(Reserved<'_>) -> Option<Reserved<'_>>) {
        self.put_and(|reserved| Some((write(reserved)?, ())));
    }

    /// Like [`put`](Self::put), for a `write` that also returns a result.
    #[inline]
    pub(crate) fn put_and<R>(
        &mut self,
        write: impl Fn(Reserved<'_>) -> Option<(Reserved<'_>, R)>,
    ) -> R {
        match self.try_put(&write) {
            Some(result) => result,
            None => self.grow_and_put(&write),
        }
    }

    #[inline]
    fn try_put<R>(
        &mut self,
        write: impl Fn(Reserved<'_>) -> Option<(Reserved<'_>, R)>,
    ) -> Option<R> {
        let reserved = self.bytes.get_mut(self.len..)?;
        let (Reserved(left), result) = write(Reserved(reserved))?;
        let left = left.len();
        self.len = self.bytes.len() - left;
        Some(result)
    }

    /// Not a loop around the fast path: the compiler would move the loop's invariants in front of
    /// it, where every call pays for them.
    #[cold]
    #[inline(never)]
    fn grow_and_put<R>(&mut self, write: impl Fn(Reserved<'_>) -> Option<(Reserved<'_>, R)>) -> R {
        loop {
            self.bytes.resize((4 * self.bytes.len()).max(LEAST), 0);
            if let Some(result) = self.try_put(&write) {
                return result;
            }
        }
    }

    pub(crate) fn written(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) const fn truncate(&mut self, len: usize) {
        if len < self.len {
            self.len = len;
        }
    }

    /// Removes a range of bytes.
    pub(crate) fn remove(&mut self, range: Range<usize>) {
        self.bytes.copy_within(range.end..self.len, range.start);
        self.len -= range.len();
    }

    /// Frees the unused capacity.
    pub(crate) fn shrink(&mut self) {
        self.bytes.truncate(self.len);
        self.bytes.shrink_to_fit();
    }

    /// Clears the buffer, and frees capacity above a limit.
    #[inline]
    pub(crate) fn clear(&mut self, most: usize) {
        self.len = 0;
        if self.bytes.len() > most {
            self.bytes.truncate(most);
            self.bytes.shrink_to_fit();
        }
    }
}

/// Reserved capacity of a buffer. A writer returns the rest of it, mostly in registers, or `None`
/// if it was too small.
#[derive(Debug)]
pub(crate) struct Reserved<'a>(&'a mut [u8]);

impl Reserved<'_> {
    #[inline]
    pub(crate) fn bytes(self, bytes: &[u8]) -> Option<Self> {
        let (block, rest) = self.0.split_at_mut_checked(bytes.len())?;
        block.copy_from_slice(bytes);
        Some(Self(rest))
    }

    /// Writes the first `len` of these bytes. It copies the whole block, because a copy of constant
    /// size is one or two instructions and one of variable size is a call.
    #[inline]
    pub(crate) fn block<const SIZE: usize>(self, block: &[u8; SIZE], len: usize) -> Option<Self> {
        self.fill(len, |reserved| *reserved = *block)
    }

    /// Like [`block`](Self::block), for bytes that a closure produces in place. This avoids a
    /// store-forwarding stall: the processor reads slowly as a whole what it has just written in
    /// parts.
    #[inline]
    pub(crate) fn fill<const SIZE: usize>(
        self,
        len: usize,
        fill: impl FnOnce(&mut [u8; SIZE]),
    ) -> Option<Self> {
        self.within(|reserved| {
            fill(reserved);
            len
        })
    }

    /// Like [`fill`](Self::fill), for a closure that returns how many of the bytes it used.
    #[inline]
    pub(crate) fn within<const SIZE: usize>(
        self,
        fill: impl FnOnce(&mut [u8; SIZE]) -> usize,
    ) -> Option<Self> {
        let len = fill(self.0.first_chunk_mut()?);
        Some(Self(self.0.get_mut(len..)?))
    }

    /// How many bytes are left.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes formatted text.
    #[cold]
    pub(crate) fn formatted(self, text: fmt::Arguments<'_>) -> Option<Self> {
        let mut left = FormatInto(Some(self));
        // A failed write keeps no reserved capacity.
        let _ = left.write_fmt(text);
        left.0
    }
}

struct FormatInto<'a>(Option<Reserved<'a>>);

impl Write for FormatInto<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.take().and_then(|reserved| reserved.bytes(text.as_bytes()));
        self.0.as_ref().map(|_| ()).ok_or(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_written_once_more_as_a_whole() {
        for len in [LEAST - 9, LEAST - 8, LEAST - 1, LEAST, 5 * LEAST] {
            let (mut buffer, text) = (Buffer::new(), "x".repeat(len));
            buffer.put(|reserved| reserved.bytes(text.as_bytes()));
            let said = buffer.put_and(|reserved| {
                let reserved = reserved.bytes(b"<")?.block(b"12345678", 3)?;
                Some((reserved.formatted(format_args!("{}{}", 45, '>'))?, len))
            });
            assert_eq!(said, len);
            assert_eq!(buffer.written(), format!("{text}<12345>").as_bytes());
        }
    }

    #[test]
    fn what_is_taken_out_leaves_the_rest() {
        let mut buffer = Buffer::new();
        buffer.put(|reserved| reserved.bytes(b"one two three"));
        buffer.remove(3..7);
        assert_eq!(buffer.written(), b"one three");
        buffer.truncate(3);
        buffer.put(|reserved| reserved.bytes(b"!"));
        assert_eq!(buffer.written(), b"one!");
    }

    #[test]
    fn of_a_huge_line_not_all_room_is_kept() {
        let mut buffer = Buffer::new();
        buffer.put(|reserved| reserved.bytes(&[b'x'; 9 * LEAST]));
        buffer.clear(2 * LEAST);
        assert_eq!(buffer.bytes.capacity(), 2 * LEAST);
        assert_eq!(buffer.written(), b"");
    }
}
