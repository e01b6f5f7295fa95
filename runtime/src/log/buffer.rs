//! Where a line is written: bytes that grow, and the capacity in them.

use std::fmt::{self, Write};
use std::ops::Range;

/// Bytes that are written one after another.
///
/// A vector looks after its capacity, and keeps its length, at each of the small pieces that a line is made of. Here many
/// of them are written one behind the other into capacity that is there; where it was too little, they are once more.
#[derive(Debug)]
pub(crate) struct Buffer {
    /// What is written, and the capacity behind it.
    bytes: Vec<u8>,
    len: usize,
}

/// What a buffer has at the least, once it has any.
const LEAST: usize = 1024;

impl Buffer {
    pub(crate) const fn new() -> Self {
        Self { bytes: Vec::new(), len: 0 }
    }

    /// Writes what `write` does. It may be asked for it again, and gives `None` for want of capacity alone.
    #[inline]
    pub(crate) fn put(&mut self, write: impl Fn(Reserved<'_>) -> Option<Reserved<'_>>) {
        self.put_and(|reserved| Some((write(reserved)?, ())));
    }

    /// As [`put`](Self::put), where there is something to say of it.
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

    /// No loop around the usual way to go: what is the same each time would be put together before it, needed or not.
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

    /// Takes out what is at `place`.
    pub(crate) fn remove(&mut self, place: Range<usize>) {
        self.bytes.copy_within(place.end..self.len, place.start);
        self.len -= place.len();
    }

    /// Gives back the capacity behind what is written.
    pub(crate) fn shrink(&mut self) {
        self.bytes.truncate(self.len);
        self.bytes.shrink_to_fit();
    }

    /// Empties it, and keeps so much capacity at the most.
    #[inline]
    pub(crate) fn clear(&mut self, most: usize) {
        self.len = 0;
        if self.bytes.len() > most {
            self.bytes.truncate(most);
            self.bytes.shrink_to_fit();
        }
    }
}

/// Reserved in a buffer. Whoever writes into it gives back what is left, in registers as a rule, or `None`: it was too little.
#[derive(Debug)]
pub(crate) struct Reserved<'a>(&'a mut [u8]);

impl Reserved<'_> {
    #[inline]
    pub(crate) fn bytes(self, bytes: &[u8]) -> Option<Self> {
        let (place, rest) = self.0.split_at_mut_checked(bytes.len())?;
        place.copy_from_slice(bytes);
        Some(Self(rest))
    }

    /// The first `len` of these bytes. All of them are copied, as their number is known, and then cut off: that takes
    /// a step or two, and to copy some number of bytes is a call.
    #[inline]
    pub(crate) fn block<const SIZE: usize>(self, block: &[u8; SIZE], len: usize) -> Option<Self> {
        self.fill(len, |place| *place = *block)
    }

    /// As [`block`](Self::block), of bytes that are made where they stay: what has just been written in small parts is read
    /// slowly as a whole.
    #[inline]
    pub(crate) fn fill<const SIZE: usize>(
        self,
        len: usize,
        fill: impl FnOnce(&mut [u8; SIZE]),
    ) -> Option<Self> {
        fill(self.0.first_chunk_mut()?);
        Some(Self(self.0.get_mut(len..)?))
    }

    /// What is formatted.
    #[cold]
    pub(crate) fn formatted(self, text: fmt::Arguments<'_>) -> Option<Self> {
        let mut left = FormatInto(Some(self));
        // What fails leaves nothing.
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
