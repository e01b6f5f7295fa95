//! The name of a captured field as lines have it.

use super::{escape, line};

/// A name with the comma before it and the colon after it, escaped once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// All of it, where it is short, and what fills the block. To copy the block and cut it off is cheaper than to copy
    /// a text of some length.
    block: [u8; BLOCK],
    len: usize,
    /// All of it, where it is long.
    long: Box<[u8]>,
}

const BLOCK: usize = 32;

impl Key {
    pub(super) fn new(field: &str) -> Self {
        let field = field.strip_prefix("r#").unwrap_or(field);
        let mut key = b",\"".to_vec();
        key.extend_from_slice(line::prefix(field).as_bytes());
        escape::push(&mut key, field);
        key.extend_from_slice(b"\":");
        let (mut block, len) = ([0; BLOCK], key.len());
        match block.get_mut(..len) {
            Some(short) => short.copy_from_slice(&key),
            None => return Self { block, len, long: key.into() },
        }
        Self { block, len, long: Box::default() }
    }

    #[inline]
    pub(super) fn push(&self, out: &mut Vec<u8>) {
        if self.len <= BLOCK {
            let end = out.len() + self.len;
            out.extend_from_slice(&self.block);
            out.truncate(end);
        } else {
            out.extend_from_slice(&self.long);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_length_stand_whole() {
        for len in [1, 27, 28, 29, 30, 100] {
            let name = "n".repeat(len);
            let mut out = b"{".to_vec();
            Key::new(&name).push(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("{{,\"{name}\":"));
        }
    }

    #[test]
    fn a_name_of_the_lines_own_is_told_apart() {
        let mut out = Vec::new();
        Key::new("level").push(&mut out);
        Key::new("r#type").push(&mut out);
        assert_eq!(out, b",\"field.level\":,\"type\":");
    }
}
