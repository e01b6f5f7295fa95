//! The JSON key of a captured field.

use super::buffer::{Buffer, Reserved};
use super::{escape, names};

/// A name with the comma before it and the colon after it, escaped once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Short(ShortKey),
    Long(Box<[u8]>),
}

/// A key in a block with its length in the last byte, so that one copy of constant size writes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShortKey([u8; BLOCK]);

const BLOCK: usize = 32;

/// The most bytes that a value takes which is written together with its key.
pub(super) const VALUE: usize = 32;

impl Key {
    pub(crate) fn new(field: &str) -> Self {
        Self::of(names::written(field))
    }

    /// The key of a field of closing lines.
    pub(crate) fn in_closing(field: &str) -> Self {
        Self::of(names::written_in_closing(field))
    }

    fn of((prefix, name): (&str, &str)) -> Self {
        let mut key = Buffer::new();
        key.put(|reserved| {
            let reserved = reserved.bytes(b",\"")?.bytes(prefix.as_bytes())?;
            escape::push(reserved, name)?.bytes(b"\":")
        });
        ShortKey::of(key.written()).map_or_else(|| Self::Long(key.written().into()), Self::Short)
    }

    /// The name's bit: see [`names::bit`].
    pub(crate) fn bit(&self) -> u64 {
        let key = match self {
            Self::Short(key) => &key.0[..key.len()],
            Self::Long(key) => key,
        };
        // Without the comma and the colon.
        names::bit(&key[1..key.len() - 1])
    }

    #[inline]
    pub(crate) fn push<'a>(&self, reserved: Reserved<'a>) -> Option<Reserved<'a>> {
        match self {
            Self::Short(key) => reserved.block(&key.0, key.len()),
            Self::Long(key) => reserved.bytes(key),
        }
    }
}

impl ShortKey {
    fn of(key: &[u8]) -> Option<Self> {
        let mut block = [0; BLOCK];
        let (text, [len]) = block.split_last_chunk_mut()?;
        text.get_mut(..key.len())?.copy_from_slice(key);
        *len = key.len().try_into().ok()?;
        Some(Self(block))
    }

    #[inline]
    const fn len(&self) -> usize {
        // It is less than the block's size. The remainder tells the compiler.
        self.0[BLOCK - 1] as usize % BLOCK
    }

    /// Writes the key and a value. `value` writes it to the beginning of a block and returns its
    /// length.
    #[inline]
    pub(super) fn with<'a>(
        &self,
        reserved: Reserved<'a>,
        value: impl FnOnce(&mut [u8; VALUE]) -> usize,
    ) -> Option<Reserved<'a>> {
        reserved.within(|block: &mut [u8; BLOCK + VALUE]| {
            block[..BLOCK].copy_from_slice(&self.0);
            let len = self.len();
            // The value overwrites the rest of the key's block.
            block[len..].first_chunk_mut().map_or(0, |block| len + value(block))
        })
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
