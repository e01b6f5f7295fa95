//! The JSON key of a captured field.

use super::buffer::{Buffer, Reserved};
use super::{escape, log_line};

/// A name with the comma before it and the colon after it, escaped once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// A short key, padded to a block: see [`Reserved::block`].
    block: [u8; BLOCK],
    len: usize,
    /// A long key.
    long: Box<[u8]>,
}

const BLOCK: usize = 32;

impl Key {
    pub(crate) fn new(field: &str) -> Self {
        Self::of(log_line::written(field))
    }

    /// The key of a field of closing lines.
    pub(crate) fn in_closing(field: &str) -> Self {
        Self::of(log_line::written_in_closing(field))
    }

    fn of((prefix, name): (&str, &str)) -> Self {
        let mut key = Buffer::new();
        key.put(|reserved| {
            let reserved = reserved.bytes(b",\"")?.bytes(prefix.as_bytes())?;
            escape::push(reserved, name)?.bytes(b"\":")
        });
        let key = key.written();
        let (mut block, len) = ([0; BLOCK], key.len());
        match block.get_mut(..len) {
            Some(short) => short.copy_from_slice(key),
            None => return Self { block, len, long: key.into() },
        }
        Self { block, len, long: Box::default() }
    }

    /// The name's bit: see [`log_line::bit`].
    pub(crate) fn bit(&self) -> u64 {
        let key = self.block.get(..self.len).unwrap_or(&self.long);
        // Without the comma and the colon.
        log_line::bit(&key[1..key.len() - 1])
    }

    #[inline]
    pub(crate) fn push<'a>(&self, reserved: Reserved<'a>) -> Option<Reserved<'a>> {
        if self.len <= BLOCK {
            reserved.block(&self.block, self.len)
        } else {
            reserved.bytes(&self.long)
        }
    }
}

/// Whether two keys are equal.
pub(crate) fn has_twins<'a>(mut keys: impl Iterator<Item = &'a Key> + Clone) -> bool {
    std::iter::from_fn(|| keys.next().map(|key| (key, keys.clone())))
        .any(|(key, mut later)| later.any(|other| other == key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_length_stand_whole() {
        for len in [1, 27, 28, 29, 30, 100] {
            let name = "n".repeat(len);
            let mut out = Buffer::new();
            out.put(|reserved| Key::new(&name).push(reserved.bytes(b"{")?));
            assert_eq!(out.written(), format!("{{,\"{name}\":").as_bytes());
        }
    }

    #[test]
    fn a_name_of_the_lines_own_is_told_apart() {
        let mut out = Buffer::new();
        for name in ["level", "r#type"] {
            out.put(|reserved| Key::new(name).push(reserved));
        }
        assert_eq!(out.written(), b",\"field.level\":,\"type\":");
    }
}
